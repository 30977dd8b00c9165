/** The reader of codes, in a chunk of its own: its program comes from this server, never from elsewhere. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** The text of the first QR code in a picture, or "". */
export async function readQr(picture: Blob | ImageData): Promise<string> {
  const found = await readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
  return found[0]?.text ?? "";
}
