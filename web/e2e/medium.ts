/** A medium on its way to the server, as any program sends it: in one piece, its type as it is said. */
import { createHash } from "node:crypto";
import type { Server } from "../shared/wire";

export const digestOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Sends it under the type, whatever it is, and returns its digest. */
export async function sendMedium(server: Server, bytes: Buffer, type: string): Promise<string> {
  const sha256 = digestOf(bytes);
  const said = await server.call({
    method: "POST",
    path: "/media",
    headers: {
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(bytes.length),
      "Upload-Metadata": `sha256 ${btoa(sha256)},type ${btoa(type)}`,
      "Upload-Checksum": "sha256 " + createHash("sha256").update(bytes).digest("base64"),
      "Content-Type": "application/offset+octet-stream",
    },
    body: new Uint8Array(bytes),
  });
  if (said.header("Upload-Offset") !== String(bytes.length)) throw new Error("not all of a medium was taken");
  return sha256;
}
