import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { openBrowser } from "./browser";
import { choose, countTaps, press, tabTo, walk } from "./hand";
import { openOffice, PlainPhone, village, type Office } from "./office";
import { Phone, photo } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  const home = office.households[0];
  const started = Date.now() - 40 * 86_400_000;
  office.plain.write(
    [
      item.create(recordId(started), "visit", village, {
        type: "routine",
        household: home?.id ?? "",
        persons: [home?.person ?? ""],
        visitors: [office.lifang],
        way: "home",
        met: "本人",
        started,
        ended: started + 900_000,
        form: "routine@1",
        "answers.food": "够",
        "answers.health": "平稳",
        "answers.house": "安全",
        note: "一切照旧",
      }),
    ],
    [item.set(home?.id ?? "", "place", { lat: 31.95, lon: 118.84, accuracy: 20, at: started }, [])],
  );
  await office.plain.sync();
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

const focused = (l: Locator): Promise<boolean> => l.evaluate((e) => e === document.activeElement);
const heading = (p: Phone): Promise<boolean> => focused(p.page.locator("h1"));

/** What the server holds of the visits to a household. */
async function visits(head: string): Promise<Map<string, unknown[]>[]> {
  await office.plain.sync();
  const id = office.households.find((h) => h.head === head)?.id;
  return office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id)
    .map((r) => new Map(Object.keys(r.f).map((f) => [f, PlainPhone.values(r, f)])));
}

test("with the keys alone: from the code to a visit that is signed before a witness and sent", async () => {
  const p = await Phone.open(browser, office.program);
  const page = p.page;
  const keys = page.keyboard;
  await page.goto(office.program.enrolment(office.lifang).url);
  await p.heading("设一个开锁密码").waitFor();
  await tabTo(page, page.getByLabel("密码", { exact: true }));
  await keys.type("295814");
  await tabTo(page, page.getByLabel("再输一次"));
  await keys.type("295814");
  await press(page, p.button("设好，开始"));
  await press(page, p.button("下一条"));
  expect(await heading(p)).toBe(true);
  await press(page, p.button("下一条"), "Space");
  await press(page, p.button("开始使用"));
  await p.heading("今日").waitFor();
  expect(await heading(p)).toBe(true);

  await press(page, page.getByRole("region", { name: /今天|逾期/ }).getByRole("link", { name: /李德福/ }));
  await p.heading("李德福 户").waitFor();
  expect(await heading(p)).toBe(true);
  await press(page, p.link("记走访"));
  await choose(page, page.getByRole("radiogroup", { name: "哪一种走访" }), "探访");
  await choose(page, page.getByRole("radiogroup", { name: "哪一种走访" }), "走访");
  // The foot names what is missing and leads there.
  await press(page, p.button("下一步"));
  await choose(page, page.getByRole("radiogroup", { name: "怎么走访的" }), "入户");
  await choose(page, page.getByRole("radiogroup", { name: "见到了谁" }), "本人");
  await tabTo(page, page.getByRole("group", { name: "需要什么帮助" }).getByRole("checkbox", { name: "助餐" }));
  await keys.press("Space");
  await tabTo(page, page.getByLabel("情况").first());
  await keys.type("键盘写的");
  const choosing = page.waitForEvent("filechooser");
  await tabTo(page, page.locator("input[type=file]").first());
  await keys.press("Space");
  await (await choosing).setFiles({ name: "p.jpg", mimeType: "image/jpeg", buffer: await photo(browser, 3, 400, 300) });
  await page.getByRole("button", { name: "去掉照片 1" }).waitFor();
  await press(page, page.getByRole("button", { name: "去掉照片 1" }));
  expect(await page.evaluate(() => document.activeElement !== document.body), "the focus is lost with the photo").toBe(
    true,
  );
  await p.context.setGeolocation({ latitude: 31.95, longitude: 118.84, accuracy: 20 }); // found just now
  await press(page, p.button("记下位置"));
  await page.getByText(/已记位置/).waitFor();
  await expect.poll(() => focused(p.button("清除"))).toBe(true);

  // The dialog keeps the focus, Escape gives it back to what opened it.
  const sign = page.getByRole("button", { name: "签名 被访人" });
  await press(page, sign);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await walk(page)).toEqual([]);
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let i = 0; i < 12; i++) {
      await keys.press(key);
      expect(await dialog.evaluate((d) => d.contains(document.activeElement)), key + " leaves the dialog").toBe(true);
    }
  }
  await keys.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await focused(sign), "the opener").toBe(true);
  await keys.press("Enter");
  await press(page, p.button("不能签名"), "Space");
  await tabTo(page, page.getByLabel("原因"));
  await keys.type("手有伤");
  await tabTo(page, page.getByLabel(/见证人姓名/));
  await keys.type("周文");
  await press(page, p.button("完成"));
  await dialog.waitFor({ state: "detached" });
  await page.getByText("不能签名：手有伤，见证人 周文").waitFor();
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  await press(page, p.button("提交"));
  await p.heading("李德福 户").waitFor();
  expect(await heading(p)).toBe(true);
  await p.saved();
  const there = (await visits("李德福"))[0];
  expect([there?.get("note"), there?.get("state")]).toEqual([["键盘写的"], ["submitted"]]);
  expect(there?.get("signature.household")?.[0]).toMatchObject({ unable: "不能签名：手有伤", witness: "周文" });
  await p.close();
});

test("Tab reaches all that can be worked, on every screen, and the focus is seen; links to call and to find the way", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  const home = office.households[0]?.id ?? "";
  const person = office.households[0]?.person ?? "";
  const visit = office.plain.of("visit").find((r) => PlainPhone.values(r, "household")[0] === home)?.id ?? "";
  const paths = [
    "/today",
    "/roster",
    "/pick",
    "/discover",
    "/requests",
    "/report?household=" + home,
    "/mine",
    "/mine/pin",
    "/outbox",
    `/household/${home}`,
    `/household/${home}/change`,
    `/household/${home}/edit`,
    `/person/${person}/edit`,
    `/visit/${visit}`,
    `/form/${recordId(Date.now())}?household=${home}`,
  ];
  const found: string[] = [];
  for (const path of paths) {
    await p.page.evaluate((to) => (location.hash = "#" + to), path);
    await p.page.locator("main").waitFor();
    await p.page.waitForFunction(() => document.activeElement?.tagName === "H1"); // that is where a screen begins
    // An editor is drawn when it is sure that no other tab has it: what stood there until then is no part of it.
    if (/discover|report|change$|edit$|form/.test(path))
      await p.page.locator(".foot button").filter({ visible: true }).first().waitFor();
    found.push(...(await walk(p.page)).map((f) => path.replace(/[0-9a-f-]{36}/g, "…") + " " + f));
  }
  expect(found.join("\n")).toBe("");

  await p.page.evaluate((id) => (location.hash = "#/household/" + id), home);
  expect(await p.link("拨电话").getAttribute("href")).toBe("tel:13800000101");
  expect(await p.link("路线").getAttribute("href")).toBe("geo:31.95,118.84?q=31.95,118.84");

  // The text grows by the switch, and stays so.
  await p.tab("我的");
  const size = (): Promise<string> => p.page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  for (const [word, px] of [
    ["大", "20px"],
    ["特大", "24px"],
    ["最大", "30px"],
  ] as const) {
    await p.chip("字号", word);
    expect(await size()).toBe(px);
  }
  await p.reopen();
  expect(await size()).toBe("30px");
  expect(await p.page.evaluate(() => document.documentElement.classList.contains("elder"))).toBe(true);
  await p.close();
}, 180_000);

test("a visit without trouble takes no more than twelve taps", async () => {
  const before = office.plain
    .of("visit")
    .find((r) => PlainPhone.values(r, "household")[0] === office.households[0]?.id);
  office.plain.write([item.go(before?.id ?? "", "state", "draft", "submitted", before?.by ?? [])]);
  await office.plain.sync(); // a draft is no visit that another could be like
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  const head = office.households[0]?.head ?? "";
  await p.tab("今日");
  const taps = await countTaps(p.page);
  const due = p.page.getByRole("region", { name: /今天|逾期/ });
  await due.getByRole("link", { name: new RegExp(head) }).tap();
  await p.link("记走访").tap();
  await p.button("同上次").tap();
  await p.page.getByText(/已按上次填好/).waitFor();
  const tapChip = (group: string, answer: string): Promise<void> =>
    p.page
      .getByRole("radiogroup", { name: group })
      .locator("label")
      .filter({ hasText: new RegExp("^" + answer + "$") })
      .tap();
  await tapChip("怎么走访的", "入户");
  await tapChip("见到了谁", "本人");
  await p.button("提交").tap();
  await p.heading(head + " 户").waitFor();
  const n = await taps();
  console.log("taps from 今日 to a visit submitted: " + n);
  expect(n).toBeLessThanOrEqual(12);
  expect(n).toBeGreaterThan(3); // the taps were heard
  await p.saved();
  const got = await visits(head);
  expect(got.map((v) => v.get("state")?.[0]).sort()).toContain("submitted");
  expect(got.filter((v) => v.get("answers.food")?.[0] === "够").length).toBe(2);
  await p.close();
});
