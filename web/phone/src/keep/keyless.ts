import type { LineRecord } from "./shapes";
import { got, transact } from "./transact";
import type { MediaState } from "./types";

/** What lies in a database whose key is not there, of what no server is known to have. */
export interface Keyless {
  lines: number;
  drafts: number;
  media: number;
}

/** Null: the key is there, or nothing else is either. To be asked before anything is put back. */
export function keyless(db: IDBDatabase): Promise<Keyless | null> {
  return transact(db, ["meta", "lines", "drafts", "mediaState"], "readonly", async (tx) => {
    const meta = tx.objectStore("meta");
    const [wrap, device] = await Promise.all([got(meta.getKey("wrap")), got(meta.getKey("device"))]);
    if (wrap !== undefined || device === undefined) return null;
    const [lines, drafts, media] = await Promise.all([
      got(tx.objectStore("lines").getAll()),
      got(tx.objectStore("drafts").count()),
      got(tx.objectStore("mediaState").getAll()),
    ]);
    return {
      lines: (lines as LineRecord[]).filter((l) => !l.answer).length,
      drafts,
      media: (media as MediaState[]).filter((m) => !m.receipt).length,
    };
  });
}
