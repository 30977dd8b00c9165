/** Reads a code from a picture. The reader is loaded when it is first wanted, from this server alone. */
let reader: Worker | null = null;

/** The text of the QR code in a picture, or "". Fails where the reader can't be had; the next call tries again. */
export function readCode(picture: Blob | ImageData): Promise<string> {
  const worker = (reader ??= new Worker(new URL("./scanner.ts", import.meta.url)));
  const { port1, port2 } = new MessageChannel();
  return new Promise((done, failed) => {
    const fail = (): void => {
      reader = null;
      failed(new Error("no reader of codes"));
    };
    worker.addEventListener("error", fail, { once: true });
    port1.onmessage = (e: MessageEvent<string | null>): void => {
      worker.removeEventListener("error", fail);
      port1.close();
      if (e.data === null) fail();
      else done(e.data);
    };
    worker.postMessage(picture, [port2]);
  });
}
