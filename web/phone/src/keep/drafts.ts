import { type Cellar, write } from "./cellar";
import { KeepError } from "./errors";
import { json, parse } from "./segments";
import { releaseDraft } from "./media";
import type { DraftRecord } from "./shapes";
import { got, transact } from "./transact";
import type { Draft } from "./types";

const MOST_BYTES = 1 << 20;

/** Stores a draft over its earlier self. Relaxed: it is written at every change, and a killed app does not lose it. */
export async function putDraft(c: Cellar, id: string, value: unknown): Promise<void> {
  const plain = json(value);
  if (plain.length > MOST_BYTES) throw new KeepError("too_large");
  const record: DraftRecord = { at: c.now(), sealed: await c.sealer().seal(["draft", id], plain) };
  await write(c, ["drafts"], "relaxed", (tx) => {
    tx.objectStore("drafts").put(record, id);
  });
  c.tell({ what: "drafts" });
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
      return plain && { id, at: r.at, value: parse(plain) };
    }),
  );
  return opened.filter((d): d is Draft => d !== null).sort((a, b) => b.at - a.at);
}

/** Drops a draft and the media only it holds. */
export async function dropDraft(c: Cellar, id: string): Promise<void> {
  await write(c, ["drafts", "media", "mediaState"], "strict", async (tx) => {
    tx.objectStore("drafts").delete(id);
    await releaseDraft(tx, id);
  });
  c.tell({ what: "drafts" });
}
