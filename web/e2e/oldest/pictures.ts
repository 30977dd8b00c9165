/** What the old phone's camera hands over, as files. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import type { Hand } from "./hand";

/** A photo with detail enough that it has to be shrunk. */
export async function photo(hand: Hand, path: string): Promise<string> {
  const b64 = await hand.ask<string>(`(() => {
    const c = Object.assign(document.createElement("canvas"), { width: 2400, height: 1800 });
    const g = c.getContext("2d");
    for (let i = 0; i < 4000; i++) {
      g.fillStyle = "hsl(" + ((i * 37) % 360) + ",60%," + ((i * 13) % 90) + "%)";
      g.fillRect((i * 7919) % 2400, (i * 104729) % 1800, (i * 31) % 130, (i * 17) % 110);
    }
    return c.toDataURL("image/jpeg", 0.9).split(",")[1];
  })()`);
  writeFileSync(path, Buffer.from(b64, "base64"));
  return path;
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
