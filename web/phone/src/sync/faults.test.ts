/** Stories of what goes wrong on one phone: bits that rot, refusals, a lost state. Nothing else may suffer for it. */
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { seenBy, shownValue } from "../fold";
import { item } from "../../../shared/wire";
import { openGate } from "../village";
import { dong, phoneOf, until, xi, type Phone } from "./backend.testing";
import { begin, newHousehold, onDisk, opened, phone, photo, store, visit, waitFor } from "./stories.testing";

const shutOut = (ms = 2100): Promise<void> => new Promise((done) => setTimeout(done, ms)); // a revocation counts within seconds

const rot = (name: string, what: string, only?: IDBValidKey): Promise<void> =>
  onDisk(name, what, (s, keys) =>
    keys.filter((k) => only === undefined || k === only).forEach((k) => s.put(new Uint8Array(64).buffer, k)),
  );

const kids = (p: Phone): Promise<string[]> =>
  (
    p.gate as unknown as { keep: { shelf: { wrap(): Promise<{ recovery: { kid: string }[] } | undefined> } } }
  ).keep.shelf
    .wrap()
    .then((w) => w?.recovery.map((r) => r.kid) ?? []);

describe("a phone that is shut out", () => {
  it("hands over a photo of a line that was accepted long ago, and one of a line that was not, and says that it is shut out", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong));
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await a.village.setDataSaver(true);
    await visit(a.village, home, "发过的，照片还没有", photo(1, 1000));
    await a.village.sync();
    expect(a.village.status.value.unsent).toMatchObject({ lines: 0, media: 1 });
    await visit(a.village, home, "没发的", photo(2, 5000));
    b.run("device", "revoke", a.village.me.device);
    await shutOut();
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ revoked: true, phase: "idle", unsent: { lines: 0, media: 0 } });
    expect(a.village.roster("")).toEqual([]);
    expect(store(b)).toEqual({ faults: [], media: 2, awaited: 0, held: { revoked: 2 } });
  });

  it("erases the rows though a photo cannot be handed over, and stays shut out where no server answers", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "shut" });
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await b.stop();
    await visit(a.village, home, "坏了的照片", photo(1, 1000));
    await visit(a.village, home, "好的照片", photo(2, 5000));
    await rot("shut", "media", await a.village.digest(photo(1, 1000)));
    await b.start();
    b.run("device", "revoke", a.village.me.device);
    await shutOut();
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ revoked: true, offline: false, unsent: { lines: 0, media: 1 } });
    expect(a.village.roster("")).toEqual([]);
    expect(store(b)).toMatchObject({ media: 1 });
    await b.stop();
    await a.village.sync();
    expect(a.village.status.value).toMatchObject({ revoked: true, unreached: true });
    a.gate.lock();
    expect((await a.gate.unlock("295814")).status.value.revoked).toBe(true);
  });

  it("halves a last will that the server finds too large", async () => {
    const b = await begin();
    const sizes: number[] = [];
    const strict: typeof fetch = async (input, init) => {
      if (String(input).endsWith("/lastwill")) {
        const { gunzipSync } = await import("fflate");
        const raw = init?.body as Uint8Array;
        sizes.push(
          new TextDecoder()
            .decode(raw[0] === 0x1f ? gunzipSync(raw) : raw)
            .trim()
            .split("\n").length - 1,
        );
        if ((sizes[sizes.length - 1] ?? 0) > 7) {
          return new Response('{"code":"too_large"}', {
            status: 413,
            headers: { "Content-Type": "application/problem+json" },
          });
        }
      }
      return b.fetch(input, init);
    };
    const a = await phone(b, b.user("王芳", "coordinator", dong), strict);
    b.run("device", "revoke", a.village.me.device);
    for (let i = 0; i < 20; i++) await newHousehold(a.village, "户 " + i);
    await shutOut();
    await a.village.sync();
    expect(a.village.status.value).toMatchObject({ revoked: true, unsent: { lines: 0 } });
    expect(sizes).toEqual([20, 10, 5, 5, 5, 5]);
    expect(store(b)).toMatchObject({ held: { revoked: 20 } });
  });

  it("is let in again by a new code, and no longer says so", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    await newHousehold(a.village, "李大爷");
    await until(a.village);
    b.run("device", "revoke", a.village.me.device);
    await shutOut();
    await a.village.sync();
    expect([a.village.status.value.revoked, a.village.roster("").length]).toEqual([true, 0]);
    await a.gate.enrol(b.code(wang), "again");
    expect(a.village.status.value.revoked).toBe(false);
    await until(a.village);
    expect([a.village.status.value.revoked, a.village.roster("").length]).toEqual([false, 1]);
  });

  it("keeps the rows of the new device where the old one's last will ends later", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    let free: () => void = () => undefined;
    let held = 0;
    const slow: typeof fetch = async (input, init) => {
      const reply = await b.fetch(input, init);
      if (String(input instanceof Request ? input.url : input).endsWith("/lastwill")) {
        held++;
        await new Promise<void>((go) => (free = go));
      }
      return reply;
    };
    const a = await phone(b, wang, slow);
    await newHousehold(a.village, "李大爷");
    await until(a.village);
    b.run("device", "revoke", a.village.me.device);
    await shutOut();
    await newHousehold(a.village, "王大娘"); // what is handed over
    const will = a.village.sync();
    await waitFor(() => held === 1);
    await a.gate.enrol(b.code(wang), "again");
    await until(a.village);
    const there = a.village.roster("").length;
    free();
    await will;
    await new Promise((done) => setTimeout(done, 500));
    expect([there > 0, a.village.roster("").length]).toEqual([true, there]);
  });
});

describe("one bad medium", () => {
  it.each(["its seal does not open", "the server will not have it"])(
    "holds up no other, nor anything after it: %s",
    async (how) => {
      const b = await begin();
      const li = b.user("李芳", "coordinator", dong + "," + xi);
      const small = photo(1, 500);
      let refused = 0;
      const picky: typeof fetch = async (input, init) => {
        if (
          how.startsWith("the") &&
          init?.method === "POST" &&
          String(input).endsWith("/media") &&
          new Headers(init.headers).get("Upload-Length") === "500"
        ) {
          refused++;
          return new Response('{"code":"type"}', {
            status: 415,
            headers: { "Content-Type": "application/problem+json" },
          });
        }
        return b.fetch(input, init);
      };
      const a = await phone(b, li, picky, { name: "bad " + how });
      const home = await newHousehold(a.village, "李大爷");
      await newHousehold(a.village, "西村的户", xi);
      await until(a.village);
      await b.stop();
      await visit(a.village, home, "坏的", small);
      await visit(a.village, home, "好的", photo(2, 5000));
      if (how.startsWith("its")) await rot("bad " + how, "media", await a.village.digest(small));
      await b.start();
      b.run("user", "areas", li, "--area", dong);
      await a.village.sync({ media: true });
      expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 1 }, damaged: true, phase: "waiting" });
      expect(store(b)).toEqual({ faults: [], media: 1, awaited: 1 });
      expect(a.village.roster("").map((r) => r.household.head)).toEqual(["李大爷"]);
      b.run("backup", join(b.dir, "now.backup"));
      await a.village.sync({ media: true });
      await b.stop();
      expect(await a.village.photo(await a.village.digest(photo(2, 5000)))).toBeNull(); // safe, and let go of
      expect(refused).toBe(how.startsWith("the") ? 2 : 0);
      expect(await a.gate.rescueFile()).toMatchObject({ media: 1 });
    },
    60_000,
  );
});

describe("rows that do not open", () => {
  it("cost nothing but a new reading of their area", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "rotten" });
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    const shown = (await a.village.record(home))!;
    await b.stop();
    a.gate.lock();
    await rot("rotten", "body");
    let v = await a.gate.unlock("295814");
    expect(await v.record(home)).toBeNull();
    await v.save([item.set(home, "address", "东头", seenBy(shown, "address", v.me.id))]);
    expect(v.status.value.unsent.lines).toBe(1);
    a.gate.lock();
    v = await a.gate.unlock("295814");
    expect(v.householdLine(home)?.head).toBe("李大爷");
    await b.start();
    await until(v);
    await waitFor(() => v.householdLine(home)?.address === "东头");
    expect(shownValue((await v.record(home))!, "address")).toBe("东头");
    a.gate.lock(); // nor is it read again and again
    const areas: string[] = [];
    const keep = (a.gate as unknown as { keep: { damaged(): Promise<string[]> } }).keep;
    areas.push(...(await keep.damaged()));
    expect(areas).toEqual([]);
  });

  it("leave no keys behind where the village cannot be entered", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "stuck" });
    a.gate.lock();
    const keep = (a.gate as unknown as { keep: { locked: boolean; mediaStates: unknown } }).keep;
    const was = keep.mediaStates;
    keep.mediaStates = () => Promise.reject(new Error("no"));
    await expect(a.gate.unlock("295814")).rejects.toThrow("no");
    expect([a.gate.stage.value, a.gate.village.value, keep.locked]).toEqual(["locked", null, true]);
    keep.mediaStates = was;
    await a.gate.unlock("295814");
    expect(a.gate.stage.value).toBe("open");
  });
});

describe("what a phone remembers of the server", () => {
  it("is lost while the server is restored: all lines and photos are offered again", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang, b.fetch, { name: "lost" });
    b.run("backup", join(b.dir, "night.backup"));
    const home = await newHousehold(a.village, "备份之后的户");
    await visit(a.village, home, "备份之后", photo(1));
    await until(a.village);
    await b.stop();
    b.run("restore", join(b.dir, "night.backup"));
    await onDisk("lost", "meta", (s) => s.put(new Uint8Array(60).buffer, "sync"));
    await a.village.sync();
    expect(a.village.status.value.unsent).toMatchObject({ lines: 3, media: 1 }); // said before anybody answers
    await b.start();
    await until(a.village);
    const fresh = await phone(b, wang);
    expect(fresh.village.household(home)?.visits.map((v) => [v.state, v.need])).toEqual([["submitted", 0]]);
    expect(store(b)).toEqual({ faults: [], media: 1, awaited: 0 });
  });

  it("is lost, and an area was taken away meanwhile: its rows go all the same", async () => {
    const b = await begin();
    const li = b.user("李芳", "coordinator", dong + "," + xi);
    const a = await phone(b, li, b.fetch, { name: "lost area" });
    await newHousehold(a.village, "东村的户");
    await newHousehold(a.village, "西村的户", xi);
    await until(a.village);
    b.run("user", "areas", li, "--area", dong);
    await onDisk("lost area", "meta", (s) => s.put(new Uint8Array(60).buffer, "sync"));
    await until(a.village);
    expect(a.village.roster("").map((r) => r.household.head)).toEqual(["东村的户"]);
  });
});

it("with the data saver on, the rows of an area that was taken away go when nothing of it waits", async () => {
  const b = await begin();
  const li = b.user("李芳", "coordinator", dong + "," + xi);
  const a = await phone(b, li);
  const here = await newHousehold(a.village, "东村的户");
  const there = await newHousehold(a.village, "西村的户", xi);
  await until(a.village);
  await a.village.setDataSaver(true);
  await visit(a.village, here, "东村的照片", photo(1));
  await visit(a.village, there, "西村的照片", photo(2), xi);
  await a.village.sync();
  b.run("user", "areas", li, "--area", dong);
  const heads = (): string[] =>
    a.village
      .roster("")
      .map((r) => r.household.head)
      .sort();
  for (let i = 0; i < 3; i++) await a.village.sync();
  expect([heads(), a.village.status.value.unsent.media]).toEqual([["东村的户", "西村的户"].sort(), 2]);
  await a.village.sync({ media: true });
  expect(heads()).toEqual(["东村的户"]);

  b.run("user", "areas", li, "--area", dong + "," + xi);
  await a.village.sync();
  expect(heads().length).toBe(2);
  await visit(a.village, here, "又一张东村的", photo(3));
  await a.village.sync();
  b.run("user", "areas", li, "--area", dong);
  for (let i = 0; i < 2; i++) await a.village.sync();
  expect([heads(), a.village.status.value.unsent.media]).toEqual([["东村的户"], 1]); // it waits, and is of another area
});

it("the recovery key is there before the first sync ends, and again when the server was restored", async () => {
  const b = await begin();
  const wang = b.user("王芳", "coordinator", dong);
  b.run("backup", join(b.dir, "night.backup"));
  let syncs = 0;
  const cut: typeof fetch = (input, init) =>
    String(input).endsWith("/sync") && syncs++ === 0 ? Promise.reject(new TypeError("cut")) : b.fetch(input, init);
  const a = await phone(b, wang, cut);
  expect(a.village.status.value.lastSync).toBeNull();
  const first = await kids(a);
  expect(first.length).toBe(1);
  await until(a.village);
  await newHousehold(a.village, "李大爷");
  await b.stop();
  b.run("restore", join(b.dir, "night.backup"));
  b.run("recovery", "rotate");
  await b.start();
  await a.village.sync();
  if (a.village.status.value.unknown) await a.gate.enrol(b.code(wang), "again");
  await until(a.village);
  const now = await kids(a);
  expect([now.length, now[1], now[0] !== first[0]]).toEqual([2, first[0], true]);
});

it("a code of another person's does not take over a phone that has no PIN yet", async () => {
  const b = await begin();
  const [wang, zhao] = [b.user("王芳", "coordinator", dong), b.user("赵刚", "coordinator", dong)];
  const gate = await openGate({
    app: "1.0.0",
    name: "link",
    fetch: b.fetch,
    locks: null,
    iterations: 1000,
    every: Infinity,
  });
  await gate.enrol(b.code(wang), "test");
  await expect(gate.enrol(b.code(zhao), "test")).rejects.toMatchObject({ fault: "other_user" });
  expect([gate.who.value?.name, gate.stage.value]).toEqual(["王芳", "pin"]);
  opened({ gate, village: await gate.setPin("295814") });
});

it("times are the server's where the phone's clock is wrong, and the phone knows that it is", async () => {
  const b = await begin();
  const wang = b.user("王芳", "coordinator", dong);
  for (const off of [0, -2 * 3600_000, Date.parse("2099-06-01") - Date.now(), Date.parse("1970-01-02") - Date.now()]) {
    let wrong = off;
    const a = await phoneOf(b, wang, b.fetch, { now: () => Date.now() + wrong });
    opened(a);
    await newHousehold(a.village, "李大爷 " + off);
    await until(a.village);
    const near = (at: number | null): boolean => Math.abs((at ?? 0) - Date.now()) < 60_000;
    const s = a.village.status.value;
    expect([s.clockWrong, near(s.contact), near(s.lastSync), near(a.village.now())], String(off)).toEqual([
      off !== 0,
      true,
      true,
      true,
    ]);
    await a.village.saveDraft("d", { v: 1 });
    await newHousehold(a.village, "再一户");
    const moments = (): boolean[] => [...a.village.drafts.value, ...a.village.outbox()].map((e) => near(e.at));
    await waitFor(() => a.village.drafts.value.length === 1);
    expect(moments(), String(off)).toEqual([true, true]);
    wrong = 0; // somebody sets it right, and no server tells so
    const far = Math.abs(off) > 366 * 86_400_000;
    if (far) expect([near(a.village.now()), near(a.village.status.value.lastSync)], String(off)).toEqual([true, true]);
  }
});

it("asks the browser to keep the storage when the PIN is set and at each unlock, until it has promised", async () => {
  const b = await begin();
  let asked = 0;
  let promised = false;
  vi.stubGlobal("navigator", {
    onLine: true,
    storage: {
      persisted: async () => promised,
      persist: async () => (asked++, promised),
      estimate: async () => ({ usage: 1 }),
    },
  });
  try {
    const a = await phone(b, b.user("王芳", "coordinator", dong));
    const reopened = async (): Promise<void> => {
      a.gate.lock();
      a.village = await a.gate.unlock("295814");
      await waitFor(() => a.village.status.value.storage.usage === 1);
      await new Promise((done) => setTimeout(done, 20));
    };
    await waitFor(() => asked === 1);
    await reopened();
    expect([asked, a.village.status.value.storage.persisted]).toEqual([2, false]);
    promised = true;
    await reopened();
    expect([asked, a.village.status.value.storage.persisted]).toEqual([2, true]);
  } finally {
    vi.unstubAllGlobals();
  }
});
