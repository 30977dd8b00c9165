/** Makes a camera's photo small: at most 300 kB of JPEG without EXIF, with a mark printed on it where that is wanted. */
const MOST = 300_000;
const MOST_PIXELS = 60_000_000; // a phone that opens more of them runs out of memory
const EDGES = [1600, 1280, 1024, 800, 640];
const QUALITIES = [0.8, 0.65, 0.5];

/** The photo has too many pixels to be opened. */
export class TooLarge extends Error {}

export async function shrink(file: Blob, mark: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = await measure(file);
  if (width * height > MOST_PIXELS) throw new TooLarge("a photo with too many pixels");
  const picture = await open(file, width, height);
  try {
    for (const most of EDGES) {
      const canvas = draw(picture, most, mark);
      for (const quality of QUALITIES) {
        const blob = await jpeg(canvas, quality);
        if (blob.size <= MOST) return new Uint8Array(await blob.arrayBuffer());
      }
    }
  } finally {
    picture.close();
  }
  throw new Error("a photo that does not get small");
}

/** Opened no larger than it is wanted. A browser that turns a photo after it was made small makes it too broad: then whole. */
async function open(file: Blob, width: number, height: number): Promise<ImageBitmap> {
  const edge = EDGES[0] as number;
  if (Math.max(width, height) <= edge) return createImageBitmap(file);
  const small = await createImageBitmap(file, {
    ...(width >= height ? { resizeWidth: edge } : { resizeHeight: edge }),
    resizeQuality: "high",
  });
  const shape = (w: number, h: number): number => Math.max(w, h) / Math.min(w, h);
  if (Math.abs(shape(small.width, small.height) / shape(width, height) - 1) < 0.02) return small;
  small.close();
  return createImageBitmap(file);
}

/** Its size, from its head: the picture itself is not opened by this. */
async function measure(file: Blob): Promise<{ width: number; height: number }> {
  const url = URL.createObjectURL(file);
  const img = new Image();
  try {
    await new Promise((done, failed) => {
      img.onload = done;
      img.onerror = () => failed(new Error("no picture"));
      img.src = url;
    });
    return { width: img.naturalWidth, height: img.naturalHeight };
  } finally {
    URL.revokeObjectURL(url);
  }
}

function draw(picture: ImageBitmap, edge: number, mark: string[]): HTMLCanvasElement {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (mark.length > 0) print(pen, canvas, mark.join("  "));
  return canvas;
}

function print(pen: CanvasRenderingContext2D, canvas: HTMLCanvasElement, text: string): void {
  const px = Math.max(14, Math.round(canvas.width / 36));
  pen.fillStyle = "rgba(0,0,0,.55)";
  pen.fillRect(0, canvas.height - px * 2, canvas.width, px * 2);
  pen.fillStyle = "#fff";
  pen.font = px + "px sans-serif";
  pen.textBaseline = "middle";
  pen.fillText(text, px / 2, canvas.height - px, canvas.width - px);
}

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((done, failed) =>
    canvas.toBlob((b) => (b ? done(b) : failed(new Error("no picture"))), "image/jpeg", quality),
  );
}
