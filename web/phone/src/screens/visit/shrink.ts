/** Makes a camera's photo small: at most 300 kB of JPEG without EXIF, with a mark printed on it where that is wanted. */
const MOST = 300_000;
const EDGES = [1600, 1280, 1024, 800, 640];
const QUALITIES = [0.8, 0.65, 0.5];

export async function shrink(file: Blob, mark: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const picture = await createImageBitmap(file);
  try {
    for (const edge of EDGES) {
      const canvas = draw(picture, edge, mark);
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
  return new Promise((done, failed) => canvas.toBlob((b) => (b ? done(b) : failed(new Error("no picture"))), "image/jpeg", quality));
}
