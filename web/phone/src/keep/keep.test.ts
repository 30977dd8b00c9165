import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bytes, setPin, unlock } from "../lock";
import { type Answer, deleteKeep, Keep, type LightRow, type LineKey, type ReplyToStore } from ".";

const PIN = "295814";
const at = (date: () => number) => ({ date, steady: date });
const bytes = (s: string): Bytes => new TextEncoder().encode(s);
const text = (b: Bytes | null) => (b ? new TextDecoder().decode(b) : null);
const code = (c: string) => expect.objectContaining({ code: c });
const line = (say: string, dev = "d1") => ({
  dev,
  freeze: (n: number, prev: string | null) => ({ id: dev + say + n, bytes: bytes(JSON.stringify({ n, prev, say })) }),
});

let name = 0;
let open: Keep[] = [];
async function fresh(db = "k" + ++name): Promise<Keep> {
  const k = await Keep.open({ name: db });
  open.push(k);
  await k.unlock((await k.shelf.wrap()) ? unlock(k.shelf, PIN, at(Date.now)) : setPin(k.shelf, PIN, 1000));
  return k;
}
const again = () => fresh("k" + name);
const load = (k: Keep) => k.unlock(unlock(k.shelf, PIN, at(Date.now)));

beforeEach(() => void (open = []));
afterEach(() => open.forEach((k) => k.close()));

const nothing: ReplyToStore = { turn: 0, state: null, answers: [], fresh: [], areas: [], more: false };
const row = (id: string, v: string) => ({ id, light: { v }, line: bytes(`{"row":{"id":"${id}","v":"${v}"}}`) });
const ids = (rows: LightRow[]) => rows.map((r) => r.id).sort();

describe("lines", () => {
  it("are chained, sealed, and come back", async () => {
    const k = await fresh();
    for (const say of ["a", "b", "c"]) await k.save(line(say));
    const { lines } = await load(await again());
    expect(lines.map((l) => JSON.parse(text(l.bytes)!))).toEqual([
      { n: 1, prev: null, say: "a" },
      { n: 2, prev: "d1a1", say: "b" },
      { n: 3, prev: "d1b2", say: "c" },
    ]);
    expect(lines.every((l) => l.answer === null && !l.settled)).toBe(true);
  });

  it("of two tabs: none lost, none doubled, chain whole", async () => {
    const a = await fresh();
    const b = await again();
    await Promise.all([a, b].flatMap((k, t) => Array.from({ length: 40 }, (_, i) => k.save(line(`${t}-${i}.`)))));
    const { lines } = await load(a);
    const parsed = lines.map((l) => JSON.parse(text(l.bytes)!));
    expect(new Set(parsed.map((l) => l.say)).size).toBe(80);
    parsed.forEach((l, i) => expect([l.n, l.prev]).toEqual([i + 1, i ? lines[i - 1]!.id : null]));
  });

  it("go on where the lines stand when the counter is of another device", async () => {
    const k = await fresh();
    await k.save(line("a"));
    await k.save(line("x", "d2"));
    expect((await k.save(line("b"))).n).toBe(2);
    expect((await k.save(line("y", "d2"))).n).toBe(2);
  });

  it("come back oldest first where the phone became another device between them", async () => {
    const k = await fresh();
    for (const dev of ["z", "m", "a"]) await k.save(line("1", dev));
    await k.save(line("2", "a"));
    const order = (await load(await again())).lines.map((l) => l.id);
    expect(order).toEqual(["z11", "m11", "a11", "a22"]);
  });

  it("of one step are all there or none, each with its media, and name each other", async () => {
    const k = await fresh();
    await k.save(line("a"));
    await k.putDraft("v1", { note: "一" });
    await k.keepMedium("v1", { sha256: "p", type: "image/jpeg", bytes: bytes("p") });
    const say =
      (what: string, media: string[] = []) =>
      (n: number, prev: string | null, earlier: string[]) => ({
        id: what + n,
        bytes: bytes(JSON.stringify({ n, prev, say: what, earlier })),
        media,
      });
    const bad = [say("x".repeat(65536)), say("c", ["unknown"])];
    for (const second of bad) {
      await expect(k.saveAll({ dev: "d1", lines: [say("b", ["p"]), second], draft: "v1" })).rejects.toThrow();
      expect([(await k.reload()).lines.length, (await k.drafts()).length]).toEqual([1, 1]);
    }
    const q = { sha256: "q", type: "image/jpeg", bytes: bytes("q") };
    const lines = [say("b", ["p"]), () => null, say("c", ["q"])];
    const saved = await k.saveAll({ dev: "d1", lines, media: [q], draft: "v1" });
    expect(saved.map((l) => l.id)).toEqual(["b2", "c3"]);
    expect((await load(await again())).lines.map((l) => JSON.parse(text(l.bytes)!)).slice(1)).toEqual([
      { n: 2, prev: "d1a1", say: "b", earlier: [] },
      { n: 3, prev: "b2", say: "c", earlier: ["b2"] },
    ]);
    expect(await k.drafts()).toEqual([]);
    expect((await k.mediaStates()).map((m) => [m.sha256, m.lines, m.drafts])).toEqual([
      ["p", ["b2"], []],
      ["q", ["c3"], []],
    ]);
    await k.putDraft("v2", {});
    expect(await k.saveAll({ dev: "d1", lines: [() => null], draft: "v2" })).toEqual([]);
    expect(await k.drafts()).toEqual([]);
  });

  it("refuses what is too large, and everything while locked", async () => {
    const k = await fresh();
    await expect(k.save(line("x".repeat(65536)))).rejects.toEqual(code("too_large"));
    k.lock();
    await expect(k.save(line("a"))).rejects.toEqual(code("locked"));
    expect((await load(k)).lines).toEqual([]);
  });

  it("are answered, settled by the end of paging, and dropped only if answered", async () => {
    const k = await fresh();
    await k.save(line("a"));
    await k.save(line("b"));
    const answer = { r: "ok" as const, epoch: "e", time: 10 };
    let { turn } = await k.storeReply({
      ...nothing,
      answers: [{ key: ["d1", 1], answer }],
      state: { cursor: "1" },
      more: true,
    });
    expect((await k.reload()).lines.map((l) => [l.answer?.time, l.settled])).toEqual([
      [10, false],
      [undefined, false],
    ]);
    ({ turn } = await k.storeReply({
      ...nothing,
      turn,
      answers: [{ key: ["d1", 1], answer: { ...answer, r: "ok", time: 99 } }],
    }));
    expect((await k.reload()).lines.map((l) => [l.answer?.time, l.settled])).toEqual([
      [10, true],
      [undefined, false],
    ]);
    await k.dropLines([
      ["d1", 1],
      ["d1", 2],
    ]);
    expect((await k.reload()).lines.map((l) => l.n)).toEqual([2]);
    expect((await k.save(line("c"))).n).toBe(3);
  });
});

describe("replies", () => {
  it("are stored whole once, and not at all when late", async () => {
    const k = await fresh();
    const first = { ...nothing, state: { cursor: "c1" }, areas: [{ area: "A", rows: [row("1", "x")], gone: [] }] };
    expect((await k.storeReply(first)).stored).toBe(true);
    expect((await k.storeReply({ ...first, areas: [{ area: "A", rows: [row("2", "x")], gone: [] }] })).stored).toBe(
      false,
    );
    const loaded = await load(await again());
    expect(ids(loaded.rows)).toEqual(["1"]);
    expect(loaded.state).toEqual({ cursor: "c1" });
    expect(await k.turn()).toBe(1);
  });

  it("replace an area read anew only when paging ends, without ghosts", async () => {
    const k = await fresh();
    let { turn } = await k.storeReply({
      ...nothing,
      fresh: ["A"],
      areas: [{ area: "A", rows: [row("1", "x"), row("2", "x")], gone: [] }],
      more: true,
    });
    expect(ids(await k.area("A"))).toEqual(["1", "2"]);
    ({ turn } = await k.storeReply({ ...nothing, turn }));
    ({ turn } = await k.storeReply({
      ...nothing,
      turn,
      fresh: ["A"],
      areas: [{ area: "A", rows: [row("2", "y")], gone: [] }],
      more: true,
    }));
    expect(ids(await k.area("A"))).toEqual(["1", "2"]);
    const end = await k.storeReply({ ...nothing, turn, areas: [{ area: "A", rows: [row("3", "y")], gone: [] }] });
    expect(end.switched).toEqual(["A"]);
    expect(ids(await k.area("A"))).toEqual(["2", "3"]);
    expect(text(await k.row("A", "2"))).toContain('"v":"y"');
    expect(await k.row("A", "1")).toBeNull();
    expect(ids((await load(await again())).rows)).toEqual(["2", "3"]);
  });

  it("erase areas that left the scope", async () => {
    const k = await fresh();
    const { turn } = await k.storeReply({
      ...nothing,
      areas: ["A", "B"].map((area) => ({ area, rows: [row(area, "x")], gone: [] })),
    });
    await k.storeReply({ ...nothing, turn, erase: ["A"] });
    expect(ids((await load(await again())).rows)).toEqual(["B"]);
    expect(ids(await k.area("A"))).toEqual([]);
  });

  it("start again: everything unsent, nothing received", async () => {
    const k = await fresh();
    await k.save({ ...line("a"), media: [{ sha256: "m", type: "image/jpeg", bytes: bytes("m") }] });
    const { turn } = await k.storeReply({
      ...nothing,
      answers: [{ key: ["d1", 1], answer: { r: "ok", epoch: "e", time: 1 } }],
    });
    await k.markMedium("m", { receipt: { epoch: "e", time: 1 }, upload: { url: "/m/1", offset: 1 } });
    expect((await k.startAgain(turn, { epoch: "f" })).stored).toBe(true);
    const { lines, state } = await k.reload();
    expect([lines[0]!.answer, state]).toEqual([null, { epoch: "f" }]);
    expect((await k.mediaStates())[0]).toMatchObject({ receipt: null, upload: null, here: true });
  });

  it("keep meaning the same through any order of pages, removals and compactions, in two tabs", async () => {
    const a = await fresh();
    const b = await again();
    const truth = new Map<string, string>();
    let seed = 7;
    const rnd = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    let compacted = 0;
    for (let i = 0; i < 120; i++) {
      const k = rnd(2) ? a : b;
      const rows = Array.from({ length: 1 + rnd(5) }, () => row("r" + rnd(30), "v" + i));
      const gone = ["r" + rnd(30)].filter((g) => !rows.some((r) => r.id === g) && rnd(3) === 0);
      await k.storeReply({ ...nothing, turn: await k.turn(), areas: [{ area: "A", rows, gone }] });
      gone.forEach((g) => truth.delete(g));
      rows.forEach((r) => truth.set(r.id, "v" + i));
      if (rnd(4) === 0 && (await (rnd(2) ? a : b).tidy())) compacted++;
      if (rnd(10) === 0) await new Promise((r) => setTimeout(r, 5));
    }
    await new Promise((r) => setTimeout(r, 20));
    expect(compacted).toBeGreaterThan(2);
    for (const k of [a, b, await again()]) {
      expect(Object.fromEntries((await k.area("A")).map((r) => [r.id, (r.light as { v: string }).v]))).toEqual(
        Object.fromEntries(truth),
      );
      for (const [id, v] of truth) expect(text(await k.row("A", id))).toBe(text(row(id, v).line));
    }
  });

  it("find a row though another tab moved it a moment ago", async () => {
    const a = await fresh();
    const b = await again();
    for (let i = 0; i < 16; i++) {
      await a.storeReply({ ...nothing, turn: i, areas: [{ area: "A", rows: [row("r" + i, "x")], gone: [] }] });
    }
    expect(await b.area("A")).toHaveLength(16);
    expect(await a.tidy()).toBe("A");
    expect(text(await b.row("A", "r3"))).toContain('"r3"');
    expect(await a.tidy()).toBeNull();
  });
});

describe("drafts and media", () => {
  it("are written over by nobody who has not read what stands there", async () => {
    const [k, other] = [await fresh(), await again()];
    expect(await k.putDraft("v1", { note: "一" }, undefined, null)).toBe(1);
    const code = (of: Promise<unknown>) =>
      of.then(
        () => "done",
        (e: { code: string }) => e.code,
      );
    expect(await code(other.putDraft("v1", { note: "不知道有" }, undefined, null))).toBe("overtaken");
    expect(await other.putDraft("v1", { note: "二" }, undefined, 1)).toBe(2);
    expect(await code(k.putDraft("v1", { note: "三" }, undefined, 1))).toBe("overtaken");
    expect(await code(k.dropDraft("v1", 1))).toBe("overtaken");
    expect(await code(k.save({ ...line("a"), draft: "v1", known: 1 }))).toBe("overtaken");
    expect(await k.drafts()).toMatchObject([{ id: "v1", version: 2, value: { note: "二" } }]);
    expect((await k.reload()).lines).toEqual([]); // nothing of the save is there
    await k.save({ ...line("a"), draft: "v1", known: 2 });
    expect(await code(other.putDraft("v1", { note: "四" }, undefined, 2))).toBe("overtaken"); // it became a line
    expect(await k.drafts()).toEqual([]);
  });

  it("survive, go with the save, and never come back after it", async () => {
    const k = await fresh();
    await k.putDraft("v1", { note: "一" });
    await k.keepMedium("v1", { sha256: "p", type: "image/jpeg", bytes: bytes("photo") });
    expect(await (await again()).drafts()).toMatchObject([{ id: "v1", value: { note: "一" } }]);
    void k.putDraft("v1", { note: "二" });
    await k.save({ ...line("a"), media: ["p"], draft: "v1" });
    expect(await k.drafts()).toEqual([]);
    expect(await k.mediaStates()).toMatchObject([{ sha256: "p", lines: ["d1a1"], drafts: [] }]);
    expect(text(await k.medium("p"))).toBe("photo");
  });

  it("of a dropped draft go, unless a line names them", async () => {
    const k = await fresh();
    await k.keepMedium("v1", { sha256: "p", type: "image/jpeg", bytes: bytes("p") });
    await k.keepMedium("v1", { sha256: "q", type: "image/jpeg", bytes: bytes("q") });
    await k.save({ ...line("a"), media: ["q"] });
    await k.dropDraft("v1");
    expect((await k.mediaStates()).map((m) => m.sha256)).toEqual(["q"]);
    await expect(k.save({ ...line("b"), media: ["p"] })).rejects.toEqual(code("no_media"));
    expect((await k.reload()).lines).toHaveLength(1);
  });

  it("without a receipt stay", async () => {
    const k = await fresh();
    await k.save({ ...line("a"), media: [{ sha256: "p", type: "image/jpeg", bytes: bytes("p") }] });
    expect(await k.dropMedia(["p"], () => true)).toEqual([]);
    await k.markMedium("p", { receipt: { epoch: "e", time: 1 } });
    expect(await k.dropMedia(["p"], () => true)).toEqual(["p"]);
  });

  it("stay while a line that holds them is not safe, be it one saved a moment ago", async () => {
    const k = await fresh();
    await k.save({ ...line("a"), media: [{ sha256: "p", type: "image/jpeg", bytes: bytes("p") }] });
    await k.storeReply({
      ...nothing,
      turn: await k.turn(),
      answers: [{ key: ["d1", 1], answer: { r: "ok", epoch: "e", time: 10 } }],
    });
    await k.markMedium("p", { receipt: { epoch: "e", time: 1 } });
    await k.save({ ...line("b"), media: ["p"] });
    const answered = (_: LineKey, said: Answer | null) => said !== null;
    expect(await k.dropMedia(["p"], answered)).toEqual([]);
    await k.storeReply({
      ...nothing,
      turn: await k.turn(),
      answers: [{ key: ["d1", 2], answer: { r: "ok", epoch: "e", time: 11 } }],
    });
    expect(await k.dropMedia(["p"], (key) => String(key) !== "d1,2")).toEqual([]);
    expect(await k.dropMedia(["p"], answered)).toEqual(["p"]);
  });
});

describe("named things", () => {
  it("are replaced in one transaction, and not over what the room owns", async () => {
    const a = await fresh();
    const b = await again();
    await Promise.all([a, b, a, b].map((k) => k.updateNamed("lease", (n) => ((n as number | undefined) ?? 0) + 1)));
    expect(await a.readNamed("lease")).toBe(4);
    await expect(a.updateNamed("ctr", () => 1)).rejects.toEqual(code("name"));
    await a.writeSecret("me", { name: "王" });
    expect(await b.readSecret("me")).toEqual({ name: "王" });
  });
});

it("is deleted though a tab has it open, and that tab is told", async () => {
  let closed = 0;
  const k = await Keep.open({ name: "gone", onClosed: () => closed++ });
  await deleteKeep("gone");
  expect(closed).toBe(1);
  await expect(k.turn()).rejects.toEqual(code("closed"));
});
