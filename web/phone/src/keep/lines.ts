import { type Cellar, write } from "./cellar";
import { stepCopy } from "./copies";
import { asKnown, copyBack, dropDraft } from "./drafts";
import { KeepError } from "./errors";
import { addMedia, copiesOf, releaseDraft, sealMedia } from "./media";
import { json } from "./segments";
import { type Counter, key, type LineRecord } from "./shapes";
import { got, transact, under } from "./transact";
import type { LineKey, NewMedium, SaveAllOrder, SaveOrder, Saved } from "./types";

const MOST_BYTES = 64 * 1024;
const MOST_TRIES = 1000;

interface Laid {
  saved: Saved;
  record: LineRecord;
  /** Media the line holds. */
  names: string[];
}

/**
 * Saves lines in their order with their media, and lets go of the draft they came of. When this returns, all of it is on
 * the disk, and a copy of it in the second home; when it throws, or the phone dies before, nothing is. Freezing and sealing happen before the one
 * transaction, which only checks that the numbers are still free.
 */
export async function saveAll(c: Cellar, order: SaveAllOrder): Promise<Saved[]> {
  const media = new Map((await sealMedia(c, order.media ?? [])).map((m) => [m.sha256, m]));
  const { draft } = order;
  if (draft !== undefined) await c.second.drop([["draft", draft]]); // first of all, or it could come back
  for (let i = 0; i < MOST_TRIES; i++) {
    const was = await counter(c.db, order.dev);
    const laid = await lay(c, order, was);
    const last = laid[laid.length - 1]?.saved;
    if (!last) {
      if (draft !== undefined) await dropDraft(c, draft, order.known);
      return [];
    }
    const saving = write(c, ["lines", "meta", "media", "mediaState", "drafts"], "strict", async (tx) => {
      const now = await read(tx, order.dev);
      if (now.n !== was.n || now.prev !== was.prev) return false;
      if (order.draft !== undefined) await asKnown(tx, order.draft, order.known);
      for (const { saved, record } of laid) tx.objectStore("lines").add(record, [order.dev, saved.n]);
      tx.objectStore("meta").put({ ...was, n: last.n, prev: last.id } satisfies Counter, "ctr");
      for (const { saved, names } of laid) {
        const held = names.map((sha256) => media.get(sha256) ?? { sha256, fresh: null });
        await addMedia(tx, held, c.now(), { line: saved.id });
      }
      if (draft !== undefined) {
        await releaseDraft(tx, draft);
        tx.objectStore("drafts").delete(draft);
      }
      return true;
    });
    if (!(await (draft === undefined ? saving : copyBack(c, draft, saving)))) continue;
    const step = laid.map((l) => ({ n: l.saved.n, record: l.record, media: l.names }));
    await c.second.put([stepCopy(order.dev, step), ...(await copiesOf(c, [...media.values()]))]);
    c.tell({ what: "lines" });
    if (laid.some((l) => l.names.length > 0)) c.tell({ what: "media" });
    if (draft !== undefined) c.tell({ what: "drafts" });
    return laid.map((l) => l.saved);
  }
  throw new KeepError("busy");
}

/** Freezes and seals the lines for the numbers after these. */
async function lay(c: Cellar, order: SaveAllOrder, was: Counter): Promise<Laid[]> {
  const laid: Laid[] = [];
  let prev = was.prev;
  for (const freeze of order.lines) {
    const n = was.n + laid.length + 1;
    const line = freeze(
      n,
      prev,
      laid.map((l) => l.saved.id),
    );
    if (!line) continue;
    const { id, bytes, media = [], told } = line;
    if (bytes.length > MOST_BYTES) throw new KeepError("too_large");
    const sealed = await c.sealer().seal(["line", order.dev, n], bytes);
    const words = told === undefined ? {} : { told: await c.sealer().seal(["meta", "told", order.dev, n], json(told)) };
    laid.push({
      saved: { dev: order.dev, n, id, bytes, told },
      record: { id, answer: null, sealed, ...words },
      names: media,
    });
    prev = id;
  }
  return laid;
}

/** One line with its media: what is given with it belongs to it. */
export async function save(c: Cellar, order: SaveOrder): Promise<Saved> {
  const { dev, freeze, media = [], draft, known } = order;
  const names = media.map((m) => (typeof m === "string" ? m : m.sha256));
  const saved = await saveAll(c, {
    dev,
    lines: [
      (n, prev) => {
        const line = freeze(n, prev);
        return { ...line, media: [...new Set([...names, ...(line.media ?? [])])] };
      },
    ],
    media: media.filter((m): m is NewMedium => typeof m !== "string"),
    ...(draft === undefined ? {} : { draft, known }),
  });
  return saved[0] as Saved;
}

function counter(db: IDBDatabase, dev: string): Promise<Counter> {
  return transact(db, ["meta", "lines"], "readonly", (tx) => read(tx, dev));
}

/** The counter of this device; where it belongs to another one or is lost, as the kept lines tell. */
async function read(tx: IDBTransaction, dev: string): Promise<Counter> {
  const ctr = (await got(tx.objectStore("meta").get("ctr"))) as Counter | undefined;
  if (ctr && ctr.dev === dev) return ctr;
  const former = ctr ? [...(ctr.former ?? []).filter((d) => d !== ctr.dev), ctr.dev] : [];
  const last = await got(tx.objectStore("lines").openCursor(under(dev), "prev"));
  if (!last) return { dev, n: 0, prev: null, former };
  const [, n] = last.key as [string, number];
  return { dev, n, prev: (last.value as LineRecord).id, former };
}

/** Sorts what belongs to lines as they were saved: under the devices this phone was before, then under its own. */
export function oldestFirst<T>(ctr: unknown, all: T[], dev: (one: T) => string): T[] {
  const { former = [], dev: own = "" } = (ctr as Counter | undefined) ?? {};
  const rank = (one: T) => (dev(one) === own ? former.length : former.indexOf(dev(one)));
  return all
    .map((one, at) => ({ one, at, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((x) => x.one);
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
