import { expect, it } from "vitest";
import { unfit } from "./seeing";

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  new Uint8Array(parts.flatMap((p) => (typeof p === "string" ? Array.from(p, (c) => c.charCodeAt(0)) : p)));
const word = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const box = (major: string, ...also: string[]): Uint8Array =>
  bytes(word(16 + 4 * also.length), "ftyp", major, word(0), ...also, "rest");
/** A JPEG with a small picture of its own in its head, which has an end of its own. */
const thumb = [0xff, 0xd8, 0xff, 0xd9];
const head = bytes([0xff, 0xd8, 0xff, 0xe1, 0, 2 + 6 + thumb.length], "Exif\0\0", thumb);
const scan = [0xff, 0xda, 0, 4, 1, 1, 7, 7, 0xff, 0, 7, 0xff, 0xd0, 7];
const jpeg = (...tail: number[]): Uint8Array => bytes(Array.from(head), scan, tail);
const png = bytes([0x89], "PNG\r\n\x1a\n", word(1), "IDAT", [0], word(0), word(0), "IEND", word(0));
const webp = bytes("RIFF", [8, 0, 0, 0], "WEBP", word(0));

it("tells by the bytes what is no photo that everybody can see", () => {
  const cases: [string, Uint8Array, string | null][] = [
    ["nothing", bytes(), "empty"],
    ["HEIC", box("heic", "mif1", "heic"), "heic"],
    ["HEIC by its second brand", box("mif1", "heic"), "heic"],
    ["a page", bytes("<!DOCTYPE html><title>登录"), "page"],
    ["a page with blanks, a mark and a comment before it", bytes([0xef, 0xbb, 0xbf], "\r\n <!-- x --> <HTML>"), "page"],
    ["a JPEG", jpeg(0xff, 0xd9), null],
    ["a JPEG with a film behind it", jpeg(0xff, 0xd9, 1, 2, 3, 4), null],
    ["a JPEG of two scans", bytes(Array.from(jpeg()), scan, [0xff, 0xd9]), null],
    ["a JPEG cut in its pixels", jpeg(), "cut"],
    ["a JPEG cut between two scans", bytes(Array.from(jpeg()), [0xff, 0xda, 0]), "cut"],
    ["a JPEG cut in its head", head.subarray(0, 8), "cut"],
    ["a JPEG of its first bytes", bytes([0xff, 0xd8]), "cut"],
    ["a PNG", png, null],
    ["a PNG without its end", png.subarray(0, png.length - 13), "cut"],
    ["a WebP", webp, null],
    ["a WebP without its end", webp.subarray(0, webp.length - 1), "cut"],
    ["AVIF, which browsers open", box("avif", "avif", "miaf"), null],
    ["what is not known: opening it tells", bytes("GIF89a"), null],
  ];
  expect(cases.map(([name, b]) => [name, unfit(b)])).toEqual(cases.map(([name, , want]) => [name, want]));
});
