import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { item, recordId, type Row } from "../shared/wire";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openOffice, PlainPhone, township, village, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];
const [home, child] = [recordId(Date.now()), recordId(Date.now())];
let he: { login?: string; password?: string };

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  office.plain.write(
    [
      item.create(home, "household", village, {
        head: "周小满",
        address: "东村4组7号",
        group: "4组",
        members: [child],
      }),
    ],
    [
      item.create(child, "person", village, {
        name: "周小满",
        birth: "2017-05",
        household: home,
        categories: ["低保", "留守儿童"],
      }),
    ],
  );
  await office.plain.sync();
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

async function enrolled(): Promise<Phone> {
  const p = await Phone.open(browser, office.program);
  phones.push(p);
  await p.enrol(office.program, office.lifang);
  await p.saved();
  return p;
}

const requests = (words: string): Promise<Row[]> => office.plain.saying("request", "text", words);

test("a suspicion that is written offline stands first on the start page of who has the grant", async () => {
  const p = await enrolled();
  await offline(office.program, p);
  await p.startVisit("周小满");
  await p.chip("怎么走访的", "入户");
  await p.chip("怀疑孩子受到侵害吗", "是");
  await p.page.getByText("提交走访时会自动报给镇里").waitFor();
  await p.answerRequired();
  await p.submit();
  await p.tab("办事");
  const row = p.page.getByRole("main").getByRole("link", { name: /孩子可能受到伤害/ });
  await row.getByText("待发").waitFor();
  expect(await row.getByText("立即").count()).toBe(1);

  await online(office.program, p);
  await p.syncNow();
  expect(await requests("怀疑孩子受到侵害")).toHaveLength(1);
  he = office.program.run(
    "user",
    "add",
    "--name",
    "何督导",
    "--role",
    "township",
    "--area",
    township,
    "--login",
    "he",
    "--children",
  );
  const desk = await Desk.signIn(browser, office.program.url, he.login ?? "", he.password ?? "");
  const first = desk.page.getByRole("region", { name: /孩子可能受到伤害/ });
  await first.getByText("周小满").first().waitFor();
  await first.getByText(/已等/).waitFor();
  const faults = await look(desk.page, "start"); // its sizes are those of a desk, not of a phone
  expect(faults.filter((f) => !f.includes("too small")).join("\n")).toBe("");
  await first.getByRole("button", { name: "我来处理" }).click();
  await first.getByText(/何督导 今天 .*已接/).waitFor();
  const other = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  await other.page.getByText(/有 1 件孩子可能受到伤害的报告/).waitFor();
  expect(await other.page.getByText("周小满").count()).toBe(0);
  await Promise.all([desk.context.close(), other.context.close()]);
});

test("a benefit that is unticked stays, and its end is a change of the roster with photos", async () => {
  const p = await enrolled();
  await p.openHousehold("周小满");
  await p.link("修改 周小满").click();
  await p.heading("修改").first().waitFor();
  const box = (name: string) => p.page.getByRole("checkbox", { name, exact: true });
  await box("留守儿童").click();
  expect(await box("留守儿童").isChecked()).toBe(false);
  await box("低保").click();
  await p.page.getByText("停止“低保”要走花名册变更").waitFor();
  expect(await box("低保").isChecked()).toBe(true);
  expect((await look(p.page, "benefit")).join("\n")).toBe("");
  await p.page.getByRole("status").getByRole("link", { name: "花名册变更" }).click();
  await p.heading("花名册变更").waitFor();
  expect(await p.page.getByRole("radio", { name: "注销" }).isChecked()).toBe(true);
  expect(await p.page.getByRole("radio", { name: "低保" }).isChecked()).toBe(true);
  await p.page.getByLabel("发生日期").fill("2026-11-20");
  await p.write("原因和日期", "父亲已在县城就业。");
  await p.addPhoto(await photo(browser, 7));
  expect((await look(p.page, "change")).join("\n")).toBe("");
  await p.button("提交").click();
  await p.heading("周小满 户").waitFor();
  await p.syncNow();
  const [made, ...more] = await requests("县城就业");
  expect(more).toEqual([]);
  const values = ["change", "category", "date", "reason", "person"].map((f) => PlainPhone.values(made, f)[0]);
  expect(values).toEqual(["注销", "低保", "2026-11-20", "父亲已在县城就业。", child]);
  expect(made?.s["photos"]).toHaveLength(1);
  expect(JSON.stringify(office.plain.rows.get(child)?.s["categories"])).toContain("低保");
});
