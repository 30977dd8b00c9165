import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { look } from "./eye";
import { openBoth, PlainPhone, village, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

test("a visit that was saved and not submitted is its author's draft, reminds at home, and is no visit to anybody", async () => {
  const home = office.households.find((h) => h.head === "王秀兰");
  const visit = recordId(Date.now());
  office.plain.write([
    item.create(visit, "visit", village, {
      type: "routine",
      household: home?.id ?? "",
      way: "home",
      started: Date.now() - 60_000,
      note: "没有交",
    }),
  ]);
  await office.plain.sync();
  const author = await Phone.enrolled(browser, office.program, office.lifang);
  const other = await Phone.enrolled(browser, office.program, office.zhaomin);
  for (const p of [author, other]) {
    await p.openHousehold("王秀兰");
    await p.page.getByText("还没走访过").waitFor();
    await p.tabOrBack();
    await p.tab("今日");
  }
  expect(await other.page.getByRole("region", { name: "草稿" }).count()).toBe(0);
  const list = author.page.getByRole("region", { name: "草稿" });
  await list.getByText("1 份没有交").waitFor();
  await author.startVisit("李德福");
  await author.write("情况", "写到一半");
  await author.page.getByText("已存", { exact: true }).waitFor();
  await author.button(/存草稿/).click();
  await list.getByText("2 份没有交").waitFor();
  const faults = await look(author.page, "not-handed-in");

  // Edited, it stands there once; submitted, not at all, and it counts everywhere.
  await list.getByRole("link", { name: "去提交 王秀兰" }).click();
  await author.link("修改").click();
  await author.write("情况", "改了一下");
  await author.page.getByText("已存", { exact: true }).waitFor();
  await author.button(/存草稿/).click();
  await list.getByText("2 份没有交").waitFor();
  await list.getByRole("link", { name: "接着写 王秀兰" }).click();
  await offline(office.program, author);
  await author.submit();
  await author.page.getByText(/没有信号，1 条已存在本机/).waitFor();
  await author.outbox();
  const rest = author.page.getByRole("region", { name: "待发" });
  expect(await rest.getByRole("listitem").count()).toBe(1);
  expect(await rest.getByText(/\d (kB|MB)/).count()).toBe(1);
  faults.push(...(await look(author.page, "outbox-one-thing")));
  await rest.getByRole("link").click();
  await author.heading(/走访 · 王秀兰/).waitFor();
  await author.button("返回").click();
  await author.button("返回").click();
  await online(office.program, author);
  await author.syncNow();
  await author.tabOrBack();
  await author.tab("今日");
  await list.getByText("1 份没有交").waitFor();
  await other.syncNow();
  for (const p of [author, other]) {
    await p.openHousehold("王秀兰");
    await p.page.getByText(/上次 \d\d-\d\d 入户/).waitFor();
  }
  expect(faults.join("\n")).toBe("");
  await author.close();
  await other.close();
});

test("a report on a whole household keeps its subject", async () => {
  const home = office.households.find((h) => h.head === "张桂英");
  const two = recordId(Date.now());
  office.plain.write([item.create(two, "person", village, { name: "张小军", household: home?.id ?? "" })]);
  await office.plain.sync();
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.openHousehold("张桂英");
  await p.link("报问题").click();
  await p.chip("什么问题", "住房安全");
  await p.chip("关于谁", "全户");
  await p.write("说一说情况", "屋顶漏雨");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await p.syncNow();
  await p.tabOrBack();
  await p.tab("办事");
  await p.link(/住房安全 ?张桂英 户/).click();
  await p.page.getByRole("link", { name: "张桂英 户" }).waitFor();
  await office.plain.sync();
  const row = office.plain.of("request").pop();
  expect([
    PlainPhone.values(row, "household"),
    PlainPhone.values(row, "person"),
    PlainPhone.values(row, "text"),
  ]).toEqual([[home?.id], [], ["屋顶漏雨"]]);
  await p.button("返回").click();
  await p.openHousehold("张桂英");
  await p.page.getByRole("region", { name: "在办" }).getByText("屋顶漏雨").waitFor();
  await p.close();
});
