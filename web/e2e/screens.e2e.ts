import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { openOffice, type Office } from "./office";
import { offline, online, Phone, photo, PIN } from "./phone";

const pictures = fileURLToPath(new URL("./pictures/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Fault {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

let browser: Browser;
let office: Office;
const found: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

/** Takes the screen's picture and asks axe for what keeps anybody from using it (WCAG 2.1 AA). */
async function look(p: Phone, name: string): Promise<void> {
  await p.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await p.page.screenshot({ path: pictures + name + ".png" });
  await p.page.evaluate(axe); // by the debugger: the page's policy lets no other script in
  const faults = await p.page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run(on: Document, how: object): Promise<{ violations: Fault[] }> } }).axe;
    return (await run.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] })).violations;
  });
  found.push(...faults.map((f) => `${name}: ${f.id}: ${f.help}\n${f.nodes.slice(0, 3).map((n) => "    " + n.html.slice(0, 160) + "\n    " + n.failureSummary.split("\n").slice(1, 2).join()).join("\n")}`));
  const wide = await p.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) {
    found.push(`${name}: ${wide} px too wide`);
  }
}

async function tour(p: Phone, desk: Desk, tag: string, size: string | null): Promise<void> {
  await p.page.goto(office.program.url + "/phone/");
  await p.heading("登记这部手机").waitFor();
  if (size) {
    await p.page.evaluate((s) => localStorage.setItem("zoufang-looks", JSON.stringify({ size: Number(s) })), size);
    await p.page.reload();
  }
  const shot = (name: string): Promise<void> => look(p, tag + "-" + name);
  await p.heading("登记这部手机").waitFor();
  await shot("01-enrol");
  await p.page.goto(office.program.enrolment(office.lifang).url);
  await p.heading("设一个开锁密码").waitFor();
  await shot("02-pin");
  await p.page.getByLabel("密码", { exact: true }).fill(PIN);
  await p.page.getByLabel("再输一次").fill(PIN);
  await p.button("设好，开始").click();
  for (const n of [1, 2, 3]) {
    await p.button(n < 3 ? "下一条" : "开始使用").waitFor();
    await shot("03-tour" + n);
    await p.button(n < 3 ? "下一条" : "开始使用").click();
  }
  await p.saved();
  await shot("04-today");
  await p.link("记走访").click();
  await p.heading("给谁记走访").waitFor();
  await shot("05-whom");
  await p.tabOrBack();
  await p.openHousehold("王秀兰");
  await shot("06-household");
  await p.link("记走访").click();
  await p.chip("怎么走访的", "入户");
  await shot("07-form");
  await p.write("情况", "院里柴火已码好，老人精神不错。");
  await p.addPhoto(await photo(browser, 7));
  await shot("08-form-photo");
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.page.getByRole("dialog").waitFor();
  await shot("09-sign");
  await p.button("不能签名").click();
  await shot("10-cannot-sign");
  await p.page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
  await p.submit();
  await p.syncNow();
  await desk.open("王秀兰");
  await desk.giveBack("请补签名", { 情况: "写具体些" });
  await p.syncNow();
  await p.tab("今日");
  await shot("11-today-returned");
  await p.page.getByRole("region", { name: "退回" }).getByRole("link").first().click();
  await p.page.getByText(/镇里说/).first().waitFor();
  await shot("12-visit-returned");
  await p.link("修改").click();
  await p.block("情况").getByText(/镇里说/).waitFor();
  await p.block("情况").scrollIntoViewIfNeeded();
  await shot("13-edit");
  await p.button("返回").click();
  await p.tab("花名册");
  await shot("14-roster");
  await p.link("主动发现").click();
  await p.heading("主动发现").waitFor();
  await shot("15-discovery");
  await p.button("返回").click();
  await p.openHousehold("王秀兰");
  await p.link("花名册变更").click();
  await p.heading("花名册变更").waitFor();
  await shot("16-change");
  await p.button("返回").click();
  await p.link("报问题").click();
  await p.chip("什么问题", "孩子可能受到伤害");
  await shot("17-report-child");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await shot("18-requests");
  await offline(office.program, p);
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "电话");
  await p.submit();
  await p.outbox();
  await shot("19-outbox-offline");
  await p.button("返回").click();
  await p.tab("我的");
  await shot("20-mine");
  await online(office.program, p);
  await p.syncNow();
  await p.tab("我的");
  await p.button("锁上").click();
  await p.heading("走访已锁").waitFor();
  await shot("21-locked");
}

test("every screen, light and in large letters: pictures, and nothing that keeps anybody out", async () => {
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  for (const [tag, size] of [["light", null], ["large", "30"]] as const) {
    const p = await Phone.open(browser, office.program);
    await tour(p, desk, tag, size);
    await p.close();
  }
  expect(found.join("\n")).toBe("");
}, 240_000);
