/** Ids and their letters: b64 is base64url without padding, hex is lower case. */
import { sha256 as digest } from "@noble/hashes/sha2";

/** 12 bytes of a line's SHA-256, as b64. */
export type CommitId = string;
/** A UUIDv7 in lower case. */
export type RecordId = string;
/** A twelve-digit division code. */
export type AreaId = string;
export type UserId = string;
export type DeviceId = string;
/** The SHA-256 of a medium's bytes, as hex. */
export type Digest = string;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function b64(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const n = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const chars = Math.min(4, bytes.length - i + 1);
    for (let c = 0; c < chars; c++) {
      out += letters[(n >> (18 - 6 * c)) & 63];
    }
  }
  return out;
}

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const b of bytes) {
    out += (b < 16 ? "0" : "") + b.toString(16);
  }
  return out;
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** SHA-256 without waiting, so that a line can be named inside one step. Large media take WebCrypto's. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digest(bytes);
}

export function commitId(line: Uint8Array): CommitId {
  return b64(digest(line).subarray(0, 12));
}

/** n random bytes from the browser. */
export function randomBytes(n: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(n));
}

/** n random bytes as b64. */
export function randomToken(n: number): string {
  return b64(randomBytes(n));
}

/** A UUIDv7 for a time in Unix milliseconds and 16 random bytes, of which 74 bits are used. */
export function recordId(now: number, random: Uint8Array = randomBytes(16)): RecordId {
  const b = Uint8Array.from(random.subarray(0, 16));
  let t = Math.min(Math.max(0, Math.floor(now)), 2 ** 48 - 1);
  for (let i = 5; i >= 0; i--) {
    b[i] = t % 256;
    t = Math.floor(t / 256);
  }
  b[6] = ((b[6] as number) & 0x0f) | 0x70;
  b[8] = ((b[8] as number) & 0x3f) | 0x80;
  const h = hex(b);
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

const recordShape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isRecordId(text: string): boolean {
  return recordShape.test(text);
}

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
