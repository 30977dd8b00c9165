import type { Browser } from "playwright-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { look } from "./eye";
import { openBoth, PlainPhone, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;
let p: Phone;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));
afterEach(() => p.close());

async function enrolled(): Promise<void> {
  p = await Phone.open(browser, office.program);
  await p.enrol(office.program, office.lifang);
  await p.saved();
}

const dialog = () => p.page.getByRole("dialog");
/** How much of the line is inked, in thousandths. */
const ink = (): Promise<number> =>
  p.page.locator("canvas").evaluate((c: HTMLCanvasElement) => {
    const { data } = c.getContext("2d")!.getImageData(0, 0, c.width, c.height);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) < 90) dark++;
    return Math.round((4000 * dark) / data.length);
  });

async function signing(head: string): Promise<void> {
  await p.startVisit(head);
  await p.chip("怎么走访的", "入户");
  await p.page.getByLabel("情况", { exact: true }).fill("院里柴火已码好，老人精神不错。".repeat(8));
  await p.button("签名 被访人").click();
  await dialog().waitFor();
}

async function stroke(): Promise<void> {
  const box = (await p.page.locator("canvas").boundingBox())!;
  await p.page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await p.page.mouse.down();
  await p.page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.7, { steps: 8 });
  await p.page.mouse.up();
}

test("the signature page: the text to its end, a line that outlasts the turning of the phone, and the way back", async () => {
  await enrolled();
  await signing("王秀兰");
  // Cut text says so, until it was read to the end.
  await dialog().getByText("下面还有").waitFor();
  await dialog().getByLabel("签名人姓名").scrollIntoViewIfNeeded();
  await dialog().getByRole("button", { name: "不愿签名" }).scrollIntoViewIfNeeded();
  await dialog().getByText("下面还有").waitFor({ state: "hidden" });

  await p.button("放大签名").click();
  await stroke();
  const [upright] = [await ink()];
  expect(upright).toBeGreaterThan(2);
  await p.page.setViewportSize({ width: 740, height: 360 });
  await expect.poll(ink).toBeGreaterThan(upright / 3);
  await p.page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(async () => Math.abs((await ink()) - upright)).toBeLessThanOrEqual(2);
  await p.button("看内容").click();
  await dialog()
    .getByText(/柴火已码好/)
    .waitFor();
  await p.button("放大签名").click();
  expect(Math.abs((await ink()) - upright)).toBeLessThanOrEqual(2);
  await p.button("重写").click();
  expect(await ink()).toBe(0);
  await p.button("完成").click();
  await dialog().getByText("还没有签。").waitFor();
  await p.button("看内容").click();
  await expect.poll(() => dialog().getByText("还没有签。").count()).toBe(0);
  await p.button("不能签名").click();
  await p.button("完成").click();
  await dialog().getByText("请写原因和见证人姓名。").waitFor();
  await p.button("看内容").click();
  await expect.poll(() => dialog().getByText("请写原因和见证人姓名。").count()).toBe(0);

  // Back closes the page alone.
  await p.page.goBack();
  await dialog().waitFor({ state: "detached" });
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toContain("柴火已码好");
  await p.page.goBack();
  await p.heading("王秀兰 户").waitFor();
  await p.page.goForward();
  await p.button("签名 被访人").click();
  await p.draw();
  await p.page.getByText(/王秀兰 已签/).waitFor();
  await p.submit();
  for (const _ of [1, 2]) await p.page.goBack();
  await p.heading("花名册").waitFor(); // the household took the form's place, and the page of the signature left nothing behind
});

test("by a finger: the end is heard right after a flick, and a flick is a signature", async () => {
  await enrolled();
  await signing("李德福");
  const cdp = await p.context.newCDPSession(p.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x = 0, y = 0): Promise<unknown> =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  for (const moves of [2, 5, 12]) {
    await p.button("放大签名").click();
    const box = (await p.page.locator("canvas").boundingBox())!;
    const end = (await p.button("完成").boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.2];
    await touch("touchStart", x, y);
    for (let i = 1; i <= moves; i++) await touch("touchMove", x, y + (i * 220) / moves);
    await touch("touchEnd");
    await p.page.waitForTimeout(100);
    await touch("touchStart", end.x + end.width / 2, end.y + end.height / 2);
    await touch("touchEnd");
    await dialog().waitFor({ state: "detached", timeout: 3_000 });
    await p.page.getByText(/李德福 已签/).waitFor();
    await p.button("重签").click();
  }
  await p.button("取消").click();
});

test("in the largest text, upright and lying: all of it can be read and hit", async () => {
  await enrolled();
  const faults: string[] = [];
  for (const [name, width, height] of [
    ["upright", 360, 740],
    ["lying", 740, 360],
  ] as const) {
    await signing("张桂英");
    await p.page.setViewportSize({ width, height });
    faults.push(...(await look(p.page, "sign-read-" + name)));
    await p.button("放大签名").click();
    await p.page.evaluate(
      () => (document.documentElement.style.fontSize = "30px") && document.documentElement.classList.add("elder"),
    );
    const said = await p.page.evaluate(() => {
      const [line, buttons] = [
        document.querySelector(".line")!.getBoundingClientRect(),
        [...document.querySelectorAll("[role=dialog] .acts button")].map((b) => b.getBoundingClientRect()),
      ];
      const inside = (r: DOMRect): boolean =>
        r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight;
      return {
        line: [Math.min(line.width, line.height), Math.max(line.width, line.height)].map(Math.round),
        inside: buttons.every(inside) && inside(line),
      };
    });
    expect(said.inside, name).toBe(true);
    expect(said.line[0], name).toBeGreaterThan(200);
    expect(said.line[1], name).toBeGreaterThan(650);
    faults.push(...(await look(p.page, "sign-line-" + name)));
    await p.button("看内容").click();
    await p.button("不愿签名").click();
    faults.push(...(await look(p.page, "sign-witness-" + name)));
    await p.page.goBack();
    await dialog().waitFor({ state: "detached" });
    faults.push(...(await look(p.page, "form-" + name, p.page.getByLabel("情况", { exact: true }))));
    await p.page.setViewportSize({ width: 360, height: 740 });
    await p.button("返回").click();
    await p.tabOrBack();
    await p.tab("今日");
    await p.page
      .getByRole("region", { name: "草稿" })
      .getByRole("button", { name: /不要了/ })
      .click();
    await p.page.getByRole("alert").getByRole("button", { name: "不要了" }).click();
    await p.page.getByRole("region", { name: "草稿" }).waitFor({ state: "detached" });
  }
  expect(faults.join("\n")).toBe("");
});

test("signing before all is filled in: the word goes when it is", async () => {
  await enrolled();
  await p.startVisit("陈玉珍");
  await p.button("签名 被访人").click();
  await p.page.getByText("请先填好上面的必填项，再签名。").waitFor();
  await p.chip("怎么走访的", "入户");
  await p.page.getByText("请先填好上面的必填项，再签名。").waitFor({ state: "detached" });
});

test("a signed visit whose text changes is signed again, or the signature taken off, before it goes out", async () => {
  await enrolled();
  const signature = async (): Promise<{ text?: string; image?: string } | undefined> => {
    await office.plain.sync();
    const id = office.households.find((h) => h.head === "刘长根")?.id;
    const row = office.plain
      .of("visit")
      .filter((r) => PlainPhone.values(r, "household")[0] === id)
      .pop();
    return (PlainPhone.values(row, "signature.household")[0] ?? undefined) as { text?: string } | undefined;
  };
  const edit = async (): Promise<void> => {
    await p.openHousehold("刘长根");
    await p
      .link(/走访.*李芳/)
      .first()
      .click();
    await p.link("修改").click();
    await p.heading(/修改走访/).waitFor();
  };
  await signing("刘长根");
  await p.draw();
  await p.submit();
  await p.syncNow();
  const first = await signature();
  // What is not in the text does not need another signature.
  await edit();
  await p.context.setGeolocation({ latitude: 31.95, longitude: 118.84, accuracy: 20 }); // found just now
  await p.button("记下位置").click();
  await p.page.getByText(/已记位置/).waitFor();
  await p.submit();
  await p.syncNow();
  expect((await signature())?.text).toBe(first?.text);

  await edit();
  await p.page.getByLabel("情况", { exact: true }).fill("改过了");
  await p.page.getByRole("contentinfo").getByText("还差 1 项").waitFor();
  expect(await p.button("提交").count()).toBe(0);
  await p.button("下一步").click();
  await p.page.getByRole("contentinfo").getByText("被访人：签名后内容有改动，要重签").waitFor();
  await p.button("重签").click();
  await p.draw();
  await p.submit();
  await p.syncNow();
  const second = await signature();
  expect(second?.text).toMatch(/^[0-9a-f]{64}$/);
  expect(second?.text).not.toBe(first?.text);

  await edit();
  await p.page.getByLabel("情况", { exact: true }).fill("又改过了");
  await p.button("去掉签名").click();
  await p.submit();
  await p.syncNow();
  expect(await signature()).toBeUndefined();
});
