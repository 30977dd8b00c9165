import type { Bytes } from "../lock";
import { type Cellar, write, writeLarge } from "./cellar";
import { type Copy, mediumCopy } from "./copies";
import { KeepError } from "./errors";
import { got, transact } from "./transact";
import type { LineRecord } from "./shapes";
import type { Answer, LineKey, MediaState, NewMedium } from "./types";

const MOST_BYTES = 20 << 20;

export interface SealedMedium {
  sha256: string;
  /** Null: kept before, named again. */
  fresh: { type: string; size: number; sealed: ArrayBuffer } | null;
}

/** The name of a medium: SHA-256 of its bytes, in hex. */
export async function digest(bytes: Bytes): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
}

export function sealMedia(c: Cellar, media: (NewMedium | string)[]): Promise<SealedMedium[]> {
  return Promise.all(
    media.map(async (m) => {
      if (typeof m === "string") return { sha256: m, fresh: null };
      if (m.bytes.length > MOST_BYTES) throw new KeepError("too_large");
      const sealed = await c.sealer().seal(["media", m.sha256], m.bytes);
      return { sha256: m.sha256, fresh: { type: m.type, size: m.bytes.length, sealed } };
    }),
  );
}

/**
 * Within a save or for a draft: stores what is new and notes who holds it. A medium whose bytes had been given up, or
 * which never was kept, is stored again from its bytes; by digest alone it must be there.
 */
export async function addMedia(
  tx: IDBTransaction,
  media: SealedMedium[],
  at: number,
  holder: { line: string } | { draft: string },
): Promise<void> {
  const bodies = tx.objectStore("media");
  const states = tx.objectStore("mediaState");
  for (const m of media) {
    const was = (await got(states.get(m.sha256))) as MediaState | undefined;
    if (!m.fresh && !was) throw new KeepError("no_media");
    if (m.fresh) bodies.put(m.fresh.sealed, m.sha256);
    const state: MediaState = was ?? {
      sha256: m.sha256,
      type: m.fresh?.type ?? "",
      size: m.fresh?.size ?? 0,
      at,
      lines: [],
      drafts: [],
      upload: null,
      receipt: null,
    };
    const held =
      "line" in holder ? { lines: union(state.lines, holder.line) } : { drafts: union(state.drafts, holder.draft) };
    states.put({ ...state, ...held }, m.sha256);
  }
}

/** Copies of what was stored from its bytes, with who holds it by now. */
export async function copiesOf(c: Cellar, media: SealedMedium[]): Promise<Copy[]> {
  const fresh = media.filter((m) => m.fresh);
  if (fresh.length === 0) return [];
  const states = await transact(c.db, ["mediaState"], "readonly", (tx) =>
    Promise.all(fresh.map((m) => got(tx.objectStore("mediaState").get(m.sha256)))),
  );
  return fresh.flatMap((m, i) => (states[i] && m.fresh ? [mediumCopy(states[i] as MediaState, m.fresh.sealed)] : []));
}

/** Takes a draft off the media it holds; what nobody holds then goes. */
export async function releaseDraft(tx: IDBTransaction, draft: string): Promise<void> {
  const states = tx.objectStore("mediaState");
  for (const s of (await got(states.getAll())) as MediaState[]) {
    if (!s.drafts.includes(draft)) continue;
    const drafts = s.drafts.filter((d) => d !== draft);
    if (drafts.length === 0 && s.lines.length === 0) {
      states.delete(s.sha256);
      tx.objectStore("media").delete(s.sha256);
    } else states.put({ ...s, drafts }, s.sha256);
  }
}

/** Keeps a medium for a draft, durably: the photo is taken once. Leaves the ballast to the line that will name it. */
export async function keepMedium(c: Cellar, draft: string, medium: NewMedium): Promise<void> {
  const sealed = await sealMedia(c, [medium]);
  await writeLarge(
    c,
    ["media", "mediaState"],
    (tx) => addMedia(tx, sealed, c.now(), { draft }),
    () => true,
    true,
  );
  await c.second.put(await copiesOf(c, sealed));
  c.tell({ what: "media" });
}

/** A draft holds what another holds, too: of the media named, those that are kept. */
export async function holdMedia(c: Cellar, draft: string, digests: string[]): Promise<void> {
  await write(c, ["mediaState", "media"], "relaxed", async (tx) => {
    const there = new Set(await got(tx.objectStore("mediaState").getAllKeys()));
    const held = digests.filter((d) => there.has(d)).map((sha256) => ({ sha256, fresh: null }));
    await addMedia(tx, held, c.now(), { draft });
  });
}

/** A medium's bytes, or null where they were given up or never kept. */
export async function medium(c: Cellar, sha256: string): Promise<Bytes | null> {
  const sealed = await transact(c.db, ["media"], "readonly", (tx) => got(tx.objectStore("media").get(sha256)));
  return sealed === undefined ? null : c.sealer().open(["media", sha256], sealed as ArrayBuffer);
}

/** All states, and which of them still have their bytes here. */
export function mediaStates(c: Cellar): Promise<(MediaState & { here: boolean })[]> {
  return transact(c.db, ["media", "mediaState"], "readonly", async (tx) => {
    const here = new Set(await got(tx.objectStore("media").getAllKeys()));
    const states = (await got(tx.objectStore("mediaState").getAll())) as MediaState[];
    return states.map((s) => ({ ...s, here: here.has(s.sha256) }));
  });
}

/**
 * Progress of an upload, or what the server said of it. Unknown digests are left alone. On a disk so full that not even a
 * receipt fits, the bytes it vouches for make room for it: else nothing could ever be given up.
 */
export async function markMedium(
  c: Cellar,
  sha256: string,
  mark: Pick<Partial<MediaState>, "upload" | "receipt">,
): Promise<void> {
  const put = () =>
    write(c, ["mediaState"], "relaxed", async (tx) => {
      const states = tx.objectStore("mediaState");
      const was = (await got(states.get(sha256))) as MediaState | undefined;
      if (was) states.put({ ...was, ...mark }, sha256);
    });
  try {
    await put();
  } catch (e) {
    if (!(e instanceof KeepError) || e.code !== "full" || !mark.receipt) throw e;
    await transact(c.db, ["media"], "strict", (tx) => void tx.objectStore("media").delete(sha256));
    await c.second.drop([["media", sha256]]);
    c.freed({ ballast: false, media: [sha256] });
    await put();
  }
  c.tell({ what: "media" });
}

/**
 * Drops media with a receipt of which sync knows that the server's backup has them; without a receipt, held by a draft,
 * or by a line of which `safe` does not hold by what is stored of it now, they stay. Returns what went.
 */
export async function dropMedia(
  c: Cellar,
  digests: string[],
  safe: (key: LineKey, answer: Answer | null) => boolean,
): Promise<string[]> {
  const dropped = await write(c, ["lines", "media", "mediaState"], "strict", async (tx) => {
    const lines = tx.objectStore("lines");
    const [keys, records] = await Promise.all([got(lines.getAllKeys()), got(lines.getAll())]);
    const unsafe = new Set(
      (records as LineRecord[]).filter((r, i) => !safe(keys[i] as unknown as LineKey, r.answer)).map((r) => r.id),
    );
    const states = tx.objectStore("mediaState");
    const gone: string[] = [];
    for (const sha256 of digests) {
      const s = (await got(states.get(sha256))) as MediaState | undefined;
      if (!s?.receipt || s.drafts.length > 0 || s.lines.some((id) => unsafe.has(id))) continue;
      states.delete(sha256);
      tx.objectStore("media").delete(sha256);
      gone.push(sha256);
    }
    return gone;
  });
  await c.second.drop(dropped.map((sha256) => ["media", sha256]));
  c.tell({ what: "media" });
  return dropped;
}

const union = (all: string[], one: string) => (all.includes(one) ? all : [...all, one]);
