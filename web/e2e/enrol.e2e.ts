import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBoth, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

test("from the code to the first page, and again without a server", async () => {
  const phone = await Phone.enrolled(browser, office.program, office.lifang);
  await phone.tab("花名册");
  await phone.page.getByText("6 户").waitFor();
  await phone.page.getByLabel("找人").fill("wxl");
  await phone.link(/王秀兰/).waitFor();
  expect(await phone.page.evaluate(() => location.href)).not.toContain("enrol");

  await offline(office.program, phone);
  await phone.reopen();
  await phone.page.getByText(/没有信号/).waitFor();
  await phone.openHousehold("王秀兰");
  await phone.page.getByText("东村").first().waitFor();
  await online(office.program, phone);
  await phone.syncNow();
  await phone.close();
});
