import type { Cellar } from "./cellar";
import { type CopyName, draftCopy, lineCopy, lineName, mediumCopy, only } from "./copies";
import type { Second } from "./second";
import { json, parse } from "./segments";
import { type Counter, type DraftRecord, type LineRecord } from "./shapes";
import { got, transact, under } from "./transact";
import type { Answer, LineKey, MediaState } from "./types";

/**
 * Makes the second home hold what it has to: copies of lines that are not safe, of drafts, of media not received, where
 * they are missing; and no copy of what is safe. `safe` null: nobody knows; lines without an answer are not, and all copies
 * stay. The newest line of this device keeps its copy: by it numbers are not given
 * out twice.
 */
export async function settle(
  c: Cellar,
  second: Second,
  safe: ((key: LineKey, answer: Answer | null) => boolean) | null,
): Promise<void> {
  const names = await second.names();
  const have = new Set(names.map(String));
  const [keys, records, states, draftIds, drafts, ctr] = await transact(
    c.db,
    ["lines", "drafts", "mediaState", "meta"],
    "readonly",
    (tx) =>
      Promise.all([
        got(tx.objectStore("lines").getAllKeys()),
        got(tx.objectStore("lines").getAll()),
        got(tx.objectStore("mediaState").getAll()),
        got(tx.objectStore("drafts").getAllKeys()),
        got(tx.objectStore("drafts").getAll()),
        got(tx.objectStore("meta").get("ctr")),
      ]),
  );
  const holds = (id: string) => (states as MediaState[]).filter((s) => s.lines.includes(id)).map((s) => s.sha256);
  const { dev: own, n: last } = (ctr as Counter | undefined) ?? { dev: "", n: 0 };
  const gone: CopyName[] = [];
  for (const [i, record] of (records as LineRecord[]).entries()) {
    const [dev, n] = keys[i] as [string, number];
    const name = lineName(dev, n, record.id);
    const isSafe = safe?.([dev, n], record.answer);
    const needs = safe ? !isSafe : record.answer === null;
    if (needs && !have.has(String(name))) await second.put([lineCopy(dev, n, record, holds(record.id))]);
    if (isSafe && have.has(String(name)) && !(dev === own && n === last)) gone.push(name);
  }
  for (const [i, record] of (drafts as DraftRecord[]).entries()) {
    const id = String(draftIds[i]);
    if (!have.has(String(["draft", id]))) await second.put([draftCopy(id, record)]);
  }
  for (const s of states as MediaState[]) {
    if (s.receipt || have.has(String(["media", s.sha256]))) continue;
    const sealed = await transact(c.db, ["media"], "readonly", (tx) => got(tx.objectStore("media").get(s.sha256)));
    if (sealed) await second.put([mediumCopy(s, sealed as ArrayBuffer)]);
  }
  const known = new Set((states as MediaState[]).map((s) => s.sha256));
  const lost = only(names, "media").filter((n) => !known.has(n[1]));
  await second.drop([...gone, ...lost]);
}

const WHO = ["meta", "second-home"] as const;

interface Who {
  who: unknown;
  dev?: string;
  former?: string[];
}

/** Notes who this phone is and which devices it was, where that is not what is noted. */
export async function remember(c: Cellar, second: Second, who: unknown): Promise<void> {
  const { dev, former } = (await counterOf(c.db)) ?? {};
  const now = json({ who, dev, former } satisfies { [K in keyof Who]: unknown });
  if (JSON.stringify(await recall(c, second)) === new TextDecoder().decode(now)) return;
  await second.put([{ name: ["who"], head: {}, parts: [await c.sealer().seal(WHO, now)] }]);
}

/** Who this phone was; the numbers of the device it was go on behind its newest line. */
export async function remembered(c: Cellar, second: Second): Promise<unknown> {
  const was = await recall(c, second);
  const dev = was?.dev;
  if (dev !== undefined) {
    await transact(c.db, ["meta", "lines"], "strict", async (tx) => {
      if (await got(tx.objectStore("meta").get("ctr"))) return;
      const last = await got(tx.objectStore("lines").openCursor(under(dev), "prev"));
      const n = last ? (last.key as [string, number])[1] : 0;
      const prev = last ? (last.value as LineRecord).id : null;
      tx.objectStore("meta").put({ dev, n, prev, former: was?.former ?? [] } satisfies Counter, "ctr");
    });
  }
  return was?.who;
}

async function recall(c: Cellar, second: Second): Promise<Who | null> {
  const sealed = (await second.read(["who"]))?.parts[0];
  return sealed ? (parse(await c.sealer().open(WHO, sealed)) as Who) : null;
}

async function counterOf(db: IDBDatabase): Promise<Counter | undefined> {
  return (await transact(db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get("ctr")))) as
    | Counter
    | undefined;
}
