import { LockError } from "./errors";
import { normalPin } from "./pin";
import type { Bytes, Wrap } from "./types";

const LEAST = 100_000;
const MOST = 600_000;
const TARGET_MS = 400;

const utf8 = new TextEncoder();

async function stretch(pin: string, salt: ArrayBuffer, iterations: number): Promise<ArrayBuffer> {
  const base = await crypto.subtle.importKey("raw", utf8.encode(normalPin(pin)), "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, base, 256);
}

/**
 * The iterations that take about 400 ms here, between 100,000 and 600,000. `clock` is monotonic. Two short runs are
 * measured and the slower counts for nothing: the first of a page often pays for warming up.
 */
export async function calibrate(clock: () => number): Promise<number> {
  const probe = 25_000;
  const salt = new Uint8Array(16).buffer;
  let best = Infinity;
  for (let i = 0; i < 2; i++) {
    const began = clock();
    await stretch("calibrate", salt, probe);
    best = Math.min(best, clock() - began);
  }
  if (!(best > 0)) return MOST;
  const want = Math.round((probe * TARGET_MS) / best / 1000) * 1000;
  return Math.min(MOST, Math.max(LEAST, want));
}

/**
 * The key that wraps the content key: PBKDF2 of the PIN, then HMAC by the key of this phone that cannot be exported.
 * Both are needed, so a PIN seen over a shoulder is of no use with the sealed bytes alone. A spare has no such key (null).
 */
export async function wrappingKey(
  pin: string,
  w: Pick<Wrap, "salt" | "iterations"> & { device: CryptoKey | null },
): Promise<CryptoKey> {
  if (!(w.iterations >= 1000 && w.iterations <= 10 * MOST)) throw new LockError("damaged");
  const stretched = await stretch(pin, w.salt, w.iterations);
  const bits = w.device ? await crypto.subtle.sign("HMAC", w.device, stretched) : stretched;
  return crypto.subtle.importKey("raw", bits, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

export function newDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
