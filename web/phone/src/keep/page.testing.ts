import { type Bytes, calibrate, setPin, unlock } from "../lock";
import { deleteKeep, type Freed, Keep, type Loaded } from ".";

// The page of the browser tests: what a test does in it, it does by `await page.evaluate(() => t.…)`.

const PIN = "295814";
const at = (date: () => number) => ({ date, steady: date });
const bytes = (s: string): Bytes => new TextEncoder().encode(s);
const filled = (n: number): Bytes => {
  const b = new Uint8Array(n);
  for (let at = 0; at < n; at += 65536) crypto.getRandomValues(b.subarray(at, at + 65536));
  return b;
};

let keep: Keep;
let told = 0;
let whole = true;
const freed: Freed[] = [];
const shorts: boolean[] = [];
let count = 0;

async function open(name: string, iterations = 1000): Promise<Loaded> {
  keep = await Keep.open({
    name,
    onClosed: () => told++,
    onFreed: (f) => freed.push(f),
    onShort: (s) => shorts.push(s),
    onCopied: (all) => (whole = all),
  });
  const has = (await keep.shelf.wrap()) ?? (await keep.shelf.spare?.());
  return keep.unlock(has ? unlock(keep.shelf, PIN, at(Date.now)) : setPin(keep.shelf, PIN, iterations));
}

/** Saves one line that says so, with a medium of `size` bytes where asked. */
async function save(say: string, size = 0): Promise<string> {
  const sha256 = "m" + say;
  const { n } = await keep.save({
    dev: "d",
    freeze: (n, prev) => ({ id: say, bytes: bytes(JSON.stringify({ n, prev, say })) }),
    media: size ? [{ sha256, type: "image/jpeg", bytes: filled(size) }] : [],
  });
  return `${n} ${say}`;
}

/** Saves two lines as one step, the first with a medium. */
async function pair(say: string): Promise<string[]> {
  const sha256 = "m" + say;
  const one = (what: string, media: string[]) => (n: number, prev: string | null) => ({
    id: what,
    bytes: bytes(JSON.stringify({ n, prev, say: what })),
    media,
  });
  const saved = await keep.saveAll({
    dev: "d",
    lines: [one(say + "-1", [sha256]), one(say + "-2", [])],
    media: [{ sha256, type: "image/jpeg", bytes: filled(100_000) }],
  });
  return saved.map(({ n, id }) => `${n} ${id}`);
}

async function lines(): Promise<{ n: number; id: string; prev: string | null; say: string }[]> {
  const all = (await keep.reload()).lines;
  return all.map((l) => ({
    id: l.id,
    ...(JSON.parse(new TextDecoder().decode(l.bytes)) as { n: number; prev: string; say: string }),
  }));
}

/** Repeats until the store says no; what was reported saved, and how it said no. */
async function untilFull(
  tag: string,
  once: (name: string) => Promise<unknown>,
): Promise<{ saved: string[]; error: string }> {
  const saved: string[] = [];
  for (let i = 0; i < 2000; i++) {
    try {
      await once(tag + count);
      saved.push(tag + count++);
    } catch (e) {
      return { saved, error: String((e as { code?: unknown }).code) };
    }
  }
  return { saved, error: "never" };
}

/** Fills the origin's storage from beside until not a kilobyte goes in; `removeJunk` gives the room back. */
async function junk(): Promise<number> {
  const db = await new Promise<IDBDatabase>((done, failed) => {
    const request = indexedDB.open("junk");
    request.onupgradeneeded = () => request.result.createObjectStore("junk", { autoIncrement: true });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  let put = 0;
  // Values over 64 KiB lie in files of their own, and give their room back at once.
  for (let size = 400_000, tries = 0; size >= 1_000 && tries < 200; tries++) {
    const fits = await new Promise<boolean>((done) => {
      const tx = db.transaction("junk", "readwrite", { durability: "strict" });
      tx.oncomplete = () => done(true);
      tx.onabort = () => done(false);
      tx.objectStore("junk").add(filled(size).buffer);
    });
    if (fits) put += size;
    else size /= 2;
  }
  db.close();
  return put;
}

function removeJunk(): Promise<void> {
  return deleteKeep("junk");
}

/** A township's rows in pages as the server sends them: persons and households whole, visits light. */
async function fill(persons: number, households: number, visits: number): Promise<number> {
  const kinds: [string, number, boolean][] = [
    ["person", persons, true],
    ["household", households, true],
    ["visit", visits, false],
  ];
  const rows = kinds.flatMap(([kind, n, whole]) =>
    Array.from({ length: n }, (_, i) => {
      const id = `${kind}-${String(i).padStart(8, "0")}-0000-7000-8000`;
      const f = {
        name: "王小" + (i % 97),
        note: "上门走访，身体状况良好，家中无人照料。".repeat(kind === "visit" ? 9 : 3),
        address: "村民小组" + (i % 12),
      };
      const row = { id, kind, area: "320115101203", seq: i, by: ["AAAAAAAAAAAAAAAA"], f };
      return {
        id,
        light: whole
          ? row
          : { id, h: "h" + (i % 650), t: "routine", e: 1763760000000 + i, s: "approved", q: i, d: "0123456789abcdef" },
        line: bytes(JSON.stringify({ row })),
      };
    }),
  );
  const began = performance.now();
  for (let i = 0; i < rows.length; i += 500) {
    const part = { area: "320115101203", rows: rows.slice(i, i + 500), gone: [] };
    await keep.storeReply({
      turn: await keep.turn(),
      state: { cursor: String(i) },
      answers: [],
      fresh: i ? [] : [part.area],
      areas: [part],
      more: i + 500 < rows.length,
    });
  }
  return performance.now() - began;
}

/** Stores one reply of one large row; `safe`: what the server has, a backup has. */
async function row(size: number, safe: boolean): Promise<string> {
  const one = {
    id: "big",
    light: {},
    line: bytes(
      JSON.stringify({ row: { id: "big", note: String.fromCharCode(...filled(size).map((n) => 97 + (n % 26))) } }),
    ),
  };
  const reply = {
    turn: await keep.turn(),
    state: {},
    answers: [],
    fresh: [],
    areas: [{ area: "A", rows: [one], gone: [] }],
    safe: () => safe,
    more: false,
  };
  return keep.storeReply(reply).then(
    (r) => String(r.stored),
    (e: { code: string }) => e.code,
  );
}

/** From the PIN to rows and lines in memory; `derive` is the stretching alone. */
async function timeOpen(
  name: string,
): Promise<{ rows: number; lines: number; ms: number; derive: number; row: number }> {
  const k = await Keep.open({ name });
  const began = performance.now();
  const opening = unlock(k.shelf, PIN, at(Date.now));
  let derive = 0;
  void opening.then(() => (derive = performance.now() - began));
  const loaded = await k.unlock(opening);
  const ms = performance.now() - began;
  const first = loaded.rows[loaded.rows.length - 1];
  const before = performance.now();
  await k.row(first?.area ?? "", first?.id ?? "");
  const row = performance.now() - before;
  k.close();
  return { rows: loaded.rows.length, lines: loaded.lines.length, ms, derive, row };
}

const t = {
  open,
  save,
  pair,
  lines,
  photosUntilFull: (size: number) =>
    untilFull("p", (name) => keep.keepMedium("draft", { sha256: name, type: "image/jpeg", bytes: filled(size) })),
  savesUntilFull: (size: number) => untilFull("s", (name) => save(name, size)),
  junk,
  removeJunk,
  fill,
  row,
  timeOpen,
  deleteKeep,
  freed,
  shorts,
  calibrate: () => calibrate(() => performance.now()),
  told: () => told,
  tidy: () => keep.tidy(),
  draft: (times: number) => keep.putDraft("typed", { note: "打到一半".repeat(times) }),
  close: () => keep.close(),
  loss: () => keep.loss(),
  whole: () => whole,
  drafts: async () => (await keep.drafts()).map((d) => d.value),
  draftWithPhoto: async (id: string, value: string, size: number) => {
    await keep.keepMedium(id, { sha256: "m" + id, type: "image/jpeg", bytes: filled(size) });
    await keep.putDraft(id, value, { v: 2, value });
  },
  /** A medium's digest, or null where it is not here or does not open. */
  digestOf: async (sha256: string) => {
    const b = await keep.medium(sha256).catch(() => null);
    return b && (await keep.digest(b));
  },
  holders: async () =>
    (await keep.mediaStates()).map((m) => [m.sha256, m.lines.join(), m.drafts.join()].join(" ")).sort(),
  remember: (who: unknown) => keep.remember(who),
  remembered: () => keep.remembered(),
  /** Answers lines as a server does, then ends the sync; `safe`: a backup has them. */
  answer: async (ns: number[], safe: boolean) => {
    const answers = ns.map((n) => ({ key: ["d", n] as const, answer: { r: "ok" as const, epoch: "e", time: 5 } }));
    await keep.storeReply({ turn: await keep.turn(), state: {}, answers, fresh: [], areas: [], more: false });
    await keep.settle((_, said) => safe && said !== null);
  },
  dropLines: (ns: number[]) => keep.dropLines(ns.map((n) => ["d", n] as const)),
  dropDraft: (id: string) => keep.dropDraft(id),
  /** What lies in the second home, by name. */
  copies: async (name: string) =>
    (await (await caches.open("zoufang-second-" + name)).keys()).map((r) => new URL(r.url).pathname.slice(8)).sort(),
  spoilCopy: async (name: string, path: string) => {
    const cache = await caches.open("zoufang-second-" + name);
    const was = await (await cache.match("/second/" + path))!.arrayBuffer();
    await cache.put("/second/" + path, new Response(was.slice(0, was.byteLength >> 1)));
  },
  receive: (sha256: string) => keep.markMedium(sha256, { receipt: { epoch: "e", time: 1 } }),
  here: async () => (await keep.mediaStates()).filter((m) => m.here).map((m) => m.sha256),
};

declare global {
  var t: typeof import("./page.testing").page;
  var durabilities: string[];
}
export const page = t;
globalThis.t = t;
