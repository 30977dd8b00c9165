/** The phone's key and what it proves with it. The private half cannot be read by any script. */
import { b64, hex, sha256, utf8, type DeviceId, type Digest, type UserId } from "./ids";

const p256 = { name: "ECDSA", namedCurve: "P-256" };

export interface PublicJwk {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
}

/** Makes a key pair; keep it as it is, IndexedDB holds CryptoKeys. */
export async function makeDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(p256, false, ["sign", "verify"]);
}

export async function publicJwk(key: CryptoKeyPair): Promise<PublicJwk> {
  const jwk = await crypto.subtle.exportKey("jwk", key.publicKey);
  return { kty: "EC", crv: "P-256", x: jwk.x ?? "", y: jwk.y ?? "" };
}

/** The 64-byte r‖s ES256 signature over the text, as b64. */
export async function sign(key: CryptoKey, text: string): Promise<string> {
  return b64(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, utf8(text))));
}

export function tokenText(device: DeviceId, nonce: string): string {
  return "zoufang-token-v1\n" + device + "\n" + nonce;
}

/** What a revoked device signs: over the body as it is sent, compressed if it is. */
export async function lastWillText(device: DeviceId, body: Uint8Array<ArrayBuffer>): Promise<string> {
  return "zoufang-lastwill-v1\n" + device + "\n" + hex(new Uint8Array(await crypto.subtle.digest("SHA-256", body)));
}

export function lastWillMediaText(device: DeviceId, digest: Digest): string {
  return "zoufang-lastwill-media-v1\n" + device + "\n" + digest;
}

/** What a device signs in a rescue file: binds the wrapped content key, and so every sealed line, to it. */
export function rescueText(device: DeviceId, user: UserId, kid: string, wrapped: Uint8Array): string {
  return "zoufang-rescue-v1\n" + device + "\n" + user + "\n" + kid + "\n" + hex(sha256(wrapped));
}
