import { type CopyName, keysOf, linesOf, only } from "./copies";
import type { Second } from "./second";
import type { DraftRecord } from "./shapes";
import { got, transact } from "./transact";
import type { Found, MediaState } from "./types";

const texts = (v: unknown) => (Array.isArray(v) ? v.map(String) : []);

/**
 * Compares the two homes and puts back into the database what is in the second alone. Needs no key: all of it is sealed.
 * A line keeps its number; where that was given out again meanwhile, the copy stays where it is. Relies on copies of what
 * goes on purpose going first.
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
  const steps = only(names, "step").filter((n) => keysOf(n).some((k) => !there.lines.has(k)));
  const drafts = only(names, "draft").filter((n) => !there.drafts.has(n[1]));
  const media = only(names, "media").filter((n) => !there.media.has(n[1]) && !received.has(n[1]));
  const found: Found = { lines: 0, drafts: 0, media: 0, torn: 0 };
  if (steps.length > 0) await putLines(db, second, steps, found);
  if (drafts.length > 0) await putDrafts(db, second, drafts, found);
  if (media.length > 0) await putMedia(db, second, media, await holders(second, names), found);
  return found;
}

type Steps = ReturnType<typeof only<"step">>;

async function putLines(db: IDBDatabase, second: Second, steps: Steps, found: Found): Promise<void> {
  const copies = await Promise.all(steps.map((n) => second.read(n)));
  await transact(db, ["lines"], "strict", async (tx) => {
    const store = tx.objectStore("lines");
    for (const [i, copy] of copies.entries()) {
      const [, dev] = steps[i] as Steps[number];
      if (!copy) found.torn++;
      for (const { n, record } of copy ? linesOf(copy) : []) {
        if (await got(store.getKey([dev, n]))) continue;
        store.add(record, [dev, n]);
        found.lines++;
      }
    }
  });
}

async function putDrafts(db: IDBDatabase, second: Second, names: CopyName[], found: Found): Promise<void> {
  const copies = await Promise.all(names.map((n) => second.read(n)));
  await transact(db, ["drafts"], "strict", (tx) => {
    copies.forEach((copy, i) => {
      const [sealed, intent] = copy?.parts ?? [];
      if (!copy || !sealed) return void found.torn++;
      const record: DraftRecord = { at: Number(copy.head["at"]), sealed, ...(intent ? { intent } : {}) };
      tx.objectStore("drafts").put(record, names[i]?.[1]);
      found.drafts++;
    });
  });
}

/** By digest the lines that hold a medium, as their copies tell. */
async function holders(second: Second, names: CopyName[]): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>();
  for (const copy of await Promise.all(only(names, "step").map((n) => second.read(n)))) {
    for (const { record, media } of copy ? linesOf(copy) : []) {
      for (const m of media) held.set(m, [...(held.get(m) ?? []), record.id]);
    }
  }
  return held;
}

/** One after the other: they are large. Those of a draft that ended, and that no line came of, go. */
async function putMedia(
  db: IDBDatabase,
  second: Second,
  names: CopyName[],
  held: Map<string, string[]>,
  found: Found,
): Promise<void> {
  const ended: CopyName[] = [];
  for (const name of names) {
    const copy = await second.read(name);
    const [sealed] = copy?.parts ?? [];
    if (!copy || !sealed) {
      found.torn++;
      continue;
    }
    const [, sha256 = ""] = name;
    await transact(db, ["drafts", "media", "mediaState"], "strict", async (tx) => {
      const states = tx.objectStore("mediaState");
      const was = (await got(states.get(sha256))) as MediaState | undefined;
      const there = new Set(await got(tx.objectStore("drafts").getAllKeys()));
      const { type, size, at } = copy.head as Pick<MediaState, "type" | "size" | "at">;
      const drafts = texts(copy.head["drafts"]).filter((d) => there.has(d));
      const now: MediaState = {
        sha256,
        type,
        size,
        at,
        lines: held.get(sha256) ?? [],
        drafts,
        upload: null,
        receipt: null,
      };
      const state = was ?? now;
      if (state.lines.length + state.drafts.length === 0) return void ended.push(name);
      tx.objectStore("media").put(sealed, sha256);
      states.put(state, sha256);
      found.media++;
    });
  }
  await second.drop(ended);
}
