import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openOffice, PlainPhone, type Office } from "./office";
import { Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let desk: Desk;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

async function row(head: string) {
  await office.plain.sync();
  const id = office.households.find((h) => h.head === head)?.id;
  return office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id)
    .pop();
}
const photosOf = async (head: string): Promise<unknown[]> =>
  Array.from(new Set(((await row(head))?.s["photos"] ?? []).map(([, v]) => v)));

/** The digests of the open form's photos, as they stand. */
const shown = (p: Phone): Promise<string[]> =>
  p.page
    .locator(".thumb .open .thumb")
    .evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset["digest"] ?? ""));

test("photos keep the order in which they were taken, a retake takes the other's place, one can be put back", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "看了房子");
  for (const n of [1, 2, 3]) await p.addPhoto(await photo(browser, n));
  await expect.poll(async () => (await shown(p)).length).toBe(3);
  const [a, b, c] = (await shown(p)) as [string, string, string];
  await p.button("去掉照片 2").click();
  await expect.poll(() => shown(p)).toEqual([a, c]);
  const faults = await look(p.page, "photos-off", p.button("放回"));
  await p.button("放回").click();
  await expect.poll(() => shown(p)).toEqual([a, b, c]);
  await p.button("看照片 2").click();
  await p.page.getByRole("dialog").getByText("照片 2，共 3 张").waitFor();
  faults.push(...(await look(p.page, "photo-whole")));
  await p.page
    .getByLabel("重拍 照片 2")
    .setInputFiles({ name: "2.jpg", mimeType: "image/jpeg", buffer: await photo(browser, 4) });
  await expect
    .poll(async () => (await shown(p))[1] !== b && (await shown(p)).length === 3, { timeout: 20_000 })
    .toBe(true);
  const d = (await shown(p))[1] as string;
  expect(await shown(p)).toEqual([a, d, c]);
  await p.page.goBack(); // closes the photo, not the form
  await p.page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("看了房子");
  await p.submit();
  await p.syncNow(60_000);
  expect(await photosOf("王秀兰")).toEqual([a, d, c]);

  // The office means the second photo, and says so; on the phone it stands with that photo.
  const page = await desk.open("王秀兰");
  expect(
    await page
      .locator(".photos img")
      .evaluateAll((all) => all.map((i) => (i as HTMLImageElement).src.match(/[0-9a-f]{64}/)?.[0])),
  ).toEqual([a, d, c]);
  await desk.giveBack("", { "照片 2": "看不到门牌" });
  await p.syncNow();
  await p.tab("今日");
  await p.page.getByRole("region", { name: "退回" }).getByText("照片 2：“看不到门牌”").waitFor();
  await p.page.getByRole("region", { name: "退回" }).getByRole("link").click();
  await p.page
    .getByText(/照片 2.*看不到门牌/)
    .first()
    .waitFor();
  faults.push(...(await look(p.page, "photo-said", p.page.getByText(/看不到门牌/).first())));
  await p.button("看照片 1").click();
  const whole = p.page.getByRole("dialog");
  await whole.getByText("照片 1，共 3 张").waitFor();
  const box = (await whole.locator(".stage").boundingBox())!;
  await p.page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2);
  await p.page.mouse.down();
  await p.page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2, { steps: 5 });
  await p.page.mouse.up();
  await whole.getByText("照片 2，共 3 张").waitFor();
  await whole.getByText(/看不到门牌/).waitFor();
  await p.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
  await whole.getByRole("button", { name: "看全" }).click();
  await p.page.keyboard.press("ArrowRight");
  await whole.getByText("照片 3，共 3 张").waitFor();
  await p.page.goBack();
  await whole.waitFor({ state: "detached" });
  await p.link("修改").click();
  await p.page
    .getByText(/照片 2.*看不到门牌/)
    .first()
    .waitFor();
  await expect.poll(() => shown(p)).toEqual([a, d, c]);
  await p.button("看照片 2").click();
  await p.page
    .getByLabel("重拍 照片 2")
    .setInputFiles({ name: "5.jpg", mimeType: "image/jpeg", buffer: await photo(browser, 5) });
  await expect
    .poll(async () => (await shown(p))[1] !== d && (await shown(p)).length === 3, { timeout: 20_000 })
    .toBe(true);
  const e = (await shown(p))[1] as string;
  await p.page.goBack();
  await p.submit();
  await p.syncNow(60_000);
  expect(await photosOf("王秀兰")).toEqual([a, e, c]);
  expect(faults.join("\n")).toBe("");
  await p.close();
}, 240_000);

test("yesterday's visit is recorded today, none is to come, and what was long ago is asked about", async () => {
  const p = await Phone.enrolled(browser, office.program, office.zhaomin);
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "昨天去的");
  await p.button("改时间").click();
  const now = Date.now();
  const day = (ms: number): string => new Date(ms + 8 * 3600_000).toISOString().slice(0, 10); // in Beijing
  const date = p.page.getByLabel("走访日期");
  await p.page.getByLabel("走访几点").fill("15:40");
  await date.fill(day(now + 86_400_000));
  await date.dispatchEvent("change");
  await p.page.getByText("走访时间不能晚于现在。").waitFor();
  const faults = await look(p.page, "date-later", date);
  await p.button("下一步").click();
  await p.page.getByText("走访时间：不能晚于现在").waitFor();
  await date.fill(day(now - 60 * 86_400_000));
  await date.dispatchEvent("change");
  await p.page.getByText(/天前，日期对吗/).waitFor();
  await date.fill(day(now - 86_400_000));
  await date.dispatchEvent("change");
  await p.page.getByText("昨天 15:40").first().waitFor();
  faults.push(...(await look(p.page, "date-set", date)));
  await p.submit();
  await p.syncNow();
  const there = await row("李德福");
  const at = Date.parse(day(now - 86_400_000) + "T15:40:00+08:00");
  expect(PlainPhone.values(there, "started")).toEqual([at]);
  expect(PlainPhone.values(there, "ended")).toEqual([]); // nobody knows
  await p.openHousehold("李德福");
  await p.page.getByText(/昨天 15:40 · 入户 · 赵敏/).waitFor();
  expect(faults.join("\n")).toBe("");
  await p.close();
});
