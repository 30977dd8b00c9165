/** Stories of phones and the real server. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { elements, seenBy, seenStep, shownValue } from "../fold";
import { item, type Item } from "../../../shared/wire";
import { openGate, type Village } from "../village";
import { dong, lossy, town, until, xi } from "./backend.testing";
import { begin, commits, newHousehold, opened, phone, photo, store, visit, waitFor } from "./stories.testing";

async function edit(v: Village, id: string, field: string, value: string): Promise<string> {
  const shown = await v.record(id);
  return v.save([item.set(id, field, value, shown ? seenBy(shown, field, v.me.id) : [])]);
}

async function heads(v: Village, id: string, field: string): Promise<unknown[]> {
  return ((await v.record(id))?.fields[field] ?? []).map((h) => h.value).sort();
}

describe("a phone and the server", () => {
  it("brings thirty visits with photos over, and a fresh phone sees the same", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) ids.push(await visit(a.village, home, "第 " + i + " 次", photo(i)));
    expect(a.village.status.value.unsent).toMatchObject({ lines: 61, media: 30 });
    expect(a.village.outbox().length).toBe(61);
    expect(a.village.household(home)?.visits.length).toBe(30);
    await until(a.village);
    expect(a.village.outbox()).toEqual([]);

    const c = await phone(b, wang);
    expect(
      c.village
        .household(home)
        ?.visits.map((x) => x.id)
        .sort(),
    ).toEqual(ids.slice().sort());
    expect(c.village.household(home)?.visits.every((x) => x.state === "submitted" && x.need === 0 && !x.pending)).toBe(
      true,
    );
    const digest = elements((await c.village.record(ids[7] as string))!, "photos")[0] as string;
    expect(new Uint8Array(await (await c.village.photo(digest))!.arrayBuffer())).toEqual(photo(7));
    expect(store(b)).toEqual({ faults: [], media: 30, awaited: 0 });
  });

  it("keeps both values of two phones, and settles a held line by amending it", async () => {
    const b = await begin();
    const [wang, zhao] = [b.user("王芳", "coordinator", dong), b.user("赵刚", "coordinator", dong)];
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    const z = await phone(b, zhao);
    await edit(a.village, home, "address", "东头");
    await edit(z.village, home, "address", "西头");
    await until(a.village);
    await until(z.village);
    await until(a.village);
    for (const p of [a, z]) {
      expect(await heads(p.village, home, "address")).toEqual(["东头", "西头"].sort());
      expect(p.village.householdLine(home)?.conflicts).toEqual(["address"]);
    }

    // An investigation with nobody's signature is held, and says by which rule.
    const id = a.village.newId();
    await a.village.save([item.create(id, "visit", dong, { type: "investigation", household: home })]);
    await a.village.save([item.go(id, "state", "draft", "submitted", seenStep((await a.village.record(id))!))]);
    await until(a.village);
    expect(a.village.status.value.held).toBe(1);
    const held = a.village.outbox().find((o) => o.state === "held");
    const fault = { rule: "two_visitors", item: 0, field: "visitors", args: {} };
    expect(held).toMatchObject({ code: "invalid", canAmend: true, fault });
    expect(held?.why).not.toBe("");
    const shown = (await a.village.record(id))!;
    expect(shown.held).toMatchObject([{ code: "invalid", fault }]);
    const redo: Item[] = [item.set(id, "note", "改由镇里核查", seenBy(shown, "note", a.village.me.id))];
    await a.village.amend(held!.id, redo);
    await until(a.village);
    await until(a.village);
    expect(a.village.status.value.held).toBe(0);
    expect(a.village.decided().map((d) => d.code)).toEqual(["amended"]);
    expect(shownValue((await a.village.record(id))!, "note")).toBe("改由镇里核查");
    expect(store(b)).toMatchObject({ faults: [], media: 0, awaited: 0 });
  });

  it("offers everything again to a server restored from an old backup", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    await visit(a.village, home, "备份之前", photo(1));
    await until(a.village);
    b.run("backup", join(b.dir, "old.backup"));
    await until(a.village); // safe_at is heard: the first photo may go
    for (let i = 2; i < 8; i++) await visit(a.village, home, "备份之后 " + i, photo(i));
    await edit(a.village, home, "address", "东头");
    await until(a.village);
    await b.stop();
    b.run("restore", join(b.dir, "old.backup"));
    await visit(a.village, home, "没有服务器", photo(9));
    await a.village.sync();
    expect(a.village.status.value).toMatchObject({ unreached: true });
    await b.start();
    await until(a.village);
    const c = await phone(b, wang);
    expect(c.village.household(home)?.visits.length).toBe(8);
    expect(c.village.household(home)?.visits.every((x) => x.need === 0)).toBe(true);
    expect(await heads(c.village, home, "address")).toEqual(["东头"]);
    expect(store(b)).toEqual({ faults: [], media: 8, awaited: 0 });
  });

  it("enrols again where the server was restored from before it knew the phone, and brings all of the old device's work", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const zhao = b.user("赵刚", "coordinator", dong);
    b.run("backup", join(b.dir, "old.backup"));
    const a = await phone(b, wang, b.fetch, { name: "anew" });
    const gate = await openGate({
      app: "1.0.0",
      name: "anew",
      fetch: b.fetch,
      locks: null,
      iterations: 1000,
      every: Infinity,
    });
    const tab = { gate, village: await gate.unlock("295814") };
    opened(tab);
    const home = await newHousehold(a.village, "李大爷");
    const first = await visit(a.village, home, "发过的", photo(1));
    await until(a.village);
    await b.stop();
    b.run("restore", join(b.dir, "old.backup"));
    await b.start();
    const second = await visit(a.village, home, "没发的", photo(2));
    await a.village.sync();
    expect(a.village.status.value).toMatchObject({ unknown: true, offline: false });
    const was = a.village.me.device;

    await expect(a.gate.enrol(b.code(zhao), "test")).rejects.toMatchObject({ fault: "other_user" });
    expect(a.village.me.device).toBe(was);
    await a.gate.enrol(b.code(wang), "test");
    expect(a.village.me.device).not.toBe(was);
    await waitFor(() => tab.village.me.device === a.village.me.device); // the other tab goes on as the new device too
    const third = await visit(tab.village, home, "新的设备", photo(3));
    await until(a.village);
    expect(a.village.status.value).toMatchObject({ unknown: false, held: 0, waiting: 0 });
    expect(store(b)).toEqual({ faults: [], media: 3, awaited: 0 });
    const fresh = await phone(b, wang);
    expect(
      fresh.village
        .household(home)
        ?.visits.map((v) => [v.id, v.state, v.need])
        .sort(),
    ).toEqual([first, second, third].map((id) => [id, "submitted", 0]).sort());
  });

  it("amends a held line though its photo was let go of", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong));
    const home = await newHousehold(a.village, "李大爷");
    const sha256 = await a.village.digest(photo(1));
    const id = a.village.newId();
    const made = (type: string): Item => item.create(id, "visit", dong, { type, household: home, photos: [sha256] });
    await a.village.save([made("没有这一种")], [{ sha256, type: "image/jpeg", bytes: photo(1) }]);
    await until(a.village);
    b.run("backup", join(b.dir, "now.backup"));
    await until(a.village);
    const held = a.village.outbox().find((o) => o.state === "held");
    expect(held).toMatchObject({ code: "invalid", canAmend: true, media: { unsent: 0 } });
    await b.stop();
    expect(await a.village.photo(sha256)).toBeNull(); // the backup has it
    await expect(a.village.save([made("routine")], [await a.village.digest(photo(9))])).rejects.toMatchObject({
      code: "no_media",
    });
    await a.village.amend(held!.id, [made("routine")], [sha256]);
    await b.start();
    await until(a.village);
    await until(a.village);
    expect(a.village.outbox()).toEqual([]);
    expect(a.village.visit(id)).toMatchObject({ type: "routine", need: 0, pending: false });
    expect(store(b)).toMatchObject({ faults: [], media: 1, awaited: 0 });
  });

  it("keeps a photo whose line does not open, and was never sent", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "torn" });
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await b.stop();
    const sha256 = await a.village.digest(photo(1));
    await a.village.save(
      [item.create(a.village.newId(), "visit", dong, { type: "routine", household: home, photos: [sha256] })],
      [{ sha256, type: "image/jpeg", bytes: photo(1) }],
    );
    await tear("torn");
    await b.start();
    a.gate.lock();
    const v = await a.gate.unlock("295814");
    expect(v.status.value.damaged).toBe(true);
    await until(v); // the photo goes, though nothing names it there
    b.run("backup", join(b.dir, "now.backup"));
    await until(v);
    await b.stop();
    expect(await v.photo(sha256)).not.toBeNull();
  });

  it("shows what another tab saved while this one was being unlocked", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang, b.fetch, { name: "doors" });
    const gate = await openGate({
      app: "1.0.0",
      name: "doors",
      fetch: b.fetch,
      locks: null,
      iterations: 1000,
      every: Infinity,
    });
    opened({ gate, village: await gate.unlock("295814") });
    await b.stop(); // no reply that would make it look again
    for (let i = 0; i < 60; i++) {
      gate.lock();
      const opening = gate.unlock("295814");
      await new Promise((done) => setTimeout(done, i % 30));
      const home = await newHousehold(a.village, "户 " + i);
      const village = await opening;
      await waitFor(() => village.householdLine(home) !== null);
    }
  });

  it("does not call a save failed that is on the disk, though the phone was locked that moment", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "moment" });
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await b.stop();
    const heard = new BroadcastChannel("zoufang-keep moment");
    heard.onmessage = (e: MessageEvent<{ what: string }>) => e.data.what === "lines" && a.gate.lock();
    for (let i = 0; i < 10; i++) {
      await edit(a.village, home, "address", "东头 " + i); // else it would be saved twice
      await waitFor(() => a.gate.stage.value === "locked");
      a.village = await a.gate.unlock("295814");
      expect(a.village.status.value.unsent.lines).toBe(i + 1);
    }
    heard.close();
  });

  it("loses nothing and doubles nothing on a line that loses every fifth request or reply", async () => {
    const b = await begin();
    const [wang, zhao] = [b.user("王芳", "coordinator", dong), b.user("赵刚", "coordinator", dong)];
    const before = commits(b);
    let calls = 0;
    const bad = lossy((i, o) => (calls++, b.fetch(i, o)), 0.2, 7);
    const [e, f] = [await phone(b, wang, bad), await phone(b, zhao, bad)];
    const home = await newHousehold(e.village, "李大爷");
    await until(e.village);
    await until(f.village);
    for (let i = 0; i < 12; i++) {
      await visit(e.village, home, "王 " + i, photo(i, 90_000));
      await visit(f.village, home, "赵 " + i, photo(100 + i, 90_000));
      await e.village.sync({ media: true });
    }
    await until(e.village);
    await until(f.village);
    await until(e.village);
    expect(e.village.household(home)?.visits.length).toBe(24);
    expect(f.village.household(home)?.visits.length).toBe(24);
    expect(store(b)).toEqual({ faults: [], media: 24, awaited: 0 });
    expect(commits(b)).toBe(before + 1 + 48); // two lines a visit
    expect(calls).toBeGreaterThan(50);
  });

  it("halves what a server finds too large", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const sizes: number[] = [];
    const strict: typeof fetch = async (input, init) => {
      if (String(input).endsWith("/sync")) {
        const { gunzipSync } = await import("fflate");
        const raw = init?.body as Uint8Array;
        const text = new TextDecoder().decode(raw[0] === 0x1f ? gunzipSync(raw) : raw);
        const lines = text.trim().split("\n").length - 1;
        sizes.push(lines);
        if (lines > 7) {
          return new Response('{"code":"too_large"}', {
            status: 413,
            headers: { "Content-Type": "application/problem+json" },
          });
        }
      }
      return b.fetch(input, init);
    };
    const a = await phone(b, wang, strict);
    for (let i = 0; i < 40; i++) await newHousehold(a.village, "户 " + i);
    await until(a.village);
    expect(Math.max(...sizes)).toBe(40);
    expect(sizes.slice(-7).every((n) => n <= 5)).toBe(true);
    expect(store(b)).toEqual({ faults: [], media: 0, awaited: 0 });
    expect(a.village.roster("").length).toBe(40);
  });

  it("pushes all it has, then erases an area that was taken away", async () => {
    const b = await begin();
    const li = b.user("李芳", "coordinator", dong + "," + xi);
    const a = await phone(b, li);
    const there = await newHousehold(a.village, "西村的户", xi);
    const here = await newHousehold(a.village, "东村的户");
    await until(a.village);
    await visit(a.village, there, "还没发", photo(5), xi);
    b.run("user", "areas", li, "--area", dong);
    await until(a.village);
    await until(a.village);
    expect(a.village.me.areas).toEqual([dong]);
    expect(a.village.roster("").map((r) => r.household.id)).toEqual([here]);
    expect(a.village.household(there)).toBeNull();
    // It wrote the visit when it no longer could: held by scope, the step waits for it, the photo is there.
    expect(store(b)).toEqual({ faults: [], media: 1, awaited: 0, held: { scope: 1, waiting: 1 } });
    const boss = await phone(b, b.user("镇里", "township", town));
    expect(boss.village.roster("").length).toBe(2);
  });

  it("hands everything over when it is shut out", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await visit(a.village, home, "没来得及发", photo(4));
    b.run("device", "revoke", a.village.me.device);
    await new Promise((done) => setTimeout(done, 2100)); // a revocation counts within seconds
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ revoked: true, unsent: { lines: 0, media: 0 } });
    expect(a.village.roster("")).toEqual([]);
    expect(store(b)).toEqual({ faults: [], media: 1, awaited: 0, held: { revoked: 2 } });
  });

  it("sees another's edit, a return with comments, and sends the visit again", async () => {
    const b = await begin();
    const [wang, boss] = [b.user("王芳", "coordinator", dong), b.user("镇里", "township", town)];
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    const id = await visit(a.village, home, "一切都好");
    await until(a.village);
    const t = await phone(b, boss);
    const seen = (await t.village.record(id))!;
    await t.village.save([item.log(id, "comments.note", "请写明吃药情况")]);
    await t.village.save([item.go(id, "state", "submitted", "returned", seenStep(seen))]);
    await until(t.village);
    await until(a.village);
    const back = a.village.today().returned;
    expect(back.map((r) => [r.visit.id, r.comments.map((c) => c.field + ": " + c.text + " " + c.by)])).toEqual([
      [id, ["note: 请写明吃药情况 镇里"]],
    ]);
    await edit(a.village, id, "note", "按时吃药");
    await a.village.save([item.go(id, "state", "returned", "submitted", seenStep((await a.village.record(id))!))]);
    expect(a.village.today().returned).toEqual([]);
    await until(a.village);
    await until(t.village);
    expect(shownValue((await t.village.record(id))!, "note")).toBe("按时吃药");
    expect(t.village.visit(id)?.state).toBe("submitted");
    expect(store(b)).toEqual({ faults: [], media: 0, awaited: 0 });
  });

  it("notices a snapshot put back in silence", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    const [data, copy] = [join(b.dir, "data"), join(b.dir, "copy")];
    await b.stop();
    cpSync(data, copy, { recursive: true });
    await b.start();
    for (let i = 0; i < 5; i++) await visit(a.village, home, "不见了的 " + i, photo(i));
    await until(a.village);
    await b.stop();
    rmSync(data, { recursive: true });
    cpSync(copy, data, { recursive: true });
    await b.start();
    await until(a.village);
    expect(
      (await phone(b, wang)).village.household(home)?.visits.filter((v) => v.state === "submitted" && v.need === 0)
        .length,
    ).toBe(5);
    expect(store(b)).toEqual({ faults: [], media: 5, awaited: 0 });
  });

  it("lets media go when a backup holds them, and keeps the lines", async () => {
    const b = await begin();
    const a = await phone(b, b.user("王芳", "coordinator", dong));
    const home = await newHousehold(a.village, "李大爷");
    await visit(a.village, home, "照片", photo(1));
    await until(a.village);
    const kept = async (): Promise<number> => (await a.gate.rescueFile().catch(() => null))?.media ?? -1;
    const before = await a.village.photo(await a.village.digest(photo(1)));
    b.run("backup", join(b.dir, "now.backup"));
    await until(a.village);
    await b.stop();
    expect(before).not.toBeNull();
    expect(await a.village.photo(await a.village.digest(photo(1)))).toBeNull(); // no longer here, and no server to ask
    expect(a.village.household(home)?.visits.length).toBe(1);
    expect(await kept()).toBe(0);
  });

  it("reads an area again when a row went missing on the way, and takes no captive portal for a server", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const first = await phone(b, wang);
    const home = await newHousehold(first.village, "李大爷");
    await until(first.village);
    let portal = false;
    let lost = 0;
    const odd: typeof fetch = async (input, init) => {
      if (portal) return new Response("<html>请登录</html>", { status: 200 });
      const answer = await b.fetch(input, init);
      if (!String(input).endsWith("/sync") || lost > 0) return answer;
      const lines = (await answer.text()).split("\n");
      const without = lines.filter((l) => !l.includes('"id":"' + home + '"'));
      lost += lines.length - without.length;
      return new Response(without.join("\n"), { status: 200 });
    };
    const a = await phone(b, wang, odd);
    expect(lost).toBe(1);
    expect(a.village.householdLine(home)?.head).toBe("李大爷");
    portal = true;
    await newHousehold(a.village, "新的户");
    await a.village.sync();
    expect(a.village.status.value).toMatchObject({ unreached: true, unsent: { lines: 1 } });
    portal = false;
    await until(a.village);
    expect(store(b)).toEqual({ faults: [], media: 0, awaited: 0 });
  });

  it("works with a clock of 1970 and of 2099, and knows what day it is", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    for (const year of ["1970-01-02", "2099-06-01"]) {
      const off = Date.parse(year) - Date.now();
      const a = await phone(b, wang, b.fetch, { now: () => Date.now() + off });
      const home = await newHousehold(a.village, "李大爷 " + year);
      await visit(a.village, home, "钟不准");
      await until(a.village);
      expect(Math.abs(a.village.now() - Date.now())).toBeLessThan(60_000);
    }
    expect(store(b)).toEqual({ faults: [], media: 0, awaited: 0 });
  });

  it("shows in one tab what another saved, and two tabs that sync at once do no harm", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const before = commits(b);
    const a = await phone(b, wang, b.fetch, { name: "tabs" });
    const gate = await openGate({
      app: "1.0.0",
      name: "tabs",
      fetch: b.fetch,
      locks: null,
      iterations: 1000,
      every: Infinity,
    });
    const c = { gate, village: await gate.unlock("295814") };
    opened(c);
    const home = await newHousehold(a.village, "李大爷");
    await waitFor(() => c.village.householdLine(home)?.head === "李大爷");
    await Promise.all(
      [1, 2, 3].flatMap((i) => [a, c].map((p, t) => visit(p.village, home, t + " " + i, photo(10 * t + i)))),
    );
    await Promise.all([until(a.village), until(c.village)]);
    await waitFor(() =>
      [a, c].every((p) => p.village.household(home)?.visits.length === 6 && p.village.outbox().length === 0),
    );
    expect(store(b)).toEqual({ faults: [], media: 6, awaited: 0 });
    expect(commits(b)).toBe(before + 1 + 12);
  });

  it("writes a rescue file that staff can bring in, also when it is locked", async () => {
    const b = await begin();
    const wang = b.user("王芳", "coordinator", dong);
    const a = await phone(b, wang);
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await b.stop();
    await visit(a.village, home, "手机坏了", photo(6));
    a.gate.lock();
    expect(a.gate.stage.value).toBe("locked");
    const file = await a.gate.rescueFile();
    expect(file).toMatchObject({ media: 1, lines: 3, left: 0 });
    writeFileSync(join(b.dir, file.name), new Uint8Array(await file.blob.arrayBuffer()));
    b.run("rescue", "import", join(b.dir, file.name));
    expect(store(b)).toEqual({ faults: [], media: 1, awaited: 0 });
    await b.start();
    const village = await a.gate.unlock("295814");
    await until(village);
    expect(village.household(home)?.visits.map((v) => [v.state, v.need, v.pending])).toEqual([["submitted", 0, false]]);
    expect(store(b)).toEqual({ faults: [], media: 1, awaited: 0 });
  });
});

/** Breaks the seal of the last line on the disk. */
async function tear(name: string): Promise<void> {
  const wait = <T>(r: IDBRequest<T>): Promise<T> =>
    new Promise((done, failed) => {
      r.onsuccess = () => done(r.result);
      r.onerror = () => failed(r.error);
    });
  const db = await wait(indexedDB.open(name));
  const lines = db.transaction("lines", "readwrite").objectStore("lines");
  const at = (await wait(lines.getAllKeys())).pop() as IDBValidKey;
  const line = (await wait(lines.get(at))) as { sealed: ArrayBuffer };
  new Uint8Array(line.sealed).fill(0, 20, 40);
  await wait(lines.put(line, at));
  db.close();
}
