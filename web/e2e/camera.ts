/** What a fake camera sees: a picture held still, as the raw video Chromium plays. */
import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Writes a y4m video of the picture (PNG), on white and with room around it. */
export async function holdToCamera(
  browser: Browser,
  picture: Buffer,
  file: string,
  size = { width: 640, height: 480 },
): Promise<void> {
  const page = await browser.newPage();
  const grey = await page.evaluate(
    async ({ png, width, height }) => {
      const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(width, height);
      const g = canvas.getContext("2d")!;
      g.fillStyle = "#fff";
      g.fillRect(0, 0, width, height);
      const scale = Math.min((width * 0.8) / image.width, (height * 0.8) / image.height);
      const [w, h] = [image.width * scale, image.height * scale];
      g.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
      const { data } = g.getImageData(0, 0, width, height);
      let out = "";
      for (let i = 0; i < data.length; i += 4) {
        out += String.fromCharCode(Math.round(0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!));
      }
      return btoa(out);
    },
    { png: picture.toString("base64"), ...size },
  );
  await page.close();
  const { width, height } = size;
  // Luma is held to the range of video; both colours are none.
  const luma = Buffer.from(grey, "base64").map((v) => 16 + Math.round((v * 219) / 255));
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, colour]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]));
}

/** The flags by which a browser has that camera and asks nobody. */
export function cameraOf(file: string): string[] {
  return [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--use-file-for-fake-video-capture=" + file,
  ];
}
