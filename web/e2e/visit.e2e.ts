import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let desk: Desk;
let phones: Phone[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});
beforeEach(async () => {
  phones = [];
  await office.program.serve();
});
afterEach(async () => {
  await Promise.all(phones.map((p) => p.close()));
});

async function enrolled(user: string): Promise<Phone> {
  const p = await Phone.open(browser, office.program);
  phones.push(p);
  await p.enrol(office.program, user);
  await p.saved();
  return p;
}

/** What the server has, as a new phone reads it. */
async function visitTo(
  head: string,
): Promise<{ f: (field: string) => unknown[]; s: (field: string) => unknown[]; need: string[] }> {
  await office.plain.sync();
  const household = office.households.find((h) => h.head === head)?.id;
  const row = office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === household)
    .pop();
  if (!row) {
    throw new Error("no visit to " + head + " on the server");
  }
  return {
    f: (field) => PlainPhone.values(row, field),
    s: (field) => (row.s[field] ?? []).map(([, v]) => v),
    need: row.need,
  };
}

const verified = (): void => expect(office.program.run("verify")["fault_count"]).toBe(0);

test("a visit recorded without a net, the tab killed on the way, is all on the server later", async () => {
  const p = await enrolled(office.lifang);
  await offline(office.program, p);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.chip("见到了谁", "本人");
  await p.chip("吃穿", "够");
  await p.write("情况", "院里柴火已码好，老人精神不错。");
  await p.addPhoto(await photo(browser, 1));
  await p.page.getByText("已存", { exact: true }).waitFor();
  await p.page.waitForTimeout(400);
  await p.kill();

  await p.reopen();
  await p.link("接着写 王秀兰").click();
  await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("院里柴火已码好，老人精神不错。");
  expect(await p.page.getByRole("button", { name: /去掉照片/ }).count()).toBe(1);
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.page.getByRole("dialog").getByText("院里柴火已码好").waitFor(); // exactly what is signed is shown
  await p.draw();
  await p.submit();
  await p.page.getByText(/没有信号，1 条已存在本机/).waitFor(); // the visit and its submission are one thing

  await p.kill();
  await p.reopen();
  await p.openHousehold("王秀兰");
  await p
    .link(/走访.*李芳/)
    .first()
    .waitFor();
  await p.outbox();
  await p.page.getByText(/记走访 王秀兰/).waitFor();
  await p.button("返回").click();

  await online(office.program, p);
  await p.saved(60_000);
  await p.syncNow();
  const there = await visitTo("王秀兰");
  expect(there.f("note")).toEqual(["院里柴火已码好，老人精神不错。"]);
  expect(there.f("state")).toEqual(["submitted"]);
  expect(there.s("photos").length).toBe(1);
  expect(there.f("signature.household")[0]).toMatchObject({
    image: expect.stringMatching(/^[0-9a-f]{64}$/),
    text: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(there.need).toEqual([]);
  verified();
  const page = await desk.open("王秀兰");
  await page.getByText("院里柴火已码好，老人精神不错。").first().waitFor();
  expect(await page.locator(".photos img").count()).toBe(1);
  await expect
    .poll(() =>
      page
        .locator(".photos img")
        .first()
        .evaluate((i: HTMLImageElement) => i.naturalWidth),
    )
    .toBeGreaterThan(100);
});

test("two phones change the same visit without a net: both values survive, and the township settles it", async () => {
  const [a, b] = [await enrolled(office.lifang), await enrolled(office.zhaomin)];
  await a.startVisit("李德福");
  await a.chip("怎么走访的", "电话");
  await a.write("情况", "一切照旧");
  await a.submit();
  await a.syncNow();
  await b.syncNow();
  await offline(office.program, a, b);
  for (const [p, text] of [
    [a, "腿脚比上月好"],
    [b, "夜里咳嗽，要复查"],
  ] as const) {
    await p.openHousehold("李德福");
    await p
      .link(/走访.*李芳/)
      .first()
      .click();
    await p.link("修改").click();
    await p.write("情况", text);
    await p.submit();
  }
  await online(office.program, a, b);
  await a.syncNow();
  await b.syncNow();
  await a.syncNow();
  expect(((await visitTo("李德福")).f("note") as string[]).sort()).toEqual(["夜里咳嗽，要复查", "腿脚比上月好"].sort());
  for (const p of [a, b]) {
    await p.openHousehold("李德福");
    await p.page.getByText("两种说法").first().waitFor();
    await p
      .link(/走访.*李芳/)
      .first()
      .click();
    for (const text of ["腿脚比上月好", "夜里咳嗽，要复查"]) {
      await p.page.getByText(text).first().waitFor();
    }
  }
  const page = await desk.open("李德福");
  expect(await page.locator(".two .value").count()).toBe(2);
  await page.locator(".two .value").filter({ hasText: "夜里咳嗽" }).getByRole("button", { name: "以这个为准" }).click();
  await expect.poll(() => page.locator(".two").count()).toBe(0);
  expect((await visitTo("李德福")).f("note")).toEqual(["夜里咳嗽，要复查"]);
  await a.syncNow();
  await a.openHousehold("李德福");
  await a
    .link(/走访.*李芳/)
    .first()
    .waitFor();
  expect(await a.page.getByText("两种说法").count()).toBe(0);
  verified();
});

test("a visit that came back shows why, is corrected, sent again and approved", async () => {
  const p = await enrolled(office.lifang);
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "见面了");
  await p.submit();
  await p.syncNow();
  await desk.open("张桂英");
  await desk.giveBack("", { 情况: "写具体些：吃药了吗？" });
  await p.syncNow();
  await p.tab("今日");
  const back = p.page.getByRole("region", { name: "退回" });
  await back.getByText("写具体些：吃药了吗？").waitFor();
  await back.getByRole("link", { name: /张桂英/ }).click();
  await p.page
    .getByText(/镇里说.*写具体些/)
    .first()
    .waitFor();
  await p.link("修改").click();
  await p
    .block("情况")
    .getByText(/镇里说.*写具体些/)
    .waitFor();
  await p.write("情况", "降压药按时吃，药还够两周");
  await p.submit();
  await p.syncNow();
  const there = await visitTo("张桂英");
  expect(there.f("state")).toEqual(["submitted"]);
  expect(there.f("note")).toEqual(["降压药按时吃，药还够两周"]);
  await desk.open("张桂英");
  await desk.approve();
  await p.syncNow();
  await p.openHousehold("张桂英");
  await p.page.getByText("已核定").first().waitFor();
  verified();
});

test("each type of visit, without a net", async () => {
  const p = await enrolled(office.zhaomin);
  const types = {
    探访: "care",
    入户核查: "investigation",
    慰问: "gift",
    代办上门: "errand",
    回访: "followup",
    灾情核查: "disaster",
  };
  await offline(office.program, p);
  for (const type of Object.keys(types)) {
    await p.startVisit("单国强", type);
    await p.answerRequired();
    await p.addPhoto(await photo(browser, type.length + Object.keys(types).indexOf(type)));
    const unsigned = p.button(/^签名/);
    if ((await unsigned.count()) > 0) {
      await unsigned.first().click();
      await p.draw();
    }
    await p.submit();
  }
  await online(office.program, p);
  await p.syncNow(60_000);
  await office.plain.sync();
  const household = office.households.find((h) => h.head === "单国强")?.id;
  const rows = office.plain.of("visit").filter((r) => PlainPhone.values(r, "household")[0] === household);
  expect(rows.map((r) => PlainPhone.values(r, "type")[0]).sort()).toEqual(Object.values(types).sort());
  expect(rows.map((r) => PlainPhone.values(r, "state")[0])).toEqual(rows.map(() => "submitted"));
  const drawn = (r: (typeof rows)[number]): boolean =>
    Object.keys(r.f).some((f) => f.startsWith("signature.") && "image" in (PlainPhone.values(r, f)[0] as object));
  expect(rows.map((r) => [(r.s["photos"] ?? []).length, drawn(r), r.need])).toEqual(rows.map(() => [1, true, []]));
  expect(office.program.run<unknown[]>("held", "list")).toEqual([]);
  verified();
});
