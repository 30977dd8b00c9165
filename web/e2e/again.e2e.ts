import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { newDiskHandset, openBrowser } from "./browser";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];
const dir = mkdtempSync(join(tmpdir(), "zoufang-again-"));

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

async function enrolled(on: Browser | BrowserContext = browser): Promise<Phone> {
  const p = await Phone.open(on, office.program);
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

async function notes(): Promise<string[]> {
  const fresh = await PlainPhone.enrol(office.program, office.lifang);
  await fresh.sync();
  expect(office.program.run("verify")["fault_count"]).toBe(0);
  const visits = fresh.of("visit");
  expect(visits.flatMap((r) => PlainPhone.values(r, "state"))).toEqual(visits.map(() => "submitted"));
  return visits.flatMap((r) => PlainPhone.values(r, "note") as string[]).sort();
}

test("the server no longer knows the phone: a new code from within the app, and all of the work arrives", async () => {
  office.program.run("backup", office.program.file("old.tar"));
  const p = await enrolled();
  await visit(p, "王秀兰", "发过的");
  await p.syncNow();
  await offline(office.program, p);
  await visit(p, "李德福", "没发的");
  office.program.run("restore", office.program.file("old.tar"));
  await online(office.program, p);
  await p.tab("今日");
  const again = p.page.getByRole("banner").getByRole("link", { name: /重新扫码登记/ });
  await again.waitFor({ timeout: 30_000 });
  await p.page
    .getByRole("banner")
    .getByText(/服务器不认得这部手机/)
    .waitFor();
  await p.tab("我的");
  await p.page.getByRole("main").getByRole("link", { name: "重新扫码登记" }).waitFor();
  await again.click();
  await p.heading("重新扫码登记").waitFor();
  await p.button("取消").click();
  await p.heading("我的").waitFor();

  await again.click();
  await p.button("手工输入登记码").click();
  await p.page.getByLabel("登记码", { exact: true }).fill(office.program.enrolment(office.lifang).code);
  await p.button("登记").click();
  await p.heading("待发").first().waitFor();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
  await p.saved();
  await p.button("返回").click();
  await visit(p, "王秀兰", "新登记的");
  await p.syncNow();
  expect(await notes()).toEqual(["发过的", "没发的", "新登记的"].sort());
});

/** Runs in the page: fills the origin's storage from beside the app until not a kilobyte goes in. */
async function fillDisk(): Promise<void> {
  const db = await new Promise<IDBDatabase>((done, failed) => {
    const open = indexedDB.open("junk");
    open.onupgradeneeded = () => open.result.createObjectStore("junk", { autoIncrement: true });
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  for (let size = 400_000, tries = 0; size >= 1_000 && tries < 200; tries++) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    const fits = await new Promise<boolean>((done) => {
      const tx = db.transaction("junk", "readwrite", { durability: "strict" });
      tx.oncomplete = () => done(true);
      tx.onabort = () => done(false);
      tx.objectStore("junk").add(bytes.buffer);
    });
    size = fits ? size : size / 2;
  }
  db.close();
}

test("a full disk gets room while the form is open: it saves again at once, and the line says the truth", async () => {
  const p = await enrolled(await newDiskHandset(join(dir, "room")));
  const cdp = await p.context.newCDPSession(p.page);
  const used = await p.page.evaluate(() => navigator.storage.estimate().then((e) => e.usage ?? 0));
  await p.page.goto(office.program.url + "/phone/manifest.webmanifest");
  await p.page.waitForTimeout(3_000);
  await cdp.send("Storage.overrideQuotaForOrigin", {
    origin: new URL(office.program.url).origin,
    quotaSize: used + 4_000_000,
  });
  await p.reopen();
  await p.page.waitForTimeout(12_000); // the reserve is there by then
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "入户");
  await p.page.evaluate(fillDisk);
  const banner = p.page.getByRole("banner");
  // Longer than what the reserve takes in: drafts are kept over and over, and in the end there is no room.
  for (let i = 0; i < 12 && !(await banner.getByText(/手机存储快满了/).isVisible()); i++) {
    await p.write("情况", String(i).repeat(1_900));
    await p.page.waitForTimeout(500);
  }
  await banner.getByText(/手机存储快满了/).waitFor();
  await p.write("情况", "存满时写的");
  await p.page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const gone = indexedDB.deleteDatabase("junk");
        gone.onsuccess = () => done();
        gone.onerror = () => failed(gone.error);
      }),
  );
  await p.page.getByText("已存", { exact: true }).waitFor({ timeout: 10_000 });
  await p.submit();
  await p.saved();
  expect(await banner.getByText(/手机存储快满了/).count()).toBe(0);
  expect(await notes()).toEqual(["存满时写的"]);
});
