import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { fakeMedia, newHandset } from "./browser";
import { look } from "./eye";
import { openBoth, type Office } from "./office";
import { Phone, PIN } from "./phone";

let browser: Browser;
let office: Office;
let found: string[] = [];

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o]), fakeMedia));

async function shot(p: Phone, name: string): Promise<void> {
  found.push(...(await look(p.page, name)));
}

test("the way in: every screen in light, dark and large letters", async () => {
  found = [];
  const p = await Phone.open(browser, office.program);
  await p.page.goto(office.program.url + "/phone/");
  await p.heading("登记这部手机").waitFor();
  await shot(p, "01-enrol");
  await p.button(/扫码登记/).click();
  await p.page.locator("video").waitFor();
  await shot(p, "01-scanner");
  await p.button("关闭").click();
  await p.button("手工输入登记码").click();
  await p.page.getByLabel("登记码").fill("NO-SUCH-CODE-123");
  await p.button("登记").click();
  await p.page.getByRole("alert").waitFor();
  await shot(p, "01-wrong-code");
  await p.page.goto(office.program.enrolment(office.lifang).url);
  await p.heading("设一个开锁密码").waitFor();
  await shot(p, "02-pin");
  await p.page.getByLabel("密码", { exact: true }).fill(PIN);
  await p.page.getByLabel("再输一次").fill(PIN);
  await p.button("设好，开始").click();
  for (const n of [1, 2, 3]) {
    await p.button(n < 3 ? "下一条" : "开始使用").waitFor();
    await shot(p, "03-tour" + n);
    await p.button(n < 3 ? "下一条" : "开始使用").click();
  }
  await p.saved();
  await p.close();
  expect(found.join("\n")).toBe("");
});

test("in WeChat, and in a browser that keeps nothing, a page says what to do", async () => {
  found = [];
  const wechat = await browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: "zh-CN",
    userAgent:
      "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.40",
  });
  const page = await wechat.newPage();
  await page.goto(office.program.url + "/phone/");
  await page.getByRole("heading", { name: "请在浏览器里打开" }).waitFor();
  await page.getByRole("button", { name: "复制网址" }).click();
  await page.getByText("已复制，请到浏览器里粘贴打开").waitFor();
  found.push(...(await look(page, "00-wechat")));
  expect(await page.getByRole("button").count(), "nothing is enrolled there").toBe(1);
  await wechat.close();
  const secret = await newHandset(browser);
  await secret.addInitScript(() =>
    Object.defineProperty(globalThis, "indexedDB", {
      value: {
        open: () => {
          throw new DOMException("no", "InvalidStateError");
        },
      },
    }),
  );
  const shut = await secret.newPage();
  await shut.goto(office.program.url + "/phone/");
  await shut.getByRole("alert").waitFor();
  found.push(...(await look(shut, "00-no-storage")));
  await secret.close();
  expect(found.join("\n")).toBe("");
});
