import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let dir: string;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  dir = mkdtempSync(join(tmpdir(), "zoufang-rescue-"));
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
  rmSync(dir, { recursive: true, force: true });
});

async function enrolled(): Promise<Phone> {
  await office.program.serve();
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  return p;
}

/** A visit begun, with a photo, and left. */
async function draft(p: Phone, head: string, note: string): Promise<void> {
  await p.startVisit(head);
  await p.write("情况", note);
  await p
    .block("照片")
    .locator("input[type=file]")
    .last()
    .setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: await photo(browser, 7, 800, 600) });
  await p.page.getByRole("img", { name: "照片 1" }).waitFor();
  await p.button(/存草稿/).click();
  await p.heading("今日").waitFor();
}

async function exported(p: Phone, name: string): Promise<string> {
  const downloading = p.page.waitForEvent("download");
  await p.button("导出救援文件").click();
  const file = join(dir, name);
  await (await downloading).saveAs(file);
  return file;
}

const notes = (): unknown[] => office.plain.of("visit").map((r) => PlainPhone.values(r, "note")[0]);

/** The device enrolled last. */
function newest(): string {
  const devices = office.program.run<{ id: string; enrolled: number }[]>("device", "list");
  return devices.sort((a, b) => b.enrolled - a.enrolled)[0]?.id ?? "";
}

test("what was begun and not submitted reaches the township from a locked phone: it is read once, and stored nowhere", async () => {
  const p = await enrolled();
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  await p.syncNow();
  await offline(office.program, p);
  await p.startVisit("王秀兰");
  await p.write("情况", "提交了的一次");
  await p.answerRequired();
  await p.submit();
  await draft(p, "李德福", "屋顶漏了，还没写完");
  await p.tab("我的");
  await p.button("锁上").click();
  await p.page.getByText(/忘了密码/).click();
  const file = await exported(p, "locked.zfrescue");
  await p.page.getByText(/已导出：内容 \d+ 条，草稿 1 份，照片和录音 1 份/).waitFor();
  await office.program.serve(); // the office has a net, the phone has none

  const said = await desk.rescue(file);
  expect(said).toMatch(/没提交的草稿 1 份/);
  expect(said).toMatch(/李德福 走访[^]*情况[^]*屋顶漏了，还没写完/);
  const shown = desk.page.getByRole("img", { name: "草稿里的照片或签名" });
  await expect.poll(() => shown.evaluate((i) => (i as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
  expect((await look(desk.page, "rescue-drafts")).filter((f) => !f.includes("too small"))).toEqual([]);
  await office.plain.sync();
  expect(notes()).toEqual(["提交了的一次"]);
  expect(office.program.run("verify")).toMatchObject({ fault_count: 0, media: 0 });
  expect(await (await desk.held()).getByText("屋顶漏了").count()).toBe(0);
  expect(office.program.run("rescue", "import", file)).toMatchObject({ drafts: 1, draft_media: 1, proven: true });
  expect(JSON.stringify(office.program.run("rescue", "import", "--drafts", file))).toContain("屋顶漏了，还没写完");
  expect(office.program.log).not.toContain("屋顶漏了");

  await p.context.setOffline(false);
  await p.unlock();
  await p.tab("今日");
  await p.link("接着写 李德福").click();
  await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("屋顶漏了，还没写完");
  await p.close();
});

test("a phone that was shut out has one page: what happened, what was handed over, what is left and how it is saved", async () => {
  const p = await enrolled();
  await p.syncNow();
  await offline(office.program, p);
  await p.startVisit("张桂英");
  await p.write("情况", "停用前记的");
  await p.answerRequired();
  await p.submit();
  await draft(p, "陈玉珍", "停用前没写完");
  await p.startVisit("刘长根");
  office.program.run("device", "revoke", newest());
  await online(office.program, p);
  await p.write("情况", "写到一半"); // and no longer waited for
  await p.heading("这部手机已停用").waitFor();
  await p.page.getByText(/已交到镇里，等镇里核定/).waitFor();
  const drafts = p.page.getByRole("region", { name: "草稿" });
  await expect.poll(() => drafts.innerText()).toMatch(/走访 “写到一半”[^]*走访 “停用前没写完”/);
  const nothing = async (): Promise<void> => {
    for (const name of ["记走访", "接着写", "同步", "提交"]) {
      expect(
        await p.page
          .getByRole("link", { name })
          .or(p.page.getByRole("button", { name, exact: true }))
          .count(),
        name,
      ).toBe(0);
    }
    expect(await p.page.getByText(/没有到期|没有找到|全部已存|表单/).count()).toBe(0);
  };
  await nothing();
  expect((await look(p.page, "revoked")).join("\n")).toBe("");
  for (const address of ["#/today", "#/roster", "#/outbox", "#/pick"]) {
    await p.page.evaluate((a) => (location.hash = a), address);
    await p.heading("这部手机已停用").waitFor();
    await nothing();
  }

  // It stays so without a net, after a new start.
  await offline(office.program, p);
  await p.kill();
  await p.page.goto(office.program.url + "/phone/");
  await p.page.getByLabel("密码", { exact: true }).fill("295814");
  await p.button("打开").click();
  await p.heading("这部手机已停用").waitFor();
  await nothing();
  const file = await exported(p, "revoked.zfrescue");
  const { drafts_text: text } = office.program.run<{ drafts_text: unknown }>("rescue", "import", "--drafts", file);
  expect(JSON.stringify(text)).toContain("停用前没写完");

  // Enrolled again, the same phone goes on with the draft.
  await online(office.program, p);
  await p.link("重新扫码登记").click();
  await p.button("手工输入登记码").click();
  await p.page.getByLabel("登记码").fill(office.program.enrolment(office.lifang).code);
  await p.button("登记").click();
  await p.heading("待发").first().waitFor();
  await p.button("返回").click();
  await p.page.getByRole("navigation", { name: "主菜单" }).waitFor(); // a second step back would come after the tab
  await p.tab("今日");
  await p.link("接着写 陈玉珍").click();
  await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("停用前没写完");
  await p.close();
});

test("the browser is not invited to keep the PIN, and nobody reads it over a shoulder", async () => {
  const p = await Phone.open(browser, office.program);
  await office.program.serve();
  await p.page.goto(office.program.enrolment(office.lifang).url);
  await p.heading("设一个开锁密码").waitFor();
  const fields = (): Promise<string[]> =>
    p.page
      .locator("form input:not([type=checkbox])")
      .evaluateAll((all) =>
        all.map((e) =>
          [
            e.getAttribute("type"),
            e.getAttribute("autocomplete"),
            getComputedStyle(e).getPropertyValue("-webkit-text-security"),
          ].join(" "),
        ),
      );
  expect(await fields()).toEqual(["text off disc", "text off disc"]);
  await p.page.getByLabel("显示密码").check();
  expect(await fields()).toEqual(["text off none", "text off none"]);
  await p.page.getByLabel("显示密码").uncheck();
  await p.begin();
  await p.tab("我的");
  await p.link("改密码").click();
  await p.page.getByLabel("现在的密码").waitFor();
  expect(await fields()).toEqual(["text off disc", "text off disc", "text off disc"]);
  await p.button("返回").click();
  await p.button("锁上").click();
  await p.page.getByLabel("密码", { exact: true }).waitFor();
  expect(await fields()).toEqual(["text off disc"]);
  expect(await p.page.locator("input[type=password]").count()).toBe(0);
  await p.unlock();
  await p.close();
});

test("a code of another account says what the way out is, and offers it", async () => {
  const p = await enrolled();
  await p.syncNow();
  await p.tab("我的");
  await p.page.evaluate(() => (location.hash = "#/enrol"));
  await p.button("手工输入登记码").click();
  await p.page.getByLabel("登记码").fill(office.program.enrolment(office.zhaomin).code);
  await p.button("登记").click();
  await p.page.getByText(/另一个账号的登记码.*先导出救援文件交镇里导入/).waitFor();
  await exported(p, "other.zfrescue");
  expect((await look(p.page, "other-user")).join("\n")).toBe("");
  await p.close();
});
