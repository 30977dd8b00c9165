import type { Cellar } from "./cellar";
import { type Copy, draftCopy, keysOf, mediumCopy, only, stepCopy } from "./copies";
import type { Second } from "./second";
import { json, parse } from "./segments";
import { type Counter, type DraftRecord, type LineRecord } from "./shapes";
import { got, transact, under } from "./transact";
import type { Answer, LineKey, MediaState } from "./types";

/**
 * Makes the second home hold what it has to: copies of lines that are not safe, of drafts, of media not received, where
 * they are missing; and no copy of what is safe. `safe` null: nobody knows; lines without an answer are not, and all copies
 * stay.
 */
export async function settle(
  c: Cellar,
  second: Second,
  safe: ((key: LineKey, answer: Answer | null) => boolean) | null,
): Promise<void> {
  const names = await second.names();
  const have = new Set(names.map(String));
  const [keys, records, states, draftIds, drafts] = await transact(
    c.db,
    ["lines", "drafts", "mediaState"],
    "readonly",
    (tx) =>
      Promise.all([
        got(tx.objectStore("lines").getAllKeys()),
        got(tx.objectStore("lines").getAll()),
        got(tx.objectStore("mediaState").getAll()),
        got(tx.objectStore("drafts").getAllKeys()),
        got(tx.objectStore("drafts").getAll()),
      ]),
  );
  const copied = new Set(only(names, "step").flatMap(keysOf));
  const past = new Set<string>();
  for (const [i, record] of (records as LineRecord[]).entries()) {
    const [dev, n] = keys[i] as [string, number];
    if (safe ? safe([dev, n], record.answer) : record.answer !== null) {
      past.add(`${dev},${n}`);
      continue;
    }
    if (copied.has(`${dev},${n}`)) continue;
    const media = (states as MediaState[]).filter((s) => s.lines.includes(record.id)).map((s) => s.sha256);
    await second.put([stepCopy(dev, [{ n, record, media }])]);
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
  if (!safe) return;
  // A line that is not in the database is not known to be safe: perhaps it could not be put back.
  const gone = only(names, "step").filter((n) => keysOf(n).every((k) => past.has(k)));
  if (gone.length === 0) return;
  await remember(c, second); // the counter first: numbers are not given out twice
  await second.drop(gone);
}

const WHO = ["meta", "second-home"] as const;

interface Who {
  who?: unknown;
  ctr?: Counter;
}

/**
 * Notes who this phone is (as noted before, where that is not said), and its counter. `open` lies unsealed beside it: ids,
 * for the rescue file of a phone whose PIN was forgotten.
 */
export async function remember(c: Cellar, second: Second, who?: unknown, open?: Copy["head"]): Promise<void> {
  const was = await recall(c, second);
  const ctr = await transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get("ctr")));
  const now: Who = { who: who ?? was?.who, ...(ctr ? { ctr: ctr as Counter } : {}) };
  if (JSON.stringify(now) === JSON.stringify(was)) return;
  const head = open ?? (await second.read(["who"]))?.head ?? {};
  await second.put([{ name: ["who"], head, parts: [await c.sealer().seal(WHO, json(now))] }]);
}

/** Who this phone was. Where the counter was lost, it goes on behind what is noted and behind the newest line. */
export async function remembered(c: Cellar, second: Second): Promise<unknown> {
  const { who, ctr } = (await recall(c, second)) ?? {};
  if (ctr) {
    await transact(c.db, ["meta", "lines"], "strict", async (tx) => {
      if (await got(tx.objectStore("meta").get("ctr"))) return;
      const last = await got(tx.objectStore("lines").openCursor(under(ctr.dev), "prev"));
      const n = last ? (last.key as [string, number])[1] : 0;
      const behind = n > ctr.n ? { n, prev: (last?.value as LineRecord).id } : {};
      tx.objectStore("meta").put({ ...ctr, ...behind } satisfies Counter, "ctr");
    });
  }
  return who;
}

async function recall(c: Cellar, second: Second): Promise<Who | null> {
  const sealed = (await second.read(["who"]))?.parts[0];
  return sealed ? (parse(await c.sealer().open(WHO, sealed)) as Who) : null;
}
