/**
 * A phone that is held upright makes a lying picture, and the file says how to turn it (EXIF, 1 to 8; 1: it stands). Every
 * browser does so by itself but Chrome before 81.
 */
const ORIENTATION = 0x0112;
const LYING = "ffe100224578696600004d4d002a000000080001011200030000000100060000" + "00000000"; // 6: a quarter to the right

/** How a JPEG says it is to be turned; 1 for all else. */
export function turnOf(b: Uint8Array): number {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  try {
    if (view.getUint16(0) !== 0xffd8) return 1;
    for (let at = 2; b[at] === 0xff && b[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2))
      if (b[at + 1] === 0xe1 && view.getUint32(at + 4) === 0x45786966) return inTiff(view, at + 10);
  } catch {
    // It ends before it says so.
  }
  return 1;
}

function inTiff(v: DataView, from: number): number {
  const little = v.getUint16(from) === 0x4949;
  const list = from + v.getUint32(from + 4, little);
  for (let i = 0; i < v.getUint16(list, little); i++) {
    const entry = list + 2 + 12 * i;
    if (v.getUint16(entry, little) !== ORIENTATION) continue;
    const turn = v.getUint16(entry + 8, little);
    return turn >= 1 && turn <= 8 ? turn : 1;
  }
  return 1;
}

let asked: Promise<boolean> | null = null;

/** Whether this browser turns pictures by itself: shown by one of two pixels. */
export function turnsItself(): Promise<boolean> {
  return (asked ??= ask().catch(() => true));
}

async function ask(): Promise<boolean> {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2, height: 1 });
  canvas.getContext("2d");
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg"));
  if (!made) return true;
  const says = Uint8Array.from(LYING.match(/../g) ?? [], (x) => parseInt(x, 16));
  const url = URL.createObjectURL(new Blob([made.slice(0, 2), says, made.slice(2)], { type: "image/jpeg" }));
  try {
    const img = new Image();
    await new Promise((done, failed) => {
      img.onload = done;
      img.onerror = failed;
      img.src = url;
    });
    return img.naturalWidth === 1;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Lets a pen draw a picture turned so on a page of that size. */
export function turnPen(pen: CanvasRenderingContext2D, turn: number, w: number, h: number): void {
  const ways: [number, number, number, number, number, number][] = [
    [1, 0, 0, 1, 0, 0],
    [-1, 0, 0, 1, w, 0],
    [-1, 0, 0, -1, w, h],
    [1, 0, 0, -1, 0, h],
    [0, 1, 1, 0, 0, 0],
    [0, 1, -1, 0, w, 0],
    [0, -1, -1, 0, w, h],
    [0, -1, 1, 0, 0, h],
  ];
  const way = ways[turn - 1];
  if (way) pen.setTransform(...way);
}

/** Whether width and height are changed for one another. */
export const quarter = (turn: number): boolean => turn > 4;
