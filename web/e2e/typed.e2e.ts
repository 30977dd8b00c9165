import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBoth, PlainPhone, type Office } from "./office";
import { offline, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

const number = "990101195003070017";

test("what people type is understood, said, and found again", async () => {
  const p = await Phone.open(browser, office.program);
  await p.page.goto(office.program.url + "/phone/");
  await p.button("手工输入登记码").click();
  const code = p.page.getByLabel("登记码", { exact: true });
  await code.fill("3467 9ACD");
  await p.button("登记").click();
  expect(await code.getAttribute("aria-invalid")).toBe("true");
  await p.page.getByText("登记码不对，请逐位核对").waitFor();
  const handed = office.program.enrolment(office.lifang).code;
  await code.fill(" " + handed.toLowerCase().replace(/-/g, "　"));
  await p.page.getByText("记作 " + handed).waitFor();
  await p.button("登记").click();
  await p.begin();
  await p.saved();

  // The list follows what an input method has in hand, before it is chosen.
  await p.tab("花名册");
  const find = p.page.getByRole("searchbox");
  await find.focus();
  const ime = await p.context.newCDPSession(p.page);
  await ime.send("Input.imeSetComposition", { text: "wang'xiu", selectionStart: 8, selectionEnd: 8 });
  await p.page.getByText("1 户", { exact: false }).first().waitFor();
  await p.page.getByRole("main").getByText("王秀兰").first().waitFor();
  expect(await p.page.getByRole("main").getByText("张桂英").count()).toBe(0);
  await ime.send("Input.insertText", { text: "" });

  await p.page.evaluate(() => (location.hash = "#/discover"));
  const box = (label: string): ReturnType<typeof p.page.getByLabel> => p.page.getByLabel(label, { exact: true });
  await p.page.getByLabel(/^姓名/).fill("王　秀兰");
  await p.page.getByText(/花名册里有同名：王秀兰/).waitFor();
  await p.page.getByLabel(/^有什么困难/).fill("独居，行动不便");
  await box("身份证号").fill("990101 19500307 0018");
  await box("电话").fill("０５７１－８８００ 转 12");
  await p.button("提交").click();
  await p.page.getByText("身份证号校验位不对，请逐位核对").waitFor();
  expect(await box("身份证号").getAttribute("aria-invalid")).toBe("true");
  await box("身份证号").fill("９９０１０１－１９５００３０７－００１７");
  await p.page.getByText("记作 " + number).waitFor();
  await box("身份证号").press("Tab"); // the card says the birth, where nobody said it
  await expect.poll(() => box("出生日期").inputValue()).toBe("1950-03-07");
  await box("出生日期").fill("1950年13月");
  await p.button("提交").click();
  await p.page.getByText(/不是日期/).waitFor();
  await box("出生日期").fill("１９５０年３月");
  await p.page.getByText("记作 1950-03").waitFor();
  await p.button("提交").click();
  await p.heading(/秀兰 户/).waitFor();
  expect(await p.link("拨电话").first().getAttribute("href")).toBe("tel:05718800,12");
  await p.syncNow();
  await office.plain.sync();
  const row = Array.from(office.plain.rows.values()).find((r) => PlainPhone.values(r, "name")[0] === "王　秀兰");
  expect(row && PlainPhone.values(row, "birth")).toEqual(["1950-03"]);
  expect(row && PlainPhone.values(row, "id_number")).toEqual(["990***********0017"]);

  // The same number again, by the server's word, and without a net by this phone's own lines.
  for (const net of [true, false]) {
    if (!net) await offline(office.program, p);
    await p.page.evaluate(() => (location.hash = "#/roster"));
    await p.page.evaluate(() => (location.hash = "#/discover"));
    await p.page.getByLabel(/^姓名/).fill("李梅" + net);
    await p.page.getByLabel(/^有什么困难/).fill("重名");
    await box("身份证号").fill(number);
    await p.button("提交").click();
    await p.page
      .getByText(/这个身份证号已在花名册：王　秀兰/)
      .first()
      .waitFor();
    await p.heading("主动发现").waitFor();
  }
  await p.close();
});
