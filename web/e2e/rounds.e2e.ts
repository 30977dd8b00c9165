import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openOffice, PlainPhone, village, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;
let desk: Desk;
const child = recordId(Date.now());

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const home = office.households[0];
  office.plain.write([
    item.create(child, "person", village, { name: "王小花", birth: "2018-05", household: home?.id ?? "" }),
    item.add(home?.id ?? "", "members", child),
  ]);
  await office.plain.sync();
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

async function enrolled(): Promise<Phone> {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  return p;
}

const row = async (head: string) => {
  await office.plain.sync();
  const id = office.households.find((h) => h.head === head)?.id;
  return office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id)
    .pop();
};

test("what came back is told by its field, on the page and in the form; of an earlier round it is folded; who was visited can be changed", async () => {
  const p = await enrolled();
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.page.getByLabel("情况", { exact: true }).fill("见面了");
  await p.submit();
  await p.syncNow();
  expect((await row("王秀兰"))?.s["persons"]?.length).toBe(2);
  const page = await desk.open("王秀兰");
  // A question nobody answered can be asked for all the same.
  await page.getByText("退回修改").click();
  await page.getByText(/没有填的问题/).click();
  await page.locator("details.decide").getByLabel("照护", { exact: true }).fill("谁在照护？");
  await page.locator("details.decide").getByLabel("走访对象", { exact: true }).fill("小花那天在学校");
  await page.locator("details.decide").getByLabel("开始", { exact: true }).fill("时间不对");
  await page.getByLabel("整次走访").fill("请再看一遍");
  await page.getByRole("button", { name: "退回", exact: true }).click();
  await page.waitForLoadState();
  await p.syncNow();

  const faults: string[] = [];
  const told = [
    ["整次走访", "请再看一遍"],
    ["走访谁", "小花那天在学校"],
    ["开始", "时间不对"],
  ] as const;
  const all = async (): Promise<void> => {
    for (const [field, text] of told)
      await p.page.locator(".note.info").filter({ hasText: field }).getByText(text).waitFor();
  };
  const beside = async (): Promise<void> => {
    for (const [, text] of told) await p.page.locator("main").getByText(text).waitFor();
  };
  await p.openHousehold("王秀兰");
  await p
    .link(/走访.*李芳/)
    .first()
    .click();
  await all();
  await p.page.getByText(/镇里说（王主任）：谁在照护？/).waitFor();
  faults.push(...(await look(p.page, "returned-page")));
  await p.link("修改").click();
  await beside();
  await p.page.locator("#q-persons").getByText("镇里说：小花那天在学校").waitFor();
  await p.page.locator("#q-answers-care").getByText("镇里说：谁在照护？").waitFor();
  await p.page.getByText("哪一种走访：走访").waitFor();
  faults.push(...(await look(p.page, "returned-form")));
  await p.page.getByRole("group", { name: "走访谁" }).getByLabel("王小花").click();
  await p.chip("照护", "有人照护");
  await p.submit();
  await p.syncNow();
  const there = await row("王秀兰");
  expect(there?.s["persons"]?.map(([, v]) => v)).toEqual([office.households[0]?.person]);
  expect([PlainPhone.values(there, "answers.care"), PlainPhone.values(there, "state")]).toEqual([
    ["有人照护"],
    ["submitted"],
  ]);

  // The next round: what was said before is at hand, and not in the way.
  await desk.open("王秀兰");
  await desk.giveBack("", { 情况: "写两句" });
  await p.syncNow();
  await p.tabOrBack();
  await p.tab("今日");
  const back = p.page.getByRole("region", { name: "退回" });
  await back.getByText("写两句").waitFor();
  expect(await back.getByText("请再看一遍").count()).toBe(0);
  await back.getByRole("link").click();
  await p.page.getByText(/镇里说（王主任）：写两句/).waitFor();
  expect(await p.page.locator(".note.info").count()).toBe(1);
  for (const form of [false, true]) {
    if (form) await p.link("修改").click();
    const before = p.page.locator("details").filter({ hasText: "以前的意见 4" });
    expect(await before.getByText("请再看一遍").isVisible()).toBe(false);
    await before.locator("summary").click();
    await before.getByText("请再看一遍").waitFor();
    await before
      .getByText(/今天 \d\d:\d\d/)
      .first()
      .waitFor();
  }
  faults.push(...(await look(p.page, "rounds-form")));
  expect(faults.join("\n")).toBe("");
  await p.close();
});

test("a household with a visit begun: that is gone on with, and another only where it is asked for", async () => {
  const p = await enrolled();
  await p.startVisit("李德福");
  await p.page.getByLabel("情况", { exact: true }).fill("写了一半");
  await p.page.getByRole("banner").getByText("草稿已存在本机").waitFor();
  await p.button("返回").click();
  await p.tabOrBack();
  await p.tab("今日");
  await p.link("记走访").click();
  await p.page.getByLabel("找人").fill("李德福");
  await p
    .link(/李德福/)
    .first()
    .click();
  await p.page.getByText("这是上次没写完的。").waitFor();
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("写了一半");
  expect((await look(p.page, "draft-found")).join("\n")).toBe("");
  await p.link("另写一份").click();
  await expect.poll(() => p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("");
  expect(await p.page.getByText("这是上次没写完的。").count()).toBe(0);
  await p.page.getByLabel("情况", { exact: true }).fill("另一次");
  await p.chip("怎么走访的", "电话");
  await p.submit();
  await p.tabOrBack();
  await p.tab("今日");
  await expect.poll(() => p.page.getByRole("region", { name: "草稿" }).getByRole("listitem").count()).toBe(1);

  // The same of an edit.
  await p.openHousehold("李德福");
  await p
    .link(/走访.*李芳/)
    .first()
    .click();
  await p.link("修改").click();
  await p.page.getByLabel("情况", { exact: true }).fill("改了一半");
  await p.page
    .getByRole("banner")
    .getByText(/草稿已存在本机|待发|正在同步/)
    .first()
    .waitFor();
  await p.page.waitForTimeout(400);
  await p.button("返回").click();
  await p.link("修改").click();
  await p.page.getByText("这是上次没写完的。").waitFor();
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("改了一半");
  expect(await p.link("另写一份").count()).toBe(0);
  await p.close();
});

test("a text beyond its limit is kept whole and says what is too much; the line above tells of the draft", async () => {
  const p = await enrolled();
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "入户");
  await p.page.getByRole("banner").getByText("草稿已存在本机，提交后发送").waitFor();
  const note = p.page.getByLabel("情况", { exact: true });
  await note.fill("长".repeat(1990));
  await p.page.getByText("还能写 10 字").waitFor();
  await note.fill("");
  await note.focus();
  await p.page.keyboard.insertText("长".repeat(4100));
  await p.page.getByText("超出 2100 字，请删短").waitFor();
  expect((await note.inputValue()).length).toBe(4100);
  await p.button("下一步").click();
  await p.page.getByRole("contentinfo").getByText("情况：太长，最多 2000 字").waitFor();
  await note.fill("刚好");
  expect(await p.page.getByText(/请删短|还能写/).count()).toBe(0);
  await p.submit();
  await p.saved();
  await p.close();
});
