import { type Cellar, write } from "./cellar";
import { KeepError } from "./errors";
import { addMedia, sealMedia } from "./media";
import { type Counter, key, type LineRecord } from "./shapes";
import { got, transact, under } from "./transact";
import type { LineKey, SaveOrder, Saved } from "./types";

const MOST_BYTES = 64 * 1024;
const MOST_TRIES = 1000;

/**
 * Saves one line with its media, and lets go of its draft. When this returns, all of it is on the disk; when it throws,
 * nothing is. Freezing and sealing happen before the transaction, which only checks that the number is still free.
 */
export async function save(c: Cellar, order: SaveOrder): Promise<Saved> {
  const media = await sealMedia(c, order.media ?? []);
  for (let i = 0; i < MOST_TRIES; i++) {
    const was = await counter(c.db, order.dev);
    const n = was.n + 1;
    const { id, bytes } = order.freeze(n, was.prev);
    if (bytes.length > MOST_BYTES) throw new KeepError("too_large");
    const sealed = await c.sealer().seal(["line", order.dev, n], bytes);
    const record: LineRecord = { id, answer: null, sealed };
    const done = await write(c, ["lines", "meta", "media", "mediaState", "drafts"], "strict", async (tx) => {
      const now = await read(tx, order.dev);
      if (now.n !== was.n || now.prev !== was.prev) return false;
      tx.objectStore("lines").add(record, [order.dev, n]);
      tx.objectStore("meta").put({ dev: order.dev, n, prev: id } satisfies Counter, "ctr");
      await addMedia(tx, media, c.now(), { line: id, draft: order.draft });
      if (order.draft !== undefined) tx.objectStore("drafts").delete(order.draft);
      return true;
    });
    if (!done) continue;
    c.tell({ what: "lines" });
    if (media.length > 0) c.tell({ what: "media" });
    if (order.draft !== undefined) c.tell({ what: "drafts" });
    return { dev: order.dev, n, id, bytes };
  }
  throw new KeepError("busy");
}

function counter(db: IDBDatabase, dev: string): Promise<Counter> {
  return transact(db, ["meta", "lines"], "readonly", (tx) => read(tx, dev));
}

/** The counter of this device; where it belongs to another one or is lost, as the kept lines tell. */
async function read(tx: IDBTransaction, dev: string): Promise<Counter> {
  const ctr = (await got(tx.objectStore("meta").get("ctr"))) as Counter | undefined;
  if (ctr && ctr.dev === dev) return ctr;
  const last = await got(tx.objectStore("lines").openCursor(under(dev), "prev"));
  if (!last) return { dev, n: 0, prev: null };
  const [, n] = last.key as [string, number];
  return { dev, n, prev: (last.value as LineRecord).id };
}

/**
 * Drops lines. Only sync knows which are safe for long enough; this room only sees to it that none goes that was never
 * answered, and that numbers are not given out again.
 */
export async function dropLines(c: Cellar, keys: LineKey[]): Promise<void> {
  await write(c, ["lines"], "strict", async (tx) => {
    const lines = tx.objectStore("lines");
    for (const k of keys) {
      const record = (await got(lines.get(key(k)))) as LineRecord | undefined;
      if (record?.answer) lines.delete(key(k));
    }
  });
  c.tell({ what: "lines" });
}
