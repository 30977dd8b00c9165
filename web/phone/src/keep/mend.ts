import { only, type CopyName, type Of } from "./copies";
import type { Second } from "./second";
import type { DraftRecord, LineRecord } from "./shapes";
import { got, transact } from "./transact";
import type { Found, MediaState } from "./types";

const texts = (v: unknown) => (Array.isArray(v) ? v.map(String) : []);

/**
 * Compares the two homes and puts back into the database what is in the second alone. Needs no key: all of it is sealed.
 * A line keeps its number; where that was given out again meanwhile, the copy stays where it is. Relies on copies of what
 * went on purpose going first.
 */
export async function mend(db: IDBDatabase, second: Second): Promise<Found> {
  const names = await second.names();
  const [lineKeys, draftIds, states, bodies] = await transact(
    db,
    ["lines", "drafts", "media", "mediaState"],
    "readonly",
    (tx) =>
      Promise.all([
        got(tx.objectStore("lines").getAllKeys()),
        got(tx.objectStore("drafts").getAllKeys()),
        got(tx.objectStore("mediaState").getAll()),
        got(tx.objectStore("media").getAllKeys()),
      ]),
  );
  const there = { lines: new Set(lineKeys.map(String)), drafts: new Set(draftIds), media: new Set(bodies) };
  const received = new Set((states as MediaState[]).filter((s) => s.receipt).map((s) => s.sha256));
  const lines = only(names, "line").filter((n) => !there.lines.has(`${n[1]},${n[2]}`));
  const drafts = only(names, "draft").filter((n) => !there.drafts.has(n[1]));
  const media = only(names, "media").filter((n) => !there.media.has(n[1]) && !received.has(n[1]));
  const found: Found = { lines: 0, drafts: 0, media: 0, torn: 0 };
  if (lines.length + drafts.length + media.length === 0) return found;

  const read = (all: CopyName[]) => Promise.all(all.map((n) => second.read(n)));
  const [lineCopies, draftCopies] = await Promise.all([read(only(names, "line")), read(drafts)]);
  const holders = new Map<string, string[]>();
  for (const c of lineCopies) {
    for (const m of texts(c?.head["media"])) holders.set(m, [...(holders.get(m) ?? []), (c?.name as Of<"line">)[3]]);
  }
  const missing = new Set(lines.map(String));
  const torn = (copies: unknown[]) => copies.filter((c) => c === null).length;
  found.torn =
    only(names, "line").filter((n, i) => missing.has(String(n)) && !lineCopies[i]).length + torn(draftCopies);
  await transact(db, ["lines", "drafts"], "strict", async (tx) => {
    for (const c of lineCopies) {
      const [sealed, told] = c?.parts ?? [];
      if (!c || !sealed || !missing.has(String(c.name))) continue;
      const [, dev, n, id] = c.name as Of<"line">;
      if (await got(tx.objectStore("lines").getKey([dev, Number(n)]))) continue;
      const record: LineRecord = { id, answer: null, sealed, ...(told ? { told } : {}) };
      tx.objectStore("lines").add(record, [dev, Number(n)]);
      found.lines++;
    }
    for (const c of draftCopies) {
      const [sealed, intent] = c?.parts ?? [];
      if (!c || !sealed) continue;
      const record: DraftRecord = { at: Number(c.head["at"]), sealed, ...(intent ? { intent } : {}) };
      tx.objectStore("drafts").put(record, c.name[1]);
      found.drafts++;
    }
  });
  const drafted = new Set([...draftIds, ...drafts.map((n) => n[1])].map(String));
  for (const name of media) {
    const c = await second.read(name); // one after the other: they are large
    const [sealed] = c?.parts ?? [];
    if (!c || !sealed) {
      found.torn++;
      continue;
    }
    await transact(db, ["media", "mediaState"], "strict", async (tx) => {
      const was = (await got(tx.objectStore("mediaState").get(name[1]))) as MediaState | undefined;
      const { type, size, at } = c.head as Pick<MediaState, "type" | "size" | "at">;
      const held = { lines: holders.get(name[1]) ?? [], drafts: texts(c.head["drafts"]).filter((d) => drafted.has(d)) };
      const state: MediaState = was ?? { sha256: name[1], type, size, at, ...held, upload: null, receipt: null };
      if (state.lines.length + state.drafts.length === 0) return; // its draft ended, and no line came of it
      tx.objectStore("media").put(sealed, name[1]);
      tx.objectStore("mediaState").put(state, name[1]);
      found.media++;
    });
  }
  return found;
}
