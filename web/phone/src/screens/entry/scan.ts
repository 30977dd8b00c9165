/** Reads a code from a picture. The reader is loaded when it is first wanted, from this server alone. */
type Reader = (picture: Blob | ImageData) => Promise<string>;
let reader: Promise<Reader> | null = null;

function load(): Promise<Reader> {
  reader ??= import("./scanner").then((m) => m.readQr);
  return reader;
}

/** The text of the QR code in a picture, or "". */
export async function readCode(picture: Blob | ImageData): Promise<string> {
  return (await load())(picture);
}

/** Makes the reader ready, so that the first picture does not wait. */
export async function warmReader(): Promise<void> {
  await load();
}
