import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { look } from "./eye";
import { openBoth, PlainPhone, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

/** Opens the same address in a second tab of the phone, past its lock; the first stays as it is. */
async function second(p: Phone): Promise<{ one: Page; two: Page }> {
  const one = p.page;
  const address = one.url();
  await p.newTab();
  await p.page.goto(address);
  await p.page.getByLabel("密码", { exact: true }).fill("295814");
  await p.button("打开").click();
  return { one, two: p.page };
}

const here = "在这里接着写";
const told = (page: Page) => page.getByText(/另一个页面正在写这份/);
const lost = (page: Page) => page.getByText(/已在另一个页面接着写，这里只能看/);
const note = (page: Page) => page.getByLabel("情况", { exact: true });
const drafts = (page: Page) => page.getByRole("region", { name: "草稿" }).getByRole("listitem");

async function notesOf(head: string): Promise<unknown[]> {
  await office.plain.sync();
  const id = office.households.find((h) => h.head === head)?.id;
  return office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id)
    .map((r) => PlainPhone.values(r, "note"));
}

test("two tabs on one draft: the second says so, takes over with all that was typed, and the first is read-only", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await note(p.page).fill("甲页写的");
  await p.page.getByText("已存", { exact: true }).waitFor();
  const { one, two } = await second(p);
  await told(two).waitFor();
  expect(await two.getByRole("button", { name: "提交" }).count()).toBe(0);
  const faults = await look(two, "tab-other");
  await note(one).fill("甲页写的，刚刚又加了一句"); // typed and not yet stored when the other asks
  await two.getByRole("button", { name: here }).click();
  await expect.poll(() => note(two).inputValue()).toBe("甲页写的，刚刚又加了一句");
  await lost(one).waitFor();
  expect(await note(one).evaluate((e) => e.closest("[inert]") !== null)).toBe(true);
  faults.push(...(await look(one, "tab-lost")));
  await note(two).fill("乙页写完的");
  await two.getByText("已存", { exact: true }).waitFor();

  // It goes back and forth, and each time nothing is written over.
  await one.getByRole("button", { name: here }).click();
  await expect.poll(() => note(one).inputValue()).toBe("乙页写完的");
  await lost(two).waitFor();
  await two.getByRole("button", { name: here }).click();
  await expect.poll(() => note(two).inputValue()).toBe("乙页写完的");
  await lost(one).waitFor();
  await p.submit();
  await one.getByRole("button", { name: here }).click();
  await one.getByText("待核定").first().waitFor(); // the visit itself: it is no draft any more
  expect(await one.getByRole("button", { name: "提交" }).count()).toBe(0);
  await p.syncNow();
  expect(await notesOf("王秀兰")).toEqual([["乙页写完的"]]);
  await p.tab("今日");
  expect(await drafts(p.page).count()).toBe(0);
  expect(faults.join("\n")).toBe("");
  await p.close();
});

test("a tab that is killed frees its draft, and one that does not answer is not waited for", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("李德福");
  await note(p.page).fill("写到一半");
  await p.page.getByText("已存", { exact: true }).waitFor();
  const { one, two } = await second(p);
  await told(two).waitFor();
  await one.close({ runBeforeUnload: false });
  await expect.poll(() => note(two).inputValue()).toBe("写到一半"); // by itself

  // The next hears nothing: it is taken from it, and what it could not store is a draft of its own.
  const third = await second(p);
  await told(third.two).waitFor();
  await two.evaluate(() => {
    const real = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...a: [unknown, IDBValidKey?]) {
      if (this.name === "drafts" && !(window as { free?: boolean }).free)
        throw new DOMException("no room", "QuotaExceededError");
      return real.apply(this, a);
    };
    BroadcastChannel.prototype.dispatchEvent = () => true;
  });
  await note(two).fill("没存下的一句");
  await third.two.getByRole("button", { name: here }).click();
  await expect.poll(() => note(third.two).inputValue(), { timeout: 20_000 }).toBe("写到一半");
  await lost(two).waitFor();
  await note(third.two).fill("第三页接着写");
  await third.two.getByText("已存", { exact: true }).waitFor();
  await expect.poll(() => note(two).inputValue()).toBe("没存下的一句"); // still to be read
  await p.button(/存草稿/).click();
  await p.heading("今日").waitFor();
  expect(await drafts(p.page).count()).toBe(1);
  await p.close();
});

test("one household edited at one address in two tabs: each text is saved by somebody, none is lost", async () => {
  const p = await Phone.enrolled(browser, office.program, office.zhaomin);
  await p.openHousehold("张桂英");
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.page.getByLabel("住址").fill("东村2组3号前院");
  await p.page.getByText("草稿 已存").waitFor();
  const { one, two } = await second(p);
  await told(two).waitFor();
  await two.getByRole("button", { name: here }).click();
  await expect.poll(() => two.getByLabel("住址").inputValue()).toBe("东村2组3号前院");
  await lost(one).waitFor();
  await two.getByRole("button", { name: "存下" }).click();
  await p.heading("张桂英 户").waitFor();
  await one.getByRole("button", { name: here }).click();
  await expect.poll(() => one.getByLabel("住址").inputValue()).toBe("东村2组3号前院");
  await one.getByLabel("住址").fill("东村2组3号后院");
  await one.getByRole("button", { name: "存下" }).click();
  await one.getByRole("heading", { name: "张桂英 户" }).waitFor();
  await p.syncNow();
  await office.plain.sync();
  const row = office.plain.rows.get(office.households.find((h) => h.head === "张桂英")?.id ?? "");
  expect(PlainPhone.values(row, "address")).toEqual(["东村2组3号后院"]); // the second edit had seen the first
  await p.close();
});

test("two edits of one visit in two tabs are two lines, and both values stand", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("陈玉珍");
  await p.chip("怎么走访的", "入户");
  await note(p.page).fill("原来的");
  await p.submit();
  await p.syncNow();
  await p.openHousehold("陈玉珍");
  await p
    .link(/走访.*李芳/)
    .first()
    .click();
  const { one, two } = await second(p);
  for (const page of [one, two]) {
    await page.getByRole("link", { name: "修改" }).click();
    await expect.poll(() => note(page).inputValue()).toBe("原来的");
  }
  for (const [page, text] of [
    [one, "甲页改的"],
    [two, "乙页改的"],
  ] as const) {
    await note(page).fill(text);
    await page.getByRole("button", { name: "提交" }).click();
    await page.getByRole("navigation", { name: "主菜单" }).waitFor();
  }
  await p.syncNow();
  expect(((await notesOf("陈玉珍"))[0] as string[]).sort()).toEqual(["乙页改的", "甲页改的"].sort());
  await p.close();
});
