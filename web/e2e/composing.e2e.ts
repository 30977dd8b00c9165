import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBoth, type Office } from "./office";
import { Phone, PIN } from "./phone";

let browser: Browser;
let office: Office;
let p: Phone;

beforeAll(() =>
  openBoth(async (b, o) => {
    [browser, office] = [b, o];
    p = await Phone.enrolled(b, o.program, o.lifang);
  }),
);

/** Types letters into an input method that still offers its choices, and presses a key there, as the browser says it. */
async function choosing(page: Page, letters: string, key: string, code: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Input.imeSetComposition", {
    text: letters,
    selectionStart: letters.length,
    selectionEnd: letters.length,
  });
  for (const type of ["rawKeyDown", "char", "keyUp"] as const)
    await cdp.send("Input.dispatchKeyEvent", {
      type,
      key,
      code: key,
      windowsVirtualKeyCode: code,
      ...(type === "char" && key === "Enter" ? { text: "\r" } : {}),
    });
  await cdp.detach();
}
const commit = async (page: Page, text: string): Promise<void> => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Input.insertText", { text });
  await cdp.detach();
};

test("Enter while hanzi are chosen adds nobody, sends no form, and does once they are", async () => {
  await p.startVisit("王秀兰");
  const other = p.page.getByLabel("其他人姓名");
  await other.focus();
  await commit(p.page, "王");
  await choosing(p.page, "yisheng", "Enter", 13);
  expect(await p.page.getByRole("checkbox", { name: "王", exact: true }).count()).toBe(0);
  await commit(p.page, "医生");
  expect(await other.inputValue()).toBe("王医生");
  await other.press("Enter");
  await p.page.getByRole("checkbox", { name: "王医生" }).waitFor();
});

test("a form is not sent by the Enter that ends the choice", async () => {
  const fresh = await Phone.open(browser, office.program);
  await fresh.page.goto(office.program.url + "/phone/");
  await fresh.button(/输入/).click();
  const name = fresh.page.getByLabel("手机名称");
  await name.fill("");
  await choosing(fresh.page, "shouji", "Enter", 13);
  const said = fresh.page.getByRole("alert");
  await commit(fresh.page, "手机");
  expect(await name.inputValue()).toBe("手机");
  expect(await said.count()).toBe(0);
  await name.press("Enter"); // this one sends it, and the code is missing
  await said.first().waitFor();
  await fresh.close();
});

test("the PIN and the search take no Enter of an input method", async () => {
  await p.page.reload();
  const pin = p.page.getByLabel("密码", { exact: true });
  await pin.fill(PIN);
  await pin.evaluate((e) =>
    e.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true })),
  );
  const held = await pin.evaluate((e) => {
    const key = new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true });
    e.dispatchEvent(key);
    return key.defaultPrevented;
  });
  expect(held).toBe(true);
  expect(await p.button("打开").isVisible()).toBe(true);
  await pin.press("Enter");
  await p.page.getByRole("navigation", { name: "主菜单" }).or(p.page.getByRole("contentinfo")).first().waitFor();
});
