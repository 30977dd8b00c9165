import { expect, it } from "vitest";
import { withLength } from "./length";

const head = [0x1a, 0x45, 0xdf, 0xa3, 0x80];
const open = [0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const scale = [0x2a, 0xd7, 0xb1, 0x83, 0x0f, 0x42, 0x40]; // a million ns
const cluster = [0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xe7, 0x81, 0x00];
const webm = (info: number[], of = open): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...head, ...of, 0x15, 0x49, 0xa9, 0x66, 0x80 + info.length, ...info, ...cluster]);

it("writes the length into a recording that names none, and moves nothing else", () => {
  const out = withLength(webm(scale), 2500);
  const at = head.length + open.length;
  expect(Array.from(out.subarray(0, at))).toEqual([...head, ...open]);
  expect(Array.from(out.subarray(at + 4, at + 12))).toEqual([1, 0, 0, 0, 0, 0, 0, scale.length + 11]);
  expect(Array.from(out.subarray(at + 12, at + 12 + scale.length + 3))).toEqual([...scale, 0x44, 0x89, 0x88]);
  expect(new DataView(out.buffer).getFloat64(at + 12 + scale.length + 3)).toBe(2500);
  expect(Array.from(out.subarray(out.length - cluster.length))).toEqual(cluster);
  expect(Array.from(withLength(out, 9000))).toEqual(Array.from(out)); // it says it already
});

it("leaves alone what it does not know", () => {
  const sized = [0x18, 0x53, 0x80, 0x67, 0x90]; // one whose size would have to grow
  const all: Uint8Array<ArrayBuffer>[] = [
    new Uint8Array(0),
    Uint8Array.from([0, 0, 0, 28, 0x66, 0x74, 0x79, 0x70]),
    webm(scale, sized),
    webm(scale).subarray(0, 24),
    Uint8Array.from([...head, ...open, ...cluster]),
  ];
  for (const bytes of all) expect(withLength(bytes, 1000)).toBe(bytes);
});
