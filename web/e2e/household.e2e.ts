import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

async function enrolled(user: string): Promise<Phone> {
  const p = await Phone.open(browser, office.program);
  await p.enrol(office.program, user);
  await p.saved();
  return p;
}

/** What the server has in a field, as a device reads it that wrote none of it. */
async function served(id: string, field: string): Promise<unknown[]> {
  await office.plain.sync();
  return PlainPhone.values(office.plain.rows.get(id), field).sort();
}

const household = (head: string): string => office.households.find((h) => h.head === head)?.id ?? "";

async function changePhone(p: Phone, head: string, number: string): Promise<void> {
  await p.openHousehold(head);
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.heading("修改户信息").waitFor();
  await p.page.getByLabel("电话").fill(number);
  await p.button("存下").click();
  await p.heading(head + " 户").waitFor();
}

test("two phones change one number without a signal: both values stay, and both phones show them", async () => {
  const a = await enrolled(office.lifang);
  const b = await enrolled(office.zhaomin);
  await offline(office.program, a, b);
  await changePhone(a, "王秀兰", "13911110001");
  await changePhone(b, "王秀兰", "13922220002");
  await online(office.program, a, b);
  await a.syncNow();
  await b.syncNow();
  await a.syncNow();
  expect(await served(household("王秀兰"), "phone")).toEqual(["13911110001", "13922220002"]);
  for (const p of [a, b]) {
    await p.tabOrBack();
    await p.openHousehold("王秀兰");
    const both = p.page.getByRole("region", { name: "两种说法" });
    await both.getByText("13911110001").waitFor();
    await both.getByText("13922220002").waitFor();
    await both.getByText(/镇里会核定/).waitFor();
  }
  await a.close();
  await b.close();
});

test("a person's name and categories are changed, and nothing else of the record", async () => {
  const p = await enrolled(office.lifang);
  const person = office.households.find((h) => h.head === "张桂英")?.person ?? "";
  await p.openHousehold("张桂英");
  await p.link("修改 张桂英").click();
  await p.heading("修改人员信息").waitFor();
  await p.page.getByLabel("姓名").fill("张桂瑛");
  await p.page.getByLabel("独居老人", { exact: true }).click();
  await p.button("存下").click();
  await p.heading("张桂英 户").waitFor();
  await p.page.getByText("张桂瑛").waitFor();
  await p.syncNow();
  expect(await served(person, "name")).toEqual(["张桂瑛"]);
  const row = office.plain.rows.get(person);
  expect(row?.s["categories"] ?? []).toEqual([]);
  expect(PlainPhone.values(row, "birth")).toEqual(["1948-03"]);
  await p.close();
});

/** Presses Tab until it is there, as who has no mouse does. */
async function tabTo(p: Phone, target: Locator): Promise<void> {
  await target.waitFor();
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return;
    await p.page.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there: " + String(target));
}

test("with the keys alone a household is found, opened, changed and saved", async () => {
  const p = await enrolled(office.lifang);
  const keys = p.page.keyboard;
  await tabTo(p, p.page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "花名册" }));
  await keys.press("Enter");
  await tabTo(p, p.page.getByLabel("找人"));
  await keys.type("ldf");
  await tabTo(p, p.link(/李德福/).first());
  await keys.press("Enter");
  await p.heading("李德福 户").waitFor();
  await tabTo(p, p.page.getByRole("link", { name: "修改", exact: true }));
  await keys.press("Enter");
  await tabTo(p, p.page.getByLabel("电话")); // a box that Tab leads to has all its text chosen
  await keys.type("13933330003");
  await tabTo(p, p.button("存下"));
  await keys.press("Enter");
  await p.heading("李德福 户").waitFor();
  await expect.poll(() => served(household("李德福"), "phone"), { timeout: 30_000 }).toEqual(["13933330003"]);
  await p.close();
});
