import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { Desk } from "./desk";
import { openBoth, village, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

async function enrolled(): Promise<Phone> {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  return p;
}

async function visited(p: Phone, head: string, note: string): Promise<void> {
  await p.startVisit(head);
  await p.chip("怎么走访的", "入户");
  await p.write("情况", note);
  await p.submit();
}

test("home tells the day, who and where, what is done and left", async () => {
  const p = await enrolled();
  await p.page.getByText(/^\d{1,2}月\d{1,2}日 周[一二三四五六日]$/).waitFor();
  await p.page.getByText("李芳 · 东村").waitFor();
  const tally = async (): Promise<number[]> =>
    Array.from((await p.page.getByText(/^本月走访/).innerText()).matchAll(/\d+/g), (m) => Number(m[0]));
  const [done, left] = (await tally()) as [number, number];
  await visited(p, "陈玉珍", "身体好");
  await p.tab("今日");
  expect(await tally()).toEqual([done + 1, left - 1]);
  await p.page.getByText(/^本周走访 1 次/).waitFor();
  await p.close();
});

test("a household is told head first, says when it is due, and leads to each person and back", async () => {
  const home = office.households.find((h) => h.head === "李德福") as Office["households"][number];
  const [mother, wife] = [recordId(Date.now()), recordId(Date.now())];
  const person = (id: string, name: string, relation: string, birth: string): ReturnType<typeof item.create> =>
    item.create(id, "person", village, { name, relation, sex: "女", birth, household: home.id, categories: [] });
  office.plain.write(
    [person(mother, "何桃香", "母亲", "1930"), person(wife, "周翠莲", "妻子", "1955")],
    [item.set(home.id, "place", { lat: 32.001, lon: 118, accuracy: 9, at: Date.now() }, [])],
  );
  await office.plain.sync();
  const p = await enrolled();
  await p.openHousehold("李德福");
  await p.page.getByText(/^下次走访 .*，(今天到期|还有 \d+ 天|已过 \d+ 天)$/).waitFor();
  const members = p.page.getByRole("region", { name: "家庭成员" });
  await expect.poll(() => members.locator(".strong").allInnerTexts()).toEqual(["李德福", "周翠莲", "何桃香"]);
  await members.getByText(/^户主 · 女/).waitFor();
  await members.getByRole("link", { name: /^何桃香/ }).click();
  await p.heading("何桃香").waitFor();
  await p.page.getByText(/^母亲 · 女 · 9\d 岁$/).waitFor();
  await p.page.getByText("1930 生").waitFor();
  await p.link("李德福 户").click();
  await p.heading("李德福 户").waitFor();
  await p.close();
});

test("my visits, by state; a search finds a draft by what is written in it", async () => {
  const p = await enrolled();
  await visited(p, "张桂英", "腿脚好多了");
  await p.startVisit("刘长根");
  await p.write("情况", "柴火码在东墙");
  await p.button(/存草稿/).click();
  await p.tab("花名册");
  await p.page.getByLabel("找人").fill("东墙");
  const unsent = p.page.getByRole("region", { name: "草稿和待发" });
  await unsent.getByRole("link", { name: /刘长根/ }).click();
  await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("柴火码在东墙");
  await p.button("返回").click();
  await p.syncNow();
  await p.tab("我的");
  await p.link("我的走访").click();
  const rows = p.page.locator("ul.list").getByRole("link");
  await rows.filter({ hasText: "张桂英" }).first().waitFor();
  await p.page.getByLabel("状态").selectOption("待核定");
  await rows.filter({ hasText: "张桂英" }).first().click();
  await p.heading(/走访 · 张桂英/).waitFor();
  await p.close();
});

test("the nearest first, when that is asked for and the phone says where it is", async () => {
  const p = await enrolled();
  await p.context.grantPermissions(["geolocation"], { origin: office.program.url });
  await p.context.setGeolocation({ latitude: 32.0118, longitude: 118 });
  await p.tab("花名册");
  await p.button("近的在前").click();
  const first = p.page.locator("ul.list > li").first();
  await first.getByText("李德福").waitFor();
  await first.getByText(/^1\.2 公里 · /).waitFor();
  await p.button("近的在前").click();
  await expect.poll(() => p.page.getByText(/公里/).count()).toBe(0);
  await p.context.clearPermissions();
  await p.close();
});

test("what the office returned is told on whatever page, without being asked for", async () => {
  const p = await enrolled();
  await visited(p, "单国强", "老样子");
  await p.syncNow();
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  await desk.open("单国强");
  await p.outbox();
  await p.button("同步").click();
  const cost = p.page.getByText(/^上次同步 .*，发出 .*，收到 /);
  await cost.waitFor();
  console.log("an idle sync:", await cost.innerText());
  await p.button("返回").click();
  await p.tab("花名册"); // the page is in front, and nobody touches it
  await desk.giveBack("请写具体些");
  const since = Date.now();
  await p.page.getByText("镇里退回 1 次走访").waitFor({ timeout: 100_000 });
  console.log("a return was told after", Date.now() - since, "ms");
  await p.link("去看").click();
  await p.page
    .getByText(/请写具体些/)
    .first()
    .waitFor();
  expect(await p.page.getByText("镇里退回 1 次走访").count()).toBe(0);
  await desk.page.context().close();
  await p.close();
});
