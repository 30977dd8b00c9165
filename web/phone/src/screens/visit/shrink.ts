/** Makes a camera's photo small: at most 300 kB of JPEG without EXIF, with a mark printed on it where that is wanted. */
import { printMark } from "./mark";
import { unfit, UnfitPhoto } from "./seeing";
import { quarter, turnOf, turnPen, turnsItself } from "./turning";

const MOST = 300_000;
const MOST_PIXELS = 60_000_000; // a phone that opens more of them runs out of memory
const MOST_BYTES = 64_000_000; // of the file: no camera makes more of those pixels
const EDGES = [1600, 1280, 1024, 800, 640];
const QUALITIES = [0.8, 0.65, 0.5];

/** Opened, and to be given back. A browser without bitmaps has the picture as a page would. */
interface Opened {
  picture: CanvasImageSource;
  width: number;
  height: number;
  /** How it is still to be turned (EXIF). */
  turn: number;
  close(): void;
}

/** `mark`: the words of the mark. Rejects with UnfitPhoto where it cannot be taken in; nothing was kept of it then. */
export async function shrink(file: Blob, mark: string[]): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MOST_BYTES) throw new UnfitPhoto("large");
  const whole = new Uint8Array(await file.arrayBuffer());
  const against = unfit(whole);
  if (against && against !== "heic") throw new UnfitPhoto(against);
  const said = turnOf(whole);
  const turn = said === 1 || (await turnsItself()) ? 1 : said;
  const opened = await open(file, turn).catch((e: unknown) => {
    throw e instanceof UnfitPhoto ? e : new UnfitPhoto(against ?? "other");
  });
  try {
    for (const most of EDGES) {
      const canvas = draw(opened, most, mark);
      for (const quality of QUALITIES) {
        const blob = await jpeg(canvas, quality);
        if (blob.size <= MOST) return new Uint8Array(await blob.arrayBuffer());
      }
    }
  } finally {
    opened.close();
  }
  throw new Error("a photo that does not get small");
}

/** Opened no larger than it is wanted. A browser that turns a photo after it was made small makes it too broad: then whole. */
async function open(file: Blob, turn: number): Promise<Opened> {
  const url = URL.createObjectURL(file);
  const img = new Image();
  let kept = false;
  try {
    await new Promise((done, failed) => {
      img.onload = done;
      img.onerror = () => failed(new Error("no picture"));
      img.src = url;
    });
    const [width, height] = [img.naturalWidth, img.naturalHeight];
    if (width * height === 0) throw new Error("no picture");
    if (width * height > MOST_PIXELS) throw new UnfitPhoto("large");
    const bitmap =
      typeof createImageBitmap === "function" && turn === 1 ? await small(file, width, height).catch(() => null) : null;
    if (bitmap)
      return { picture: bitmap, width: bitmap.width, height: bitmap.height, turn, close: () => bitmap.close() };
    kept = true;
    const sides = quarter(turn) ? { width: height, height: width } : { width, height };
    return { picture: img, ...sides, turn, close: () => URL.revokeObjectURL(url) };
  } finally {
    if (!kept) URL.revokeObjectURL(url);
  }
}

async function small(file: Blob, width: number, height: number): Promise<ImageBitmap> {
  const edge = EDGES[0] as number;
  if (Math.max(width, height) <= edge) return createImageBitmap(file);
  const made = await createImageBitmap(file, {
    ...(width >= height ? { resizeWidth: edge } : { resizeHeight: edge }),
    resizeQuality: "high",
  });
  const shape = (w: number, h: number): number => Math.max(w, h) / Math.min(w, h);
  if (Math.abs(shape(made.width, made.height) / shape(width, height) - 1) < 0.02) return made;
  made.close();
  return createImageBitmap(file);
}

function draw(opened: Opened, edge: number, mark: string[]): HTMLCanvasElement {
  const scale = Math.min(1, edge / Math.max(opened.width, opened.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(opened.width * scale));
  canvas.height = Math.max(1, Math.round(opened.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  turnPen(pen, opened.turn, canvas.width, canvas.height);
  const [across, down] = quarter(opened.turn) ? [canvas.height, canvas.width] : [canvas.width, canvas.height];
  pen.drawImage(opened.picture, 0, 0, across, down);
  turnPen(pen, 1, canvas.width, canvas.height);
  if (mark.length > 0) printMark(pen, canvas.width, canvas.height, mark);
  return canvas;
}

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((done, failed) =>
    canvas.toBlob((b) => (b ? done(b) : failed(new Error("no picture"))), "image/jpeg", quality),
  );
}
