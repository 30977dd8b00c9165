/**
 * Writes into a recording how long it is. A browser streams WebM and leaves the length out, since it is not known at the
 * beginning; a page without scripts, as the office has, could neither say it nor go back and forth in it.
 */
const INFO = [0x15, 0x49, 0xa9, 0x66]; // EBML ids, of the Matroska specification
const DURATION = [0x44, 0x89];
const SCALE = [0x2a, 0xd7, 0xb1];
const NEAR = 4096; // bytes: it stands at the very beginning

/** The same bytes where they are no WebM, or say their length already. `ms`: how long was spoken. */
export function withLength(bytes: Uint8Array<ArrayBuffer>, ms: number): Uint8Array<ArrayBuffer> {
  const info = find(bytes, INFO, 0, Math.min(NEAR, bytes.length));
  if (bytes[0] !== 0x1a || bytes[1] !== 0x45 || info < 0) return bytes;
  const size = sizeAt(bytes, info + 4);
  if (!size) return bytes;
  const [from, to] = [info + 4 + size.wide, info + 4 + size.wide + size.value];
  if (to > bytes.length || find(bytes, DURATION, from, to) >= 0) return bytes;
  const scale = find(bytes, SCALE, from, to);
  const length = scale < 0 ? null : sizeAt(bytes, scale + 3);
  let unit = 1_000_000; // ns
  if (length && length.value <= 4) {
    unit = 0;
    for (let i = 0; i < length.value; i++) unit = unit * 256 + (bytes[scale + 3 + length.wide + i] ?? 0);
  }
  if (unit === 0) return bytes;
  const added = new Uint8Array(11);
  added.set([...DURATION, 0x88]);
  new DataView(added.buffer).setFloat64(3, (ms * 1_000_000) / unit);
  const wide = new Uint8Array(8); // a size in eight bytes, whatever it was in
  new DataView(wide.buffer).setUint32(4, size.value + added.length);
  wide[0] = 0x01;
  const out = new Uint8Array(bytes.length - size.wide + wide.length + added.length);
  let at = 0;
  for (const part of [bytes.subarray(0, info + 4), wide, bytes.subarray(from, to), added, bytes.subarray(to)]) {
    out.set(part, at);
    at += part.length;
  }
  return segment(bytes, info) ? out : bytes;
}

/** Whether what the Info lies in has no size of its own, which would have to grow with it. */
function segment(b: Uint8Array, before: number): boolean {
  const at = find(b, [0x18, 0x53, 0x80, 0x67], 0, before);
  return (
    at >= 0 && (b[at + 4] === 0xff || (b[at + 4] === 0x01 && b.subarray(at + 5, at + 12).every((x) => x === 0xff)))
  );
}

function sizeAt(b: Uint8Array, at: number): { value: number; wide: number } | null {
  const first = b[at] ?? 0;
  const wide = first === 0 ? 9 : Math.clz32(first) - 23;
  if (wide > 8) return null;
  let value = first & (0xff >> wide);
  for (let i = 1; i < wide; i++) value = value * 256 + (b[at + i] ?? 0);
  return value > NEAR ? null : { value, wide };
}

function find(b: Uint8Array, what: readonly number[], from: number, to: number): number {
  for (let at = from; at + what.length <= to; at++) {
    if (what.every((x, i) => b[at + i] === x)) return at;
  }
  return -1;
}
