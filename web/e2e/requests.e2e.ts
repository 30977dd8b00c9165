import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { item, recordId, type Row } from "../shared/wire";
import { openBrowser } from "./browser";
import { look } from "./eye";
import { openOffice, PlainPhone, village, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];
const home = { id: recordId(Date.now()), first: recordId(Date.now()), head: recordId(Date.now()) };

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  // Three in a household, its head listed second.
  office.plain.write(
    [
      item.create(home.id, "household", village, {
        head: "吴金生",
        address: "东村4组7号",
        group: "4组",
        phone: "13800000777",
        members: [home.first, home.head],
      }),
    ],
    [
      item.create(home.first, "person", village, {
        name: "彭涛",
        sex: "女",
        birth: "1952",
        household: home.id,
        phone: "13900000777",
      }),
    ],
    [
      item.create(home.head, "person", village, {
        name: "吴金生",
        sex: "男",
        birth: "1949",
        household: home.id,
        categories: ["低保"],
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

const only = (r: Row[], field: string): unknown => (expect(r.length).toBe(1), PlainPhone.values(r[0], field)[0]);

async function propose(p: Phone, kind: string, why: string): Promise<void> {
  await p.openHousehold("吴金生");
  await p.page.getByRole("link", { name: "花名册变更", exact: true }).click();
  await p.heading("花名册变更").waitFor();
  await p.chip("变更", kind);
  await p.write("原因和日期", why);
}

const people = (p: Phone) => p.page.getByRole("radiogroup", { name: "关于谁" });

test("who died is said by whoever reports it: nobody is taken for granted", async () => {
  const p = await enrolled();
  await propose(p, "死亡", "十一月二十日在家中过世。");
  expect(await people(p).getByRole("radio").count()).toBe(2); // a household does not die
  await p.button("提交").click();
  await p.page.getByRole("alert").getByText("请填写：关于谁").waitFor();
  await p.chip("关于谁", "吴金生");
  await p.button("提交").click();
  await p.heading("吴金生 户").waitFor();
  await p.syncNow();
  const died = await requests("过世");
  expect([only(died, "text"), only(died, "person")]).toEqual(["死亡：吴金生。十一月二十日在家中过世。", home.head]);

  await p.tabOrBack();
  await propose(p, "搬迁", "搬到县城女儿家。");
  await p.button("提交").click();
  await p.page.getByRole("alert").getByText("请填写：关于谁").waitFor();
  await p.chip("关于谁", "全户");
  await p.button("提交").click();
  await p.heading("吴金生 户").waitFor();
  await p.syncNow();
  const moved = await requests("县城");
  expect([only(moved, "text"), only(moved, "person")]).toEqual(["搬迁：吴金生户。搬到县城女儿家。", home.head]);
});

test("a report says whom it is about, and one for a household of one need not", async () => {
  const p = await enrolled();
  await p.openHousehold("吴金生");
  await p.link("报问题").click();
  await p.chip("什么问题", "看病就医");
  await p.write("说一说情况", "夜里喘得厉害。");
  await p.button("提交").click();
  await p.page.getByRole("alert").getByText("请填写：关于谁").waitFor();
  await p.chip("关于谁", "彭涛");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await p.openHousehold("李德福");
  await p.link("报问题").click();
  await p.chip("什么问题", "住房安全");
  await p.write("说一说情况", "西墙裂了缝。");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await p.syncNow();
  expect([only(await requests("喘得"), "person"), only(await requests("裂了缝"), "person")]).toEqual([
    home.first,
    office.households.find((h) => h.head === "李德福")?.person,
  ]);
});

test("a request opens: unsent it is only that, later it tells its state and what was answered", async () => {
  const p = await enrolled();
  await offline(office.program, p);
  await p.openHousehold("张桂英");
  await p.link("报问题").click();
  await p.chip("什么问题", "证件办理");
  await p.write("说一说情况", "残疾证丢了，想补办。");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  const row = p.page.getByRole("main").getByRole("link", { name: /残疾证丢了/ });
  await row.getByText("待发").waitFor();
  expect(await row.getByText("已收到").count()).toBe(0);
  await row.click();
  await p.heading("证件办理").waitFor();
  const facts = p.page.getByRole("main").locator("dl");
  await facts.getByText("待发").waitFor();
  expect(await facts.getByText("已收到").count()).toBe(0);
  await p.button("返回").click();

  await online(office.program, p);
  await p.syncNow();
  const [made] = await requests("残疾证丢了");
  const staff = await PlainPhone.enrol(
    office.program,
    office.program.run<{ id: string; name: string }[]>("user", "list").find((u) => u.name === "王主任")?.id ?? "",
  );
  await staff.sync();
  const seen = (): string[] => staff.rows.get(made?.id ?? "")?.by ?? [];
  staff.write(
    [item.go(made?.id ?? "", "state", "received", "assigned", seen())],
    [item.log(made?.id ?? "", "remarks", "请带身份证和两张照片，周四上午来窗口。")],
  );
  await staff.sync();
  await p.syncNow();
  await p.tab("办事");
  await row.getByText("已分办").waitFor();
  await row.click();
  await facts.getByText("已分办").waitFor();
  await facts.getByText(/王主任 · 今天/).waitFor();
  const answers = p.page.getByRole("region", { name: "答复和备注" });
  await answers.getByText("周四上午来窗口").waitFor();
  await answers.getByText(/王主任/).waitFor();
  await p.page.getByLabel("补一句说明").fill("照片已备好。");
  await p.button("存下").click();
  await answers.getByText("照片已备好。").waitFor();
  expect((await look(p.page, "request")).join("\n")).toBe("");
  await p.link("张桂英 户").click();
  await p.heading("张桂英 户").waitFor();
  await p.syncNow();
  expect((await requests("残疾证丢了"))[0]?.l["remarks"]?.map(([, v]) => v)).toEqual([
    "请带身份证和两张照片，周四上午来窗口。",
    "照片已备好。",
  ]);
});
