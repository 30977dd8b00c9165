import { LockError } from "./errors";
import type { Bytes, Recovery, RecoveryWrap } from "./types";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const POINT = 65;
const LENGTH = POINT + 32 + 16;
const utf8 = new TextEncoder();

/**
 * The key between an ephemeral and a static pair. A nonce of zeros is safe with it: every wrap has a pair of its own,
 * so no key ever seals twice.
 */
async function between(mine: CryptoKey, theirs: CryptoKey, ephemeral: Bytes, kid: string): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = utf8.encode("zoufang-recovery-v1\n" + kid);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: ephemeral, info };
  return crypto.subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const zero = () => ({ name: "AES-GCM", iv: new Uint8Array(12) });

/** Wraps the content key so that only the holder of the server's recovery key can have it back. */
export async function wrapForRecovery(contentKey: Bytes, recovery: Recovery): Promise<RecoveryWrap> {
  const { kty, crv, x, y } = recovery.key;
  const theirs = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, CURVE, false, []);
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = await between(pair.privateKey, theirs, point, recovery.kid);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(zero(), key, contentKey));
  const out = new Uint8Array(LENGTH);
  out.set(point);
  out.set(sealed, POINT);
  return { kid: recovery.kid, wrapped: out.buffer };
}

/** The other side, as the server does it: the content key out of a wrap. */
export async function openRecovery(wrap: RecoveryWrap, privateKey: CryptoKey): Promise<Bytes> {
  if (wrap.wrapped.byteLength !== LENGTH) throw new LockError("damaged");
  const bytes = new Uint8Array(wrap.wrapped);
  const point = bytes.slice(0, POINT);
  try {
    const theirs = await crypto.subtle.importKey("raw", point, CURVE, false, []);
    const key = await between(privateKey, theirs, point, wrap.kid);
    return new Uint8Array(await crypto.subtle.decrypt(zero(), key, bytes.slice(POINT)));
  } catch {
    throw new LockError("damaged");
  }
}
