/** What the old phone's camera hands over, as files. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import type { Hand } from "./hand";

// Says of a JPEG that it is to be turned by a quarter to the right.
const lying = Buffer.from("ffe1002245786966000049492a000800000001001201030001000000060000000000" + "0000", "hex");

/**
 * A photo with detail enough that it has to be shrunk; each number makes another. It was made by a phone held upright, so
 * that its file lies and says so; the red quarter of it belongs at the top right.
 */
export async function photo(hand: Hand, path: string, number = 0): Promise<string> {
  const b64 = await hand.ask<string>(`(() => {
    const c = Object.assign(document.createElement("canvas"), { width: 2400, height: 1800 });
    const g = c.getContext("2d");
    for (let i = 0; i < 4000; i++) {
      g.fillStyle = "hsl(" + ((i * 37 + ${number}) % 360) + ",60%," + ((i * 13) % 90) + "%)";
      g.fillRect((i * 7919) % 2400, (i * 104729) % 1800, (i * 31) % 130, (i * 17) % 110);
    }
    g.fillStyle = "#f00";
    g.fillRect(0, 0, 1200, 900);
    return c.toDataURL("image/jpeg", 0.9).split(",")[1];
  })()`);
  const jpeg = Buffer.from(b64, "base64");
  writeFileSync(path, Buffer.concat([jpeg.subarray(0, 2), lying, jpeg.subarray(2)]));
  return path;
}

/** Whether the photo on the screen stands as it was made. */
export function stands(hand: Hand): Promise<boolean> {
  return hand.ask(`(() => {
    const i = document.querySelector(".thumb img");
    const c = Object.assign(document.createElement("canvas"), { width: i.naturalWidth, height: i.naturalHeight });
    const g = c.getContext("2d");
    g.drawImage(i, 0, 0);
    const red = (x, y) => {
      const [r, gr, b] = g.getImageData(c.width * x, c.height * y, 1, 1).data;
      return r > 200 && gr < 60 && b < 60;
    };
    return c.height > c.width && red(0.75, 0.25) && red(0.95, 0.4) && red(0.55, 0.1);
  })()`);
}

/** A QR code that says the text. */
export async function code(text: string, path: string): Promise<string> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/writer/zxing_writer.wasm"));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const { image, error } = await writeBarcode(text, { format: "QRCode", scale: 8 });
  if (!image) {
    throw new Error("no code: " + error);
  }
  writeFileSync(path, Buffer.from(await image.arrayBuffer()));
  return path;
}
