import { expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { openOffice } from "./office";
import { Phone } from "./phone";

test("a link with a colleague's code does nothing by itself on a phone that is somebody's, and never takes it over", async () => {
  const office = await openOffice(inject("program"));
  const browser = await openBrowser();
  const p = await Phone.open(browser, office.program);
  await p.page.goto(office.program.enrolment(office.lifang).url);
  await p.heading("设一个开锁密码").waitFor();
  const enrolments: string[] = [];
  p.page.on("request", (r) => r.url().endsWith("/m/v1/enrol") && enrolments.push(r.url()));
  await p.page.goto("about:blank");
  await p.page.goto(office.program.enrolment(office.zhaomin).url);
  await p.heading("重新扫码登记").waitFor();
  await p.page.waitForTimeout(500);
  expect(enrolments).toEqual([]);
  await p.button("登记").click();
  await p.page.getByRole("alert").waitFor();
  expect(enrolments.length).toBe(1);
  await p.button("取消").click();
  await p.page.getByText("李芳").waitFor();
  await p.begin();
  await p.saved();
  await p.close();
  await browser.close();
  await office.program.remove();
});
