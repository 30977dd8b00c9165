import type { RecoveryWrap, Spare, Wrap } from "../lock";
import type { Cellar } from "./cellar";
import { KeepError } from "./errors";
import { oldestFirst } from "./lines";
import type { DraftRecord, LineRecord } from "./shapes";
import { got, transact } from "./transact";
import type { MediaState, RescueFile, RescueHeader } from "./types";

const MOST_BYTES = 500 << 20;
const PAGE = 200;

/**
 * Everything not known to be safe as one file that staff import, under a header with the content key wrapped to the
 * server's recovery keys: sealed lines oldest first, what drafts would become, media that lines name, media of drafts
 * alone; media smallest first. Drafts go into each of several files, since what is of them may be in any. Works while locked.
 */
export async function rescue(
  c: Cellar,
  head: RescueHeader,
  spare: () => Promise<Spare | undefined>,
): Promise<RescueFile> {
  const { safe, sign, without, most = MOST_BYTES, ...rest } = head;
  const wraps = await Promise.all(
    (await shelfWraps(c, spare)).map(async ({ kid, wrapped }) => {
      const proof = sign && (await sign(kid, new Uint8Array(wrapped)));
      return { kid, wrapped: b64(wrapped), proof };
    }),
  );
  const newest = wraps[0];
  if (!newest) throw new KeepError("no_recovery");
  const isSafe = (r: { epoch: string; time: number } | null) =>
    !!safe && !!r && r.epoch === safe.epoch && r.time < safe.at;
  const file = { lines: 0, media: 0, drafts: 0, left: 0, took: [] as string[] };
  const parts: Blob[] = [new Blob([text({ zoufang: "rescue", v: 1, ...rest, ...newest, wraps })])];
  let size = 0;
  const put = (what: "lines" | "media" | "drafts", name: string, entry: object, sealed: ArrayBuffer) => {
    if (what !== "drafts" && without?.has(name)) return;
    const line = text({ ...entry, bytes: sealed.byteLength });
    const bytes = line.length + sealed.byteLength + 1;
    if (size + bytes > most) return void file.left++;
    size += bytes;
    parts.push(new Blob([line, sealed, "\n"]));
    file[what]++;
    file.took.push(name);
  };
  for (const { key, record } of await unsafeLines(c, isSafe)) {
    put("lines", key.join("/"), { line: record.id, dev: key[0], n: key[1] }, record.sealed);
  }
  const [ids, drafts, states] = await transact(c.db, ["drafts", "mediaState"], "readonly", (tx) => {
    const all = tx.objectStore("drafts");
    return Promise.all([got(all.getAllKeys()), got(all.getAll()), got(tx.objectStore("mediaState").getAll())]);
  });
  (drafts as DraftRecord[]).forEach(({ at, sealed, intent }, i) =>
    put("drafts", "", { draft: ids[i], at }, intent ?? sealed),
  );
  const bySize = (states as MediaState[]).sort((a, b) => a.size - b.size);
  const named = bySize.filter((s) => s.lines.length > 0 && !isSafe(s.receipt));
  for (const s of [...named, ...bySize.filter((s) => s.lines.length === 0 && s.drafts.length > 0)]) {
    const sealed = (await transact(c.db, ["media"], "readonly", (tx) => got(tx.objectStore("media").get(s.sha256)))) as
      | ArrayBuffer
      | undefined;
    const draft = s.lines.length > 0 ? undefined : s.drafts[0];
    if (sealed) put("media", s.sha256, { media: s.sha256, type: s.type, draft }, sealed);
  }
  parts.push(new Blob([text({ end: parts.length - 1 })]));
  return { ...file, blob: new Blob(parts, { type: "application/octet-stream" }) };
}

type Found = { key: [string, number]; record: LineRecord };

/** Read in pages: a month of lines need not lie in memory twice. */
async function unsafeLines(c: Cellar, isSafe: (r: LineRecord["answer"]) => boolean): Promise<Found[]> {
  const found: Found[] = [];
  let after: IDBKeyRange | undefined;
  for (;;) {
    const [keys, records] = await transact(c.db, ["lines"], "readonly", (tx) => {
      const lines = tx.objectStore("lines");
      return Promise.all([got(lines.getAllKeys(after, PAGE)), got(lines.getAll(after, PAGE))]);
    });
    keys.forEach((k, i) => {
      const record = records[i] as LineRecord;
      if (!isSafe(record.answer)) found.push({ key: k as [string, number], record });
    });
    const last = keys[keys.length - 1];
    if (last === undefined || keys.length < PAGE) break;
    after = IDBKeyRange.lowerBound(last, true);
  }
  const ctr = await transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get("ctr")));
  return oldestFirst(ctr, found, (f) => f.key[0]);
}

/** After a loss the wraps are in the second home alone, until the PIN was given. */
async function shelfWraps(c: Cellar, spare: () => Promise<Spare | undefined>): Promise<RecoveryWrap[]> {
  const wrap = await transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get("wrap")));
  return ((wrap as Wrap | undefined) ?? (await spare()))?.recovery ?? [];
}

const text = (entry: object) => JSON.stringify(entry) + "\n";

function b64(bytes: ArrayBuffer): string {
  const raw = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
