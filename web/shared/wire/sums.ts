/**
 * Sums: how a phone and the server notice that they hold different rows of an
 * area. Keep each row's weight and adjust the sum as rows come and go; working
 * all out anew takes long on a slow phone.
 */
import { sha256 } from "./ids";
import { weighed, type Row } from "./row";

/** The first 8 bytes of the SHA-256 over a row's id, seq and ids: its part of the sum. */
export function weight(r: Pick<Row, "id" | "seq" | "by">): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(weighed(r)).subarray(0, 8));
}

/** A sum mod 2^64, in four parts of 16 bits so that it costs no big numbers. */
export class Sum {
  private readonly parts = [0, 0, 0, 0]; // the least first

  add(weight: Uint8Array): this {
    return this.put(weight, 1);
  }

  remove(weight: Uint8Array): this {
    return this.put(weight, -1);
  }

  private put(weight: Uint8Array, sign: 1 | -1): this {
    let carry = 0;
    for (let i = 0; i < 4; i++) {
      const at = 6 - 2 * i;
      const part = ((weight[at] as number) << 8) | (weight[at + 1] as number);
      const n = (this.parts[i] as number) + sign * part + carry;
      carry = Math.floor(n / 65536);
      this.parts[i] = n - carry * 65536;
    }
    return this;
  }

  /** As the server writes it: 16 hex digits. */
  toString(): string {
    return this.parts
      .slice()
      .reverse()
      .map((p) => ("0000" + p.toString(16)).slice(-4))
      .join("");
  }
}
