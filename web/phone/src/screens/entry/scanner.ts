/**
 * The reader of codes, a worker of its own: its program comes from this server, never from elsewhere. Chrome knows only
 * since 97 a policy that lets WebAssembly run and nothing more; before that, what may compile it may turn any text into a
 * program. The server allows that to this file, and to no page.
 */
import "../../old";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** A picture comes with a port; what goes back is the text of the first QR code, "" without one, null where it fails. */
self.onmessage = ({ data, ports }: MessageEvent<Blob | ImageData>): void => {
  readBarcodes(data, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 }).then(
    (found) => ports[0]?.postMessage(found[0]?.text ?? ""),
    () => ports[0]?.postMessage(null),
  );
};
