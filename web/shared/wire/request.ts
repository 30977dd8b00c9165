/** The body of a sync: line 1, then lines as they are. */
import { utf8, type AreaId, type CommitId, type DeviceId } from "./ids";

export const maxLines = 500;
export const maxRequest = 512 * 1024; // bytes, inflated

export interface Hello {
  device: DeviceId;
  epoch: string | null;
  cursor: string | null;
  /** Of all lines answered in this epoch, the one whose first answer came latest. */
  last: CommitId | null;
  reread?: AreaId[]; // areas to be sent from 0
  app: string;
}

export interface Packed {
  body: Uint8Array<ArrayBuffer>;
  gzip: boolean;
  count: number; // how many of the lines are in it, from the first on
}

/**
 * Lays a request out with as many of the lines as fit, at least one if there is
 * one: a line too large for the server is its to refuse. `limit` is halved by the
 * caller when the server answers 413.
 */
export async function packRequest(h: Hello, lines: readonly Uint8Array[], limit: number = maxLines): Promise<Packed> {
  const hello = utf8(
    JSON.stringify({
      zoufang: 1,
      device: h.device,
      epoch: h.epoch,
      cursor: h.cursor,
      last: h.last,
      ...(h.reread && h.reread.length > 0 ? { reread: h.reread } : {}),
      app: h.app,
    }),
  );
  let size = hello.length + 1;
  let count = 0;
  for (const line of lines) {
    if (count > 0 && (count >= Math.min(limit, maxLines) || size + line.length + 1 > maxRequest)) {
      break;
    }
    size += line.length + 1;
    count++;
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of [hello, ...lines.slice(0, count)]) {
    body.set(part, at);
    at += part.length;
    body[at++] = 10;
  }
  if (size < 600) {
    // compressing less costs more than it saves
    return { body, gzip: false, count };
  }
  return { body: await gzip(body), gzip: true, count };
}

/** The browser's own where it has one (Chrome 80); else the library's, which only old phones load. */
async function gzip(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof CompressionStream === "undefined") {
    return (await import("./gzip-old")).gzip(body);
  }
  const packed = new Response(body).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
