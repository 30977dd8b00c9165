import type { Sealer } from "../lock";
import type { Copies } from "./copies";
import { isQuota, KeepError } from "./errors";
import type { Store } from "./steps";
import { got, transact } from "./transact";
import type { Change, Freed, MediaState, Receipt } from "./types";

/** What the parts of this room share: the connection, the keys while unlocked, and whom to tell. */
export interface Cellar {
  readonly db: IDBDatabase;
  readonly second: Copies;
  /** Throws KeepError `locked` before unlock. */
  sealer(): Sealer;
  /** Phone's clock, for order only. */
  now(): number;
  tell(change: Change): void;
  freed(freed: Freed): void;
  /** A segment of this area does not open: it is to be read anew. */
  damaged(area: string): void;
  /** Notes whether the disk is full or the reserve used up; asked without a word, tells. */
  short(is?: boolean): boolean;
}

const BALLAST = 1 << 20;

type Spare = (said: Receipt) => boolean;
type Work<T> = (tx: IDBTransaction) => Promise<T> | T;

/**
 * Writes what a person typed or what keeps the promises. When the disk is full it gives up the ballast, then media the
 * server has, oldest first, and writes again; `work` may therefore run several times. Deleting small things would not
 * help: only values over 64 KiB free space at once.
 */
export function write<T>(c: Cellar, stores: Store[], mode: "strict" | "relaxed", work: Work<T>): Promise<T> {
  return insist(c, stores, mode, work, true, () => true, true);
}

/**
 * Writes what is large: the ballast is not for it, and of the media the server has only those go for which `spare` holds.
 * What can be had again, rows, must not cost a photo that no backup has. `made`: it is a person's own.
 */
export function writeLarge<T>(c: Cellar, stores: Store[], work: Work<T>, spare: Spare, made = false): Promise<T> {
  return insist(c, stores, "strict", work, false, spare, made);
}

/** As writeLarge, for what may wait: false where the disk has no room, and nothing goes for it. */
export async function writeIdle(c: Cellar, stores: Store[], work: Work<boolean>): Promise<boolean> {
  try {
    return await transact(c.db, stores, "strict", work);
  } catch (e) {
    if (isQuota(e)) return false;
    throw e instanceof KeepError ? e : new KeepError("failed", e);
  }
}

async function insist<T>(
  c: Cellar,
  stores: Store[],
  mode: "strict" | "relaxed",
  work: Work<T>,
  reserve: boolean,
  spare: Spare,
  made: boolean,
): Promise<T> {
  for (;;) {
    try {
      return await transact(c.db, stores, mode, work);
    } catch (e) {
      if (e instanceof KeepError) throw e;
      if (!isQuota(e)) throw new KeepError("failed", e);
      // A second copy goes before anything that is here once; of what no server has, for the sake of what a person made.
      if (await c.second.giveUp(c.db, (s) => made || (s.receipt !== null && spare(s.receipt)))) continue;
      if (!(await giveUp(c, reserve, spare))) {
        c.short(true);
        throw new KeepError("full", e);
      }
    }
  }
}

const BATCH = 4;

/** Makes space; false when there is nothing left that may go. */
async function giveUp(c: Cellar, reserve: boolean, spare: Spare): Promise<boolean> {
  const freed = await transact(c.db, ["meta", "media", "mediaState"], "strict", async (tx): Promise<Freed> => {
    const meta = tx.objectStore("meta");
    if (reserve && (await got(meta.getKey("ballast")))) {
      meta.delete("ballast");
      return { ballast: true, media: [] };
    }
    const present = new Set(await got(tx.objectStore("media").getAllKeys()));
    const states = (await got(tx.objectStore("mediaState").getAll())) as MediaState[];
    const media = states
      .filter((s) => s.receipt && present.has(s.sha256) && spare(s.receipt))
      .sort((a, b) => a.at - b.at)
      .slice(0, BATCH)
      .map((s) => s.sha256);
    for (const sha256 of media) tx.objectStore("media").delete(sha256);
    return { ballast: false, media };
  });
  const some = freed.ballast || freed.media.length > 0;
  if (freed.ballast) c.short(true);
  if (some) c.freed(freed);
  if (freed.media.length > 0) c.tell({ what: "media" });
  await c.second.drop(freed.media.map((sha256) => ["media", sha256]));
  return some;
}

/**
 * Puts the ballast back when there is room for it. While the disk is short it is written over itself: that fits only
 * where a megabyte is free, so it tells that there is room again. Random, or the browser would press it to nothing.
 */
export async function loadBallast(c: Cellar): Promise<boolean> {
  const there = await transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").getKey("ballast")));
  if (there && !c.short()) return true;
  const bytes = new Uint8Array(BALLAST);
  for (let at = 0; at < BALLAST; at += 1 << 16) crypto.getRandomValues(bytes.subarray(at, at + (1 << 16)));
  try {
    await transact(c.db, ["meta"], "relaxed", (tx) => void tx.objectStore("meta").put(bytes.buffer, "ballast"));
  } catch (e) {
    if (!isQuota(e)) throw e;
    c.short(true);
    return false;
  }
  c.short(false);
  return true;
}
