import type { Bytes } from "../lock";
import { type Cellar, write } from "./cellar";
import { draftCopy } from "./copies";
import { KeepError } from "./errors";
import { json, parse } from "./segments";
import { releaseDraft } from "./media";
import type { DraftRecord } from "./shapes";
import { got, transact } from "./transact";
import type { Draft, Known, MediaState } from "./types";

const MOST_BYTES = 1 << 20;
const YOUNG = 24 * 3600_000; // ms: another page may be about to write the draft of a photo it has just kept

/** Within a write: fails where a draft is not at the version that its writer knows. Returns that of the next write. */
export async function asKnown(tx: IDBTransaction, id: string, known: Known): Promise<number> {
  const there = (await got(tx.objectStore("drafts").get(id))) as DraftRecord | undefined;
  const version = there ? (there.version ?? 0) : null;
  if (known !== undefined && known !== version) throw new KeepError("overtaken");
  return (version ?? 0) + 1;
}

/**
 * Stores a draft over its earlier self, if that is the one its writer knows. Returns its version. Relaxed: it is written at every change, and a killed app does not lose it. `intent`:
 * what it would become, for rescue files; without it, or where that is too large, they have the draft itself.
 */
export async function putDraft(
  c: Cellar,
  id: string,
  value: unknown,
  intent?: unknown,
  known?: Known,
): Promise<number> {
  const seal = (plain: Bytes): Promise<ArrayBuffer> => c.sealer().seal(["draft", id], plain);
  const plain = json(value);
  if (plain.length > MOST_BYTES) throw new KeepError("too_large");
  const told = intent === undefined ? null : json(intent);
  const record: DraftRecord = { at: c.now(), sealed: await seal(plain) };
  if (told && told.length <= MOST_BYTES) record.intent = await seal(told);
  const version = await write(c, ["drafts"], "relaxed", async (tx) => {
    const next = await asKnown(tx, id, known);
    tx.objectStore("drafts").put({ ...record, version: next }, id);
    return next;
  });
  await c.second.put([draftCopy(id, { ...record, version })]);
  c.tell({ what: "drafts" });
  return version;
}

/** Waits for what ends a draft whose copy is gone already; where it does not come about, the copy is made again. */
export async function copyBack<T>(c: Cellar, id: string, ending: Promise<T>): Promise<T> {
  try {
    return await ending;
  } catch (e) {
    const there = await transact(c.db, ["drafts"], "readonly", (tx) => got(tx.objectStore("drafts").get(id)));
    if (there) await c.second.put([draftCopy(id, there as DraftRecord)]);
    throw e;
  }
}

/** All drafts, newest first; one that does not open is left where it is. */
export async function drafts(c: Cellar): Promise<Draft[]> {
  const [ids, records] = await transact(c.db, ["drafts"], "readonly", (tx) => {
    const store = tx.objectStore("drafts");
    return Promise.all([got(store.getAllKeys()), got(store.getAll())]);
  });
  const opened = await Promise.all(
    (records as DraftRecord[]).map(async (r, i): Promise<Draft | null> => {
      const id = String(ids[i]);
      const plain = await c
        .sealer()
        .open(["draft", id], r.sealed)
        .catch(() => null);
      return plain && { id, at: r.at, version: r.version ?? 0, value: parse(plain) };
    }),
  );
  return opened.filter((d): d is Draft => d !== null).sort((a, b) => b.at - a.at);
}

/** Drops a draft and the media only it holds, if it is the one that is known. */
export async function dropDraft(c: Cellar, id: string, known?: Known): Promise<void> {
  await c.second.drop([["draft", id]]); // first of all, or it could come back
  await copyBack(
    c,
    id,
    write(c, ["drafts", "media", "mediaState"], "strict", async (tx) => {
      await asKnown(tx, id, known);
      tx.objectStore("drafts").delete(id);
      await releaseDraft(tx, id);
    }),
  );
  c.tell({ what: "drafts" });
}

/** Frees media of drafts that are not there: of a page that was killed between a photo and the draft it belongs to. */
export async function freeOrphans(c: Cellar): Promise<void> {
  const freed = await write(c, ["drafts", "media", "mediaState"], "relaxed", async (tx) => {
    const there = new Set(await got(tx.objectStore("drafts").getAllKeys()));
    const states = (await got(tx.objectStore("mediaState").getAll())) as MediaState[];
    const gone = new Set<string>();
    for (const s of states) {
      if (s.at < c.now() - YOUNG) s.drafts.filter((d) => !there.has(d)).forEach((d) => gone.add(d));
    }
    for (const draft of gone) await releaseDraft(tx, draft);
    return gone.size > 0;
  });
  if (freed) c.tell({ what: "media" });
}
