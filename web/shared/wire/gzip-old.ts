/** gzip for browsers without CompressionStream; a chunk of its own. */
import { gzipSync } from "fflate";

export const gzip = (body: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(gzipSync(body, { level: 6 }));
