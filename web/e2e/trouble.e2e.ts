import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { newDiskHandset, openBrowser } from "./browser";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];
const dir = mkdtempSync(join(tmpdir(), "zoufang-trouble-"));

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  phones = [];
  office = await openOffice(inject("program"));
});
afterEach(async () => {
  await Promise.all(phones.map((p) => p.close()));
  await office.program.remove();
});

async function enrolled(before?: () => void, on: Browser | BrowserContext = browser): Promise<Phone> {
  const p = await Phone.open(on, office.program, before);
  phones.push(p);
  await p.enrol(office.program, office.lifang);
  await p.saved();
  return p;
}

async function visit(p: Phone, head: string, note: string): Promise<void> {
  await p.startVisit(head);
  await p.chip("怎么走访的", "入户");
  await p.write("情况", note);
  await p.submit();
}

/** Runs in the page: fills the origin's storage from beside the app until not a kilobyte goes in. */
async function fillDisk(): Promise<void> {
  const db = await new Promise<IDBDatabase>((done, failed) => {
    const open = indexedDB.open("junk");
    open.onupgradeneeded = () => open.result.createObjectStore("junk", { autoIncrement: true });
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  // Values of this size lie in files of their own, and give their room back at once.
  for (let size = 80_000, tries = 0; size >= 1_000 && tries < 200; tries++) {
    const fits = await new Promise<boolean>((done) => {
      const tx = db.transaction("junk", "readwrite", { durability: "strict" });
      tx.oncomplete = () => done(true);
      tx.onabort = () => done(false);
      tx.objectStore("junk").add(crypto.getRandomValues(new Uint8Array(size > 65_536 ? 65_536 : size)).buffer.slice(0));
      if (size > 65_536) tx.objectStore("junk").add(new Uint8Array(size).fill(tries));
    });
    size = fits ? size : size / 2;
  }
  db.close();
}

/** The notes of all visits on the server, and that the store is whole. */
async function notes(): Promise<string[]> {
  const fresh = await PlainPhone.enrol(office.program, office.lifang);
  await fresh.sync();
  expect(office.program.run("verify")["fault_count"]).toBe(0);
  return fresh
    .of("visit")
    .flatMap((r) => PlainPhone.values(r, "note") as string[])
    .sort();
}

test("the server is restored from an old backup: the phone offers again what is missing there", async () => {
  const p = await enrolled();
  await visit(p, "王秀兰", "备份以前");
  await p.syncNow();
  office.program.run("backup", office.program.file("old.tar"));
  await visit(p, "李德福", "备份以后");
  await p.syncNow();
  await office.program.stop();
  office.program.run("restore", office.program.file("old.tar"));
  await office.program.serve();
  await p.syncNow();
  expect(await notes()).toEqual(["备份以前", "备份以后"].sort());
});

test("the disk is full: what was typed stays, and is saved when there is room again", async () => {
  const p = await enrolled(undefined, await newDiskHandset(join(dir, "full")));
  const cdp = await p.context.newCDPSession(p.page);
  const used = await p.page.evaluate(() => navigator.storage.estimate().then((e) => e.usage ?? 0));
  // The browser asks for the limit when a database is opened, not again while it is in use.
  await p.page.goto(office.program.url + "/phone/manifest.webmanifest");
  await p.page.waitForTimeout(3_000);
  await cdp.send("Storage.overrideQuotaForOrigin", {
    origin: new URL(office.program.url).origin,
    quotaSize: used + 2_000_000,
  });
  await p.reopen();
  await offline(office.program, p);
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "存满时写的");
  await p.page.getByText("已存", { exact: true }).waitFor();
  await p.page.waitForTimeout(500);
  await p.page.evaluate(fillDisk);
  // A photo does not go in any more, and the page says so; nothing that was typed is touched.
  await p.page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "p.jpg", mimeType: "image/jpeg", buffer: await photo(browser, 90, 2400, 1800) });
  await p.page.getByText(/手机存储满了/).waitFor();
  expect(await p.page.getByLabel("情况").first().inputValue()).toBe("存满时写的");
  // What the app holds in reserve may still take the line in; if not, it is a draft as before.
  await p.button("提交").click();
  const bar = p.page.getByRole("navigation", { name: "主菜单" });
  await bar
    .or(p.page.getByText(/手机存储满了/))
    .first()
    .waitFor();
  const saved = await bar.isVisible();
  await p.kill(); // the limit goes with the tab
  await p.page.waitForTimeout(3_000);
  await p.reopen();
  if (!saved) {
    await p.link("接着写 李德福").click();
    await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("存满时写的");
    await p.submit();
  }
  await online(office.program, p);
  await p.syncNow(60_000);
  expect(await notes()).toEqual(["存满时写的"]);
});

test("a second tab: both save, nothing is doubled or lost", async () => {
  const p = await enrolled();
  const first = p.page;
  await p.newTab();
  await p.reopen();
  const second = p.page;
  await offline(office.program, p);
  for (let i = 0; i < 3; i++) {
    for (const [page, tab] of [
      [first, "一"],
      [second, "二"],
    ] as const) {
      p.page = page;
      await visit(p, "王秀兰", `第${tab}页第${i}次`);
    }
  }
  await online(office.program, p);
  p.page = second;
  await p.syncNow(60_000);
  p.page = first;
  await p.saved();
  expect(await notes()).toEqual(["一", "二"].flatMap((t) => [0, 1, 2].map((i) => `第${t}页第${i}次`)).sort());
});

test("a browser whose WebCrypto answers late saves all the same", async () => {
  const p = await enrolled(() => {
    const proto = SubtleCrypto.prototype as unknown as Record<string, (...a: unknown[]) => Promise<unknown>>;
    for (const name of Object.getOwnPropertyNames(proto)) {
      const was = proto[name];
      if (name !== "constructor" && typeof was === "function") {
        proto[name] = async function (this: unknown, ...a: unknown[]) {
          const v = await was.apply(this, a);
          await new Promise((r) => setTimeout(r, 20));
          return v;
        };
      }
    }
  });
  await offline(office.program, p);
  await visit(p, "王秀兰", "慢慢存下");
  await p.kill();
  await p.reopen();
  await online(office.program, p);
  await p.syncNow();
  expect(await notes()).toEqual(["慢慢存下"]);
});

test("a phone is revoked with work on it: the township finds all of it among the held", async () => {
  const p = await enrolled();
  await offline(office.program, p);
  await visit(p, "王秀兰", "停用以前写的");
  await visit(p, "李德福", "也是停用以前写的");
  const device = office.program.run<{ id: string; name: string }[]>("device", "list").find((d) => d.name !== "plain");
  office.program.run("device", "revoke", String(device?.id));
  await online(office.program, p);
  await p.page
    .getByText(/这部手机已停用/)
    .first()
    .waitFor({ timeout: 60_000 });
  const held = (): unknown[] => office.program.run<unknown[]>("held", "list");
  await expect.poll(() => held().length, { timeout: 30_000, interval: 1000 }).toBe(4); // two visits and their submissions
  expect(JSON.stringify(held())).toContain("revoked");
  expect(await notes()).toEqual([]);
});

for (const year of [1970, 2099]) {
  test(`a phone whose clock says ${year}`, async () => {
    const p = await enrolled(
      new Function(`
      const Real = Date, shift = Real.UTC(${year}, 5, 1) - Real.now();
      globalThis.Date = class extends Real {
        constructor(...a) { a.length ? super(...a) : super(Real.now() + shift); }
        static now() { return Real.now() + shift; }
      };`) as () => void,
    );
    await offline(office.program, p);
    await visit(p, "王秀兰", "钟不准");
    await p.kill();
    await p.reopen();
    await online(office.program, p);
    await p.syncNow();
    // The line tells the server's time, and the page of what is to be sent no year of the phone's.
    const clock = (ms: number): string =>
      new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }).format(ms);
    expect([0, 1, 2].map((m) => clock(Date.now() - m * 60_000))).toContain(
      /\d\d:\d\d/.exec(await p.status().innerText())?.[0],
    );
    await p.outbox();
    expect(await p.page.getByRole("main").innerText()).not.toMatch(/1970|2099|69年/);
    await p.button("返回").click();
    expect(await notes()).toEqual(["钟不准"]);
    const fresh = await PlainPhone.enrol(office.program, office.lifang);
    await fresh.sync();
    const row = fresh.of("visit")[0];
    expect(PlainPhone.values(row, "state")).toEqual(["submitted"]);
    // Who reads it sees when it came, whatever the phone believed.
    const to = row?.w[0]?.[2] ?? 0;
    expect(Math.abs(Date.now() - to)).toBeLessThan(10 * 60_000);
  });
}
