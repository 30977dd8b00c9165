/** What a file that was picked as a photo is, by its bytes: names and types that a phone gives are often others. */

/** Why a photo cannot be taken in. `cut`: its end is not there. `page`: a web page that was saved as one. */
export type Unfit = "empty" | "heic" | "cut" | "page" | "other" | "large";

export class UnfitPhoto extends Error {
  constructor(readonly why: Unfit) {
    super("a photo that cannot be taken in: " + why);
  }
}

const heic = /^ftyp(....)*?(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/s;
const page = /^\s*(<!--[^]*?-->\s*)*<(!doctype|html|head|body|\?xml|svg)/i;

/**
 * What is known against it before it is opened; null: nothing. A browser shows what is there of a picture that was cut
 * short, and grey for the rest, so the end is looked for. "heic" is no fault where the browser opens it.
 */
export function unfit(bytes: Uint8Array): Unfit | null {
  if (bytes.length === 0) return "empty";
  const text = (from: number, to: number): string =>
    Array.from(bytes.subarray(from, to), (b) => String.fromCharCode(b)).join("");
  const head = text(0, 512);
  if (heic.test(text(4, Math.min(512, Math.max(8, number(bytes, 0)))))) return "heic";
  if (head.startsWith("\xff\xd8")) return jpegEnds(bytes) ? null : "cut";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return pngEnds(bytes) ? null : "cut";
  if (head.startsWith("RIFF") && text(8, 12) === "WEBP") return bytes.length < 8 + little(bytes, 4) ? "cut" : null;
  return page.test(head.replace("\xef\xbb\xbf", "")) ? "page" : null;
}

const number = (b: Uint8Array, at: number): number =>
  (((b[at] ?? 0) << 24) | ((b[at + 1] ?? 0) << 16) | ((b[at + 2] ?? 0) << 8) | (b[at + 3] ?? 0)) >>> 0;
const little = (b: Uint8Array, at: number): number =>
  (((b[at + 3] ?? 0) << 24) | ((b[at + 2] ?? 0) << 16) | ((b[at + 1] ?? 0) << 8) | (b[at] ?? 0)) >>> 0;

/** Walks the segments to the mark of the end. What stands behind it (a short film, as some phones add) is another's. */
function jpegEnds(b: Uint8Array): boolean {
  let at = 2;
  while (at + 1 < b.length) {
    if (b[at] !== 0xff) return true; // not as it should be: what it is, opening it will tell
    const mark = b[at + 1] as number;
    if (mark === 0xff) {
      at++; // filling
    } else if (mark === 0xd9) {
      return true;
    } else if (mark === 0x01 || (mark >= 0xd0 && mark <= 0xd8)) {
      at += 2;
    } else {
      const size = ((b[at + 2] ?? 0) << 8) | (b[at + 3] ?? 0);
      at += 2 + Math.max(2, size);
      if (mark === 0xda) at = scanEnd(b, at);
    }
  }
  return false;
}

/** Where the next mark stands behind the pixels that begin here. */
function scanEnd(b: Uint8Array, from: number): number {
  for (let at = b.indexOf(0xff, from); at >= 0 && at + 1 < b.length; at = b.indexOf(0xff, at + 1)) {
    const mark = b[at + 1] as number;
    if (mark !== 0 && mark !== 0xff && !(mark >= 0xd0 && mark <= 0xd7)) return at;
  }
  return b.length;
}

function pngEnds(b: Uint8Array): boolean {
  for (let at = 8; at + 12 <= b.length; at += 12 + number(b, at)) {
    if (number(b, at + 4) === 0x49454e44) return true; // IEND
  }
  return false;
}
