import { random } from "./derive";
import { LockError } from "./errors";
import type { Bytes, Label, Sealer } from "./types";

const NONCE = 12;
const TAG = 16;
const utf8 = new TextEncoder();

/** `zoufang-<kind>-v1`, then the key's parts, a line each: the server opens rescued lines and media by the same text. */
function label(place: Label): Bytes {
  const [kind, ...key] = place;
  const parts = key.map(String);
  if (parts.some((p) => p.includes("\n"))) throw new LockError("damaged");
  return utf8.encode(["zoufang-" + kind + "-v1", ...parts].join("\n"));
}

/** Seals and opens with an AES-256-GCM key; `key` throws once the keys were dropped. */
export function sealerOf(key: () => CryptoKey): Sealer {
  return {
    async seal(place, plain) {
      const nonce = random(NONCE);
      const params = { name: "AES-GCM", iv: nonce, additionalData: label(place) };
      const body = new Uint8Array(await crypto.subtle.encrypt(params, key(), plain));
      const out = new Uint8Array(NONCE + body.length);
      out.set(nonce);
      out.set(body, NONCE);
      return out.buffer;
    },
    async open(place, sealed) {
      const k = key();
      if (!(sealed instanceof ArrayBuffer) || sealed.byteLength < NONCE + TAG) throw new LockError("damaged");
      const params = { name: "AES-GCM", iv: new Uint8Array(sealed, 0, NONCE), additionalData: label(place) };
      try {
        return new Uint8Array(await crypto.subtle.decrypt(params, k, new Uint8Array(sealed, NONCE)));
      } catch {
        throw new LockError("damaged");
      }
    },
  };
}

/** A Sealer over raw key bytes, as recovery gives them back. */
export async function openerOf(contentKey: Bytes): Promise<Sealer> {
  const key = await crypto.subtle.importKey("raw", contentKey, "AES-GCM", false, ["encrypt", "decrypt"]);
  return sealerOf(() => key);
}
