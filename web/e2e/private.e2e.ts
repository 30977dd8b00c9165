import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { recordId } from "../shared/wire";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { openOffice, roster, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  office.plain.write(
    ...roster({ id: recordId(Date.now()), head: "吴小军", person: recordId(Date.now()) }, "留守儿童", "3", 9),
  );
  await office.plain.sync();
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

test("what a family signs says nothing of a suspicion or a risk level; the office reads all of it", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("吴小军", "探访");
  await p.chip("怎么走访的", "入户");
  await p.chip("见到了谁", "家属");
  await p.chip("吃穿", "勉强");
  await p.chip("监护情况", "缺失");
  await p.chip("怀疑孩子受到侵害吗", "是");
  await p.chip("风险等级", "高");
  await p.write("为什么", "身上有旧伤");
  await p.page.getByRole("textbox", { name: "情况" }).fill("家里有奶奶在。");
  await p.button("签名 被访人").click();
  const signed = await p.page.getByRole("dialog").innerText();
  expect(signed).toContain("吃穿：勉强");
  expect(signed).toContain("情况：家里有奶奶在。");
  expect(signed).toMatch(/\d{4}年\d{1,2}月\d{1,2}日/);
  expect(signed).not.toMatch(/侵害|监护|缺失|风险|旧伤/);
  await p.draw();

  // What the office alone reads may change after the signature, what was signed may not.
  await p.write("为什么", "身上有新伤");
  expect(await p.page.getByText(/签名后内容有改动/).count()).toBe(0);
  await p.chip("吃穿", "不够");
  await p.page
    .getByText(/签名后内容有改动/)
    .first()
    .waitFor();
  await p.chip("吃穿", "勉强");
  await p.submit();
  await p.syncNow();

  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const read = await (await desk.open("吴小军")).getByRole("main").innerText();
  for (const said of [/怀疑孩子受到侵害吗\s*是/, /监护情况\s*缺失/, /身上有新伤/]) expect(read).toMatch(said);
  await p.close();
});
