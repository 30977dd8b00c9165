import type { Cellar } from "./cellar";
import { KeepError } from "./errors";
import { oldestFirst } from "./lines";
import type { LineRecord } from "./shapes";
import { got, transact } from "./transact";
import type { MediaState, RescueFile, RescueHeader } from "./types";

const MOST_BYTES = 500 << 20;
const PAGE = 200;

/**
 * Everything not known to be safe as one file that staff import: sealed lines oldest first, then sealed media that lines
 * name, smallest first, under a header with the content key wrapped to the server's recovery key. Works while locked.
 */
export async function rescue(c: Cellar, head: RescueHeader): Promise<RescueFile> {
  const wrap = await shelfWrap(c);
  if (!wrap) throw new KeepError("no_recovery");
  const { safe, sign, ...rest } = head;
  const proof = sign && (await sign(wrap.kid, new Uint8Array(wrap.wrapped)));
  const isSafe = (r: { epoch: string; time: number } | null) =>
    !!safe && !!r && r.epoch === safe.epoch && r.time < safe.at;
  const file: RescueFile = { blob: new Blob(), lines: 0, media: 0, left: 0 };
  const parts: Blob[] = [
    new Blob([text({ zoufang: "rescue", v: 1, ...rest, kid: wrap.kid, wrapped: b64(wrap.wrapped), proof })]),
  ];
  let size = 0;
  const put = (entry: object, sealed: ArrayBuffer) => {
    const line = text({ ...entry, bytes: sealed.byteLength });
    size += line.length + sealed.byteLength + 1;
    if (size > MOST_BYTES) return false;
    parts.push(new Blob([line, sealed, "\n"]));
    return true;
  };
  for (const { key, record } of await unsafeLines(c, isSafe)) {
    if (put({ line: record.id, dev: key[0], n: key[1] }, record.sealed)) file.lines++;
    else file.left++;
  }
  const states = (await transact(c.db, ["mediaState"], "readonly", (tx) =>
    got(tx.objectStore("mediaState").getAll()),
  )) as MediaState[];
  const wanted = states.filter((s) => s.lines.length > 0 && !isSafe(s.receipt)).sort((a, b) => a.size - b.size);
  for (const s of wanted) {
    const sealed = (await transact(c.db, ["media"], "readonly", (tx) => got(tx.objectStore("media").get(s.sha256)))) as
      ArrayBuffer | undefined;
    if (!sealed) continue;
    if (put({ media: s.sha256, type: s.type }, sealed)) file.media++;
    else file.left++;
  }
  parts.push(new Blob([text({ end: file.lines + file.media })]));
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

async function shelfWrap(c: Cellar): Promise<{ kid: string; wrapped: ArrayBuffer } | undefined> {
  const wrap = (await transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get("wrap")))) as
    { recovery: { kid: string; wrapped: ArrayBuffer }[] } | undefined;
  return wrap?.recovery[0];
}

const text = (entry: object) => JSON.stringify(entry) + "\n";

function b64(bytes: ArrayBuffer): string {
  const raw = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
