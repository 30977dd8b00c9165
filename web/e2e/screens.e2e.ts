import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item } from "../shared/wire";
import { fakeMedia } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openBoth, PlainPhone, type Household, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

/**
 * Every screen is worked in the largest letters, where it is hardest, and looked at in all looks. What is wrong is
 * gathered and told at the end, so that one run shows all of it.
 */
let browser: Browser;
let office: Office;
let found: string[] = [];

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o]), fakeMedia));

async function shot(p: Phone, name: string, on?: Locator): Promise<void> {
  found.push(...(await look(p.page, name, on)));
}

const large = (): void => {
  if (!localStorage.getItem("zoufang-looks")) localStorage.setItem("zoufang-looks", JSON.stringify({ size: 30 }));
};

const home = (head: string): Household => office.households.find((h) => h.head === head) as Household;

async function visiting(p: Phone): Promise<void> {
  await shot(p, "04-today");
  await p.link("记走访").click();
  await p.heading("给谁记走访").waitFor();
  await shot(p, "05-whom");
  await p.tabOrBack();
  await p.openHousehold("王秀兰");
  await shot(p, "06-household");
  await p.link("记走访").click();
  await p.chip("哪一种走访", "走访");
  await shot(p, "07-form");
  await p.button("下一步").click();
  await p.page.getByText("还差 1 项").waitFor();
  await shot(p, "07-form-missing");
  await p.chip("怎么走访的", "入户");
  await p.chip("健康用药", "明显变差");
  await shot(p, "08-form-risk", p.page.getByText(/建议把风险等级定为/));
  await p.write("情况", "院里柴火已码好，老人精神不错。");
  await p.addPhoto(await photo(browser, 7));
  await shot(p, "08-form-photo", p.block("照片"));
  await p.button("录一段话").click();
  await shot(p, "08-form-voice", p.button(/录好了/));
  await p.button(/录好了/).click();
  await p.page.getByText("录音 1").waitFor();
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.page.getByRole("dialog").waitFor();
  await shot(p, "09-sign");
  await p.button("不能签名").click();
  await shot(p, "10-cannot-sign");
  await p.button("签名").click();
  await p.draw();
  await shot(p, "10-signed", p.page.getByText(/王秀兰 已签/));
  await p.submit();
  await p.startVisit("李德福");
  await p.write("情况", "写到一半");
  await p.button(/存草稿/).click();
  await p.button("不要了 李德福").click();
  await shot(p, "11-drafts");
  await p.button("取消").click();
}

async function returned(p: Phone, desk: Desk): Promise<void> {
  await p.syncNow();
  await desk.open("王秀兰");
  await desk.giveBack("请补签名", { 情况: "写具体些" });
  await p.syncNow();
  await p.tab("今日");
  await shot(p, "12-today-returned");
  await p.page.getByRole("region", { name: "退回" }).getByRole("link").first().click();
  await p.page
    .getByText(/镇里说/)
    .first()
    .waitFor();
  await shot(p, "13-visit-returned");
  await p.link("修改").click();
  await p
    .block("情况")
    .getByText(/镇里说/)
    .waitFor();
  await shot(p, "14-edit", p.block("情况"));
}

/** The same step taken elsewhere first: the phone's own is held. And both have changed what they say. */
async function held(p: Phone, desk: Desk): Promise<void> {
  await offline(office.program, p);
  await p.write("情况", "吃药按时，腿脚比上月好");
  await p.button("重签").click(); // the text is another one
  await p.draw();
  await p.submit();
  await changePhone(p, "13911110001");
  await shot(p, "15-household-unsent");
  await online(office.program);
  await office.plain.sync();
  const visit = office.plain.of("visit")[0];
  const seen = (field: string): string[] => (visit?.f[field] ?? []).map(([k]) => visit?.by[k] ?? "");
  office.plain.write(
    [item.set(visit?.id ?? "", "note", "夜里咳嗽，要复查", seen("note"))],
    [item.go(visit?.id ?? "", "state", "returned", "submitted", seen("state"))],
    [item.set(home("王秀兰").id, "phone", "13922220002", [])],
  );
  await office.plain.sync();
  await desk.open("王秀兰");
  await desk.approve();
  await p.context.setOffline(false);
  await p.outbox();
  await p.button("同步").click();
  await p.page.getByRole("region", { name: /需要处理|需要您处理/ }).waitFor();
  await shot(p, "16-held");
  await p.button("返回").click();
  await p.openHousehold("王秀兰");
  await shot(p, "17-household-two", p.page.getByRole("region", { name: "两种说法" }));
  await p
    .link(/走访.*李芳/)
    .first()
    .click();
  await shot(p, "18-visit-two", p.page.getByRole("region", { name: "两种说法" }));
  await p.button("返回").click();
  await desk.reject("以镇里核定的为准");
  await p.outbox();
  await p.button("同步").click();
  await p.page.getByRole("region", { name: "镇里已处理" }).waitFor();
  await shot(p, "19-decided");
  await p.button("返回").click();
}

async function changePhone(p: Phone, number: string): Promise<void> {
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.heading("修改户信息").waitFor();
  await shot(p, "20-edit-household");
  await p.page.getByLabel("电话").fill(number);
  await p.button("存下").click();
  await p.heading("王秀兰 户").waitFor();
}

async function roster(p: Phone): Promise<void> {
  await p.link("修改 王秀兰").click();
  await p.heading("修改人员信息").waitFor();
  await shot(p, "21-edit-person");
  await p.button("返回").click();
  await p.link("花名册变更").click();
  await p.heading("花名册变更").waitFor();
  await shot(p, "22-change");
  await p.button("返回").click();
  await p.tab("花名册");
  await shot(p, "23-roster");
  await p.page.getByLabel("找人").fill("没有这个人");
  await p.page.getByText(/没有找到/).waitFor();
  await shot(p, "23-roster-none");
  await p.link("主动发现").click();
  await p.heading("主动发现").waitFor();
  await shot(p, "24-discovery");
  await p.button("返回").click();
}

async function requests(p: Phone): Promise<void> {
  await p.tab("办事");
  await shot(p, "25-requests-none");
  await p.openHousehold("李德福");
  await p.link("报问题").click();
  await p.chip("什么问题", "孩子可能受到伤害");
  await shot(p, "26-report-child");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await shot(p, "27-requests");
}

async function mine(p: Phone): Promise<void> {
  await offline(office.program, p);
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "电话");
  await p.page.evaluate(() => {
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = IDBObjectStore.prototype.add;
    Object.assign(globalThis, { roomAgain: () => Object.assign(IDBObjectStore.prototype, { add, put }) });
  });
  await p.button("提交").click();
  await p.page.getByText(/手机存储满了/).waitFor();
  await shot(p, "28-full");
  await p.page.evaluate(() => (globalThis as unknown as { roomAgain: () => void }).roomAgain());
  await p.submit();
  await p.outbox();
  await shot(p, "29-outbox-offline");
  await p.button("返回").click();
  await p.tab("我的");
  await shot(p, "30-mine");
  await shot(p, "30-mine-storage", p.button("导出救援文件"));
  await p.link("改密码").click();
  await p.page.getByLabel("现在的密码").fill("000000");
  await p.page.getByLabel("新密码").fill("111111");
  await p.button("改密码").click();
  await p.page.getByRole("alert").waitFor();
  await shot(p, "31-change-pin");
  await p.button("返回").click();
  await online(office.program, p);
  await p.syncNow();
  await p.tab("我的");
  await p.button("锁上").click();
  await p.heading("走访已锁").waitFor();
  await p.page.getByText(/忘了密码/).click();
  await shot(p, "32-locked");
}

test("every screen in light, dark and large letters: pictures, nothing that keeps anybody out, nothing too small to hit", async () => {
  found = [];
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const p = await Phone.open(browser, office.program, large);
  await p.enrol(office.program, office.lifang);
  await p.saved();
  await visiting(p);
  await returned(p, desk);
  await held(p, desk);
  await p.openHousehold("王秀兰");
  await roster(p);
  await requests(p);
  await mine(p);
  await p.close();
  expect(PlainPhone.values(office.plain.rows.get(home("王秀兰").id), "phone").length).toBeGreaterThan(0);
  expect(found.join("\n")).toBe("");
}, 240_000);
