import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { openBoth, PlainPhone, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

const written: { [kind: string]: string[] } = {
  household: ["head", "address", "group"],
  person: ["name"],
  visit: ["note"],
  request: ["text"],
};

/** What people wrote, and names. These stay as they are; what the office gives to choose from is said in English. */
function recorded(): string[] {
  const out = new Set(["李芳", "赵敏", "王主任", "东村", "西村", "青石镇", "示范县", "中文"]);
  for (const [kind, fields] of Object.entries(written)) {
    for (const r of office.plain.of(kind)) {
      fields.flatMap((f) => PlainPhone.values(r, f)).forEach((v) => typeof v === "string" && out.add(v));
    }
  }
  return [...out].filter((s) => /[\u4e00-\u9fff]/.test(s)).sort((a, b) => b.length - a.length);
}

/** Chinese on the screen, seen or read out, that no record holds. */
async function chinese(page: Page): Promise<string[]> {
  return page.evaluate((known) => {
    const said = [document.title];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (n instanceof Element)
        ["aria-label", "placeholder", "alt", "title"].forEach((a) => said.push(n.getAttribute(a) ?? ""));
      else if (n.parentElement?.getBoundingClientRect().width) said.push(n.textContent ?? "");
    }
    return said.filter((s) => {
      if (known.includes(s.trim())) return false;
      const rest = known.filter((k) => k.length > 1).reduce((left, k) => left.split(k).join(""), s);
      return /[\u4e00-\u9fff]/.test(rest);
    });
  }, recorded());
}

test("in English every screen speaks English, the office's forms too, save for what people wrote", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "看过了");
  await p.submit();
  await p.openHousehold("李德福");
  await p.link("报问题").click();
  await p.chip("什么问题", "看病就医");
  await p.chip("急不急", "紧急");
  await p.write("说一说情况", "要去县里复查");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  await p.syncNow();
  await office.plain.sync();
  const [home, other] = office.households;
  office.plain.write([item.set(home?.id ?? "", "phone", "13911110001", [])]);
  await office.plain.sync();
  await p.tab("我的");
  await p.chip("语言", "English");
  await p.page.getByRole("heading", { name: "Mine" }).waitFor();
  expect(await p.page.evaluate(() => document.documentElement.lang)).toBe("en");
  await p.page
    .getByRole("banner")
    .getByText(/On the server \d\d:\d\d/)
    .waitFor();

  // One thing of each kind is unsent, so that the outbox says how it calls them.
  await offline(office.program, p);
  const go = async (path: string): Promise<void> => {
    await p.page.evaluate((to) => (location.hash = "#" + to), path);
    await p.page.waitForFunction(() => document.activeElement?.tagName === "H1");
  };
  const visit = office.plain.of("visit")[0]?.id ?? "";
  await go(`/household/${other?.id}/edit`);
  await p.page.getByRole("button", { name: "Save" }).waitFor();
  const found: string[] = [];
  const read = async (where: string): Promise<void> =>
    void found.push(...(await chinese(p.page)).map((s) => where + ": " + s.trim()));
  await read("edit household");
  await p.page.locator("input[type=tel]").fill("13900000000");
  await p.page.getByRole("button", { name: "Save" }).click();
  await p.page.getByRole("navigation").waitFor();
  await go(`/form/${recordId(Date.now())}?household=${other?.id}`);
  await p.page.getByRole("button", { name: "Next" }).waitFor();
  await p.page.getByRole("button", { name: "Next" }).click();
  await read("form");
  await p.chip("How was the visit made", "At home");
  await p.chip("Food and clothing", "Not enough");
  await p.chip("Safety of the home", "Some danger");
  await read("form answered");
  for (const type of ["Care call", "Investigation", "Gift", "Errand", "Follow-up", "Disaster", "Visit"]) {
    await p.chip("Kind of visit", type);
    await read("form of " + type);
  }
  await p.page.getByRole("button", { name: /Save draft/ }).click();
  await p.page
    .getByRole("banner")
    .getByText(/No signal, 1 saved on this phone/)
    .waitFor();
  for (const path of [
    "/today",
    "/roster",
    "/pick",
    "/discover",
    "/requests",
    `/report?household=${home?.id}&harm=1`,
    "/mine",
    "/mine/pin",
    "/outbox",
    `/household/${home?.id}`,
    `/household/${other?.id}`,
    `/household/${home?.id}/change`,
    `/person/${home?.person}/edit`,
    `/visit/${visit}`,
  ]) {
    await go(path);
    await p.page.waitForTimeout(150); // a record is read from the disk
    await read(path.replace(/[0-9a-f-]{36}/g, "…"));
  }
  await online(office.program, p);
  await p.page
    .getByRole("banner")
    .getByText(/On the server/)
    .waitFor();
  await go(`/form/${recordId(Date.now())}?household=${home?.id}`);
  await p.chip("How was the visit made", "At home");
  await p.chip("Food and clothing", "Enough");
  await p.chip("What help is needed", "Meals");
  await p.chip("Risk level", "High");
  await p.page.getByLabel("Why", { exact: false }).first().fill("fell twice");
  await p.page.getByRole("button", { name: "Sign Resident" }).click();
  // What is signed is the record's own text, in whatever language the screen is.
  const signed = await p.page.getByRole("dialog").getByRole("region").first().innerText();
  expect(signed).toMatch(/\n\d{4}年\d{1,2}月\d{1,2}日\n/);
  expect(signed).toContain("怎么走访的：入户\n");
  expect(signed).toContain("需要什么帮助：助餐");
  expect(signed).not.toMatch(/fell|风险/);
  await p.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await p.page.getByRole("button", { name: "Submit" }).click();
  await p.page.getByRole("navigation").waitFor();
  await p.page
    .getByRole("banner")
    .getByText(/On the server/)
    .waitFor();
  await office.plain.sync();
  const made = office.plain
    .of("visit")
    .find((r) => JSON.stringify(PlainPhone.values(r, "risk")).includes("fell twice"));
  expect(PlainPhone.values(made, "way")).toEqual(["home"]);
  expect(PlainPhone.values(made, "answers.food")).toEqual(["够"]);
  expect(made?.s["needs"]?.map(([, v]) => v)).toEqual(["助餐"]);
  expect(PlainPhone.values(made, "risk")).toEqual([{ level: "高", reason: "fell twice" }]);
  await go(`/visit/${made?.id}`);
  await p.page.waitForTimeout(150);
  await read("visit in English");
  await go("/mine");
  await p.page.getByRole("button", { name: "Lock now" }).click();
  await p.page.getByText(/Nothing syncs while locked/).waitFor();
  await read("locked");
  expect(found.join("\n")).toBe("");
  expect(PlainPhone.values(office.plain.of("request")[0], "urgency")).toEqual(["紧急"]); // records stay Chinese
  await p.close();
});
