import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { Desk } from "./desk";
import { openBoth, PlainPhone, village, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

async function enrolled(user: string): Promise<Phone> {
  const p = await Phone.enrolled(browser, office.program, user);
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

test("what was remarked on two values is read on the household's page, with who and when", async () => {
  const a = await enrolled(office.lifang);
  const b = await enrolled(office.zhaomin);
  await offline(office.program, a, b);
  await changePhone(a, "陈玉珍", "13911110001");
  await changePhone(b, "陈玉珍", "13922220002");
  await online(office.program, a, b);
  await a.syncNow();
  await b.syncNow();
  await b.tabOrBack();
  await b.openHousehold("陈玉珍");
  await b.page.getByLabel("补一句说明").fill("她女儿的号，本人那个停机了。");
  await b.page.getByRole("region", { name: "两种说法" }).getByRole("button", { name: "存下" }).click();
  const remarks = (p: Phone): Locator => p.page.getByRole("region", { name: "备注和说明" });
  await remarks(b).getByText("本人那个停机了").waitFor();
  await b.syncNow();
  await a.syncNow();
  await a.tabOrBack();
  await a.openHousehold("陈玉珍");
  await remarks(a).getByText("本人那个停机了").waitFor();
  await remarks(a)
    .getByText(/赵敏 · 今天 \d\d:\d\d/)
    .waitFor();
  await a.close();
  await b.close();
});

test("a discovery takes no year of two digits and no number of letters", async () => {
  const p = await enrolled(office.lifang);
  await p.tab("花名册");
  await p.link("主动发现").click();
  await p.write("姓名", "孙有福");
  await p.write("有什么困难", "房子漏雨。");
  await p.page.getByLabel("出生日期").fill("20");
  await p.page.getByLabel("电话").fill("abc");
  await p.button("提交").click();
  await p.page.getByRole("alert").getByText("请改正：出生日期、电话").waitFor();
  await p.page.getByLabel("出生日期").fill("1950");
  await p.page.getByLabel("电话").fill("138 0000 0101");
  await p.button("提交").click();
  await p.heading("孙有福 户").waitFor();
  await p.openHousehold("李德福");
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.page.getByLabel("电话").fill("没有");
  await p.button("存下").click();
  await p.page.getByRole("alert").getByText("请改正：电话").waitFor();
  await p.close();
});

test("a visit that does not count, one changed after approval, and whose number it is are told on the household's page", async () => {
  const { id, person } = office.households.find((h) => h.head === "刘长根") as { id: string; person: string };
  const visit = recordId(Date.now());
  const started = Date.now() - 86_400_000;
  const seen = (field: string): string[] =>
    (office.plain.rows.get(visit)?.f[field] ?? []).map(([k]) => office.plain.rows.get(visit)?.by[k] ?? "");
  office.plain.write(
    [
      item.create(visit, "visit", village, {
        type: "routine",
        household: id,
        persons: [person],
        way: "neighbour",
        started,
        ended: started + 60_000,
        form: "routine@1",
        note: "问过邻居",
      }),
    ],
    [item.set(person, "phone", "13700000007", [])],
  );
  await office.plain.sync();
  office.plain.write([item.go(visit, "state", "draft", "submitted", office.plain.rows.get(visit)?.by ?? [])]);
  await office.plain.sync();
  const staff = await PlainPhone.enrol(
    office.program,
    office.program.run<{ id: string; name: string }[]>("user", "list").find((u) => u.name === "王主任")?.id ?? "",
  );
  await staff.sync();
  staff.write([item.go(visit, "state", "submitted", "approved", staff.rows.get(visit)?.by ?? [])]);
  await staff.sync();
  await office.plain.sync();
  office.plain.write([item.set(visit, "note", "问过两家邻居", seen("note"))]);
  await office.plain.sync();
  const p = await enrolled(office.lifang);
  await p.openHousehold("刘长根");
  await p.page.getByText(/问邻里 · 仅.*入户.*计入/).waitFor();
  await p.page.getByRole("region", { name: "走访" }).getByText("核定后有改动").waitFor();
  await p.button("拨电话").click();
  await p.page.getByRole("link", { name: /刘长根（户里的电话）/ }).waitFor();
  await p.page.getByRole("link", { name: /^刘长根 *13700000007/ }).waitFor();
  await p.close();
});

test("by the keys 记走访 comes before the list, which may be long", async () => {
  const p = await enrolled(office.lifang);
  await p.tab("花名册");
  const order = await p.page.evaluate(() =>
    Array.from(document.querySelectorAll(".page a, .page input")).map((e) => e.getAttribute("href") ?? e.id),
  );
  expect(order.indexOf("#/pick")).toBeGreaterThan(-1);
  expect(order.indexOf("#/pick")).toBeLessThan(order.findIndex((h) => h.startsWith("#/household/")));
  await p.close();
});

test("housing is chosen on the phone, shown on its page, and read by staff in a list and on a page", async () => {
  const p = await enrolled(office.lifang);
  await p.openHousehold("张桂英");
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.heading("修改户信息").waitFor();
  await p.page.getByLabel("租住", { exact: true }).click();
  await p.button("存下").click();
  await p.heading("张桂英 户").waitFor();
  await p.page.getByText("租住").waitFor();
  await p.syncNow();
  expect(await served(household("张桂英"), "housing")).toEqual(["rented"]);
  await p.close();
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  await desk.page.getByRole("link", { name: "花名册" }).click();
  const row = desk.page.getByRole("row", { name: /张桂英/ });
  await row.getByText("租住").waitFor();
  await row.getByRole("link", { name: "张桂英" }).click();
  await desk.page.getByText(/填了 住房：租住/).waitFor();
  await desk.context.close();
});
