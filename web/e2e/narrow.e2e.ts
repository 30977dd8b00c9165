import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { recordId } from "../shared/wire";
import { openBoth, type Office } from "./office";
import { Phone } from "./phone";

/** The narrowest phone with the largest letters: nothing is wider than the screen, cut off, or under the round button. */
let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

/** Runs in the page. */
function wrongs(): string[] {
  const out: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) out.push(root.scrollWidth - root.clientWidth + " px too wide");
  for (const e of Array.from(document.querySelectorAll<HTMLElement>("body *"))) {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (box.width < 2 || box.height < 2 || style.visibility === "hidden" || e.closest(".away, .scroll-x")) continue;
    const name = e.className + " " + (e.textContent ?? "").trim().slice(0, 40);
    if (box.right > root.clientWidth + 1 || box.left < -1) out.push("beyond the edge: " + name);
    const words = Array.from(e.childNodes).some((n) => n.nodeType === 3 && (n.textContent ?? "").trim() !== "");
    if (words && style.display !== "inline" && e.scrollWidth > e.clientWidth + 1) out.push("cut off: " + name);
  }
  const brush = document.createElement("canvas").getContext("2d")!;
  for (const e of Array.from(document.querySelectorAll<HTMLInputElement>("input[placeholder]"))) {
    const style = getComputedStyle(e);
    brush.font = getComputedStyle(e, "::placeholder").font;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (brush.measureText(e.placeholder).width > room) out.push("cut off: " + e.placeholder);
  }
  window.scrollTo(0, root.scrollHeight);
  const round = document.querySelector(".round")?.getBoundingClientRect();
  const last = document.querySelector("main.body")?.lastElementChild?.getBoundingClientRect();
  if (round && last && last.bottom > round.top && last.right > round.left)
    out.push(
      `the last of the page ends at ${Math.round(last.bottom)}, under the round button at ${Math.round(round.top)}`,
    );
  window.scrollTo(0, 0);
  return out;
}

async function see(page: Page, name: string, into: string[]): Promise<void> {
  for (const size of [30, 24, 16]) {
    await page.evaluate(async (px) => {
      document.documentElement.style.fontSize = px + "px";
      document.documentElement.classList.toggle("elder", px >= 24);
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }, size);
    await page.screenshot({ path: new URL(`./pictures/narrow-${name}-${size}.png`, import.meta.url).pathname });
    into.push(...(await page.evaluate(wrongs)).map((w) => `${name} at ${size} px: ${w}`));
  }
}

test("at 320 px every screen holds its words in every size, clear of the round button", async () => {
  const p = await Phone.open(browser, office.program);
  await p.page.setViewportSize({ width: 320, height: 568 });
  await p.enrol(office.program, office.lifang);
  await p.saved();
  const found: string[] = [];
  const at = (name: string): Promise<void> => see(p.page, name, found);
  await at("today");
  await p.tab("花名册");
  await at("roster");
  await p.openHousehold("王秀兰");
  await at("household");
  const address = await p.page.evaluate(() => location.hash);
  await p.page
    .getByRole("region", { name: "家庭成员" })
    .getByRole("link", { name: /^王秀兰/ })
    .click();
  await p.heading("王秀兰").waitFor();
  await at("person");
  await p.button("返回").click();
  await p.link("记走访").click();
  await p.chip("哪一种走访", "走访");
  await p.button("下一步").click();
  await p.page.getByText("还差 1 项").waitFor();
  await at("form");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "都好");
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.page.getByRole("dialog").waitFor();
  await at("sign");
  await p.button("取消").click();
  await p.submit();
  for (const [name, hash, heading] of [
    ["visits", "#/mine/visits", "我的走访"],
    ["mine", "#/mine", "我的"],
    ["pin", "#/mine/pin", "改密码"],
    ["outbox", "#/outbox", "待发"],
    ["requests", "#/requests", "办事"],
    ["report", "#/report", "报问题"],
    ["discover", "#/discover", "主动发现"],
    ["pick", "#/pick", "给谁记走访"],
    ["edit", address + "/edit", "修改户信息"],
    ["change", address + "/change", "花名册变更"],
  ] as const) {
    await p.page.evaluate((to) => (location.hash = to), hash);
    await p.heading(heading).first().waitFor();
    await at(name);
  }
  await p.page.evaluate(() => (location.hash = "#/mine/visits"));
  await p
    .link(/王秀兰/)
    .first()
    .click();
  await p.heading(/走访 · 王秀兰/).waitFor();
  await at("visit");
  expect(found).toEqual([]);
  await p.close();
});

test("in English, too, at 320 px every screen holds its words in every size", async () => {
  const p = await Phone.open(browser, office.program);
  await p.page.setViewportSize({ width: 320, height: 568 });
  await p.enrol(office.program, office.lifang);
  await p.saved();
  await p.tab("我的");
  await p.chip("语言", "English");
  await p.page.getByRole("heading", { name: "Mine" }).waitFor();
  const found: string[] = [];
  const home = office.households.find((h) => h.head === "刘长根")!;
  const at = (name: string): Promise<void> => see(p.page, "en-" + name, found);
  const go = async (hash: string): Promise<void> => {
    await p.page.evaluate((to) => (location.hash = "#" + to), hash);
    await p.page.waitForFunction(() => document.activeElement?.tagName === "H1");
  };
  const press = (name: string): Promise<void> => p.page.getByRole("button", { name, exact: true }).click();
  for (const [name, hash] of [
    ["today", "/today"],
    ["roster", "/roster"],
    ["household", `/household/${home.id}`],
    ["person", `/person/${home.person}`],
    ["visits", "/mine/visits"],
    ["mine", "/mine"],
    ["pin", "/mine/pin"],
    ["outbox", "/outbox"],
    ["requests", "/requests"],
    ["pick", "/pick"],
  ] as const) {
    await go(hash);
    await at(name);
  }
  // Editors with all they say of what is missing.
  for (const [name, hash, save] of [
    ["report", `/report?household=${home.id}`, "Submit"],
    ["harm", `/report?household=${home.id}&harm=1`, ""],
    ["discover", "/discover", "Submit"],
    ["change", `/household/${home.id}/change`, "Submit"],
    ["edit", `/household/${home.id}/edit`, ""],
    ["edit-person", `/person/${home.person}/edit`, ""],
  ] as const) {
    await go(hash);
    if (save) {
      await press(save);
      await p.page.getByText("not answered").first().waitFor();
    }
    await at(name);
  }
  await go(`/form/${recordId(Date.now())}?household=${home.id}`);
  await p.chip("Kind of visit", "Visit");
  await p.page.getByRole("button", { name: "Next" }).click();
  await at("form");
  await p.chip("How was the visit made", "At home");
  await p.page.getByRole("button", { name: "Sign Resident" }).click();
  await p.page.getByRole("dialog").waitFor();
  await at("sign");
  await press("Cancel");
  await p.page.getByRole("button", { name: "Submit" }).click();
  await p.page.getByRole("navigation").waitFor();
  await go("/mine/visits");
  await p
    .link(/刘长根/)
    .first()
    .click();
  await p.page.getByRole("heading", { name: /刘长根/ }).waitFor();
  await at("visit");
  await go("/mine");
  await press("Lock now");
  await p.page.getByText(/Nothing syncs while locked/).waitFor();
  await at("locked");
  expect(found).toEqual([]);
  await p.close();
});

test("that a signature is missing is not said any more once there are strokes; what is wrong is said at its field", async () => {
  const p = await Phone.enrolled(browser, office.program, office.zhaomin);
  await p.startVisit("李德福", "灾情核查");
  await p.page.getByLabel("哪天", { exact: true }).fill("2999-01-01");
  await p.block("哪天").getByText("不能晚于今天").waitFor();
  await p.page
    .getByRole("contentinfo")
    .getByText(/还差 \d+ 项 · 1 项要改/)
    .waitFor();
  await p.button("返回").click();
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "入户");
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.button("完成").click();
  await p.page.getByRole("alert").getByText("还没有签").waitFor();
  const box = (await p.page.locator("canvas").boundingBox())!;
  await p.page.mouse.move(box.x + box.width / 4, box.y + box.height / 3);
  await p.page.mouse.down();
  await p.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  await p.page.mouse.up();
  expect(await p.page.getByText("还没有签").count()).toBe(0);
  await p.button("取消").click();
  await p.close();
});
