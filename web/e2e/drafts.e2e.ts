import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item } from "../shared/wire";
import { look } from "./eye";
import { openBoth, PlainPhone, village, village2, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

async function household(p: Phone, link: string): Promise<void> {
  await p.openHousehold("王秀兰");
  await p.page.getByRole("link", { name: link, exact: true }).click();
}

/** A draft as the program prints it. */
interface Said {
  what: string;
  who?: string;
  fields: [string, unknown][];
  texts?: string[];
}

/** Each editor: the way to it, what is typed, its sentence in the list of drafts. */
const editors = [
  { name: "修改户信息", whose: "王秀兰", to: (p: Phone) => household(p, "修改"), box: "住址", text: "东村3组9号后院" },
  {
    name: "修改人员信息",
    whose: "王秀兰",
    to: (p: Phone) => household(p, "修改 王秀兰"),
    box: "电话",
    text: "13912345678",
  },
  {
    name: "报问题",
    whose: "王秀兰",
    to: (p: Phone) => household(p, "报问题"),
    box: "说一说情况",
    text: "屋顶漏雨，想修。",
  },
  {
    name: "花名册变更",
    whose: "王秀兰",
    to: (p: Phone) => household(p, "花名册变更"),
    box: "原因和日期",
    text: "九月住院，开支大。",
  },
  {
    name: "主动发现",
    whose: "钱二宝",
    box: "有什么困难",
    text: "一个人住，腿不好。",
    to: async (p: Phone) => {
      await p.tab("花名册");
      await p.link("主动发现").click();
      await p.write("姓名", "钱二宝");
    },
  },
];

test("a tab killed in any editor costs nothing, an editor left as it was leaves nothing", async () => {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await offline(office.program, p);
  for (const e of editors.slice(0, 4)) {
    await e.to(p);
    const box = p.page.getByLabel(e.box);
    const was = await box.inputValue();
    for (const text of ["写了又删", was]) {
      await box.fill(text);
      await p.page.waitForTimeout(400); // longer than it waits for more
    }
    await p.button("返回").click();
    await p.tabOrBack();
  }
  await p.tab("今日");
  expect(await p.page.getByRole("region", { name: "草稿" }).count()).toBe(0);

  for (const e of editors) {
    await e.to(p);
    await p.heading(e.name).waitFor();
    await p.page.getByLabel(e.box).fill(e.text);
    await p.page.getByText("草稿 已存").waitFor();
    await p.page.waitForTimeout(300); // relaxed: the browser's own time to write
    await p.kill();
    await p.reopen();
    await p.page.goto(office.program.url + "/phone/#/today");
    await p.heading("今日").waitFor();
  }
  // A rescue file says of each what it would become.
  await p.tab("我的");
  const downloading = p.page.waitForEvent("download");
  await p.button("导出救援文件").click();
  const file = await (await downloading).path();
  const { drafts_text: said } = office.program.run<{ drafts_text: Said[] }>("rescue", "import", "--drafts", file);
  for (const e of editors) {
    const draft = said.find((d) => d.what === e.name);
    expect(draft, e.name).toMatchObject({ who: e.whose });
    expect(JSON.stringify(draft?.fields), e.name).toContain(e.text);
  }
  expect(said.find((d) => d.what === "修改户信息")?.fields).toEqual([["住址", "东村3组9号后院"]]);
  expect(said.flatMap((d) => d.texts ?? [])).toEqual([]);
  await p.tab("今日");
  const list = p.page.getByRole("region", { name: "草稿" });
  await expect.poll(() => list.getByRole("listitem").count()).toBe(5);
  const faults = await look(p.page, "drafts");
  for (const e of editors) {
    await list.getByRole("listitem").filter({ hasText: e.whose }).filter({ hasText: e.name }).getByRole("link").click();
    await p.heading(e.name).waitFor();
    await expect.poll(() => p.page.getByLabel(e.box).inputValue()).toBe(e.text);
    await p.page.getByText("这是上次没写完的。").waitFor();
    if (e.name === "修改户信息") faults.push(...(await look(p.page, "draft-household")));
    await p.button("返回").click();
    await p.heading("今日").waitFor();
  }
  expect(faults.join("\n")).toBe("");

  // One is discarded, one is saved: both leave the list, and the saved text is the server's.
  const one = list.getByRole("listitem").filter({ hasText: "花名册变更" });
  await one.getByRole("button", { name: /不要了/ }).click();
  await one.getByRole("alert").getByRole("button", { name: "不要了" }).click();
  await expect.poll(() => list.getByRole("listitem").count()).toBe(4);
  await list.getByRole("listitem").filter({ hasText: "修改户信息" }).getByRole("link").click();
  await expect.poll(() => p.page.getByLabel("住址").inputValue()).toBe("东村3组9号后院");
  await p.button("存下").click();
  await p.heading("王秀兰 户").waitFor();
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await expect.poll(() => p.page.getByLabel("住址").inputValue()).toBe("东村3组9号后院");
  expect(await p.page.getByText("这是上次没写完的。").count()).toBe(0);
  await online(office.program, p);
  await p.button("返回").click();
  await p.tabOrBack();
  await p.tab("今日");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(3);
  await p.syncNow();
  await office.plain.sync();
  expect(PlainPhone.values(office.plain.rows.get(office.households[0]?.id ?? ""), "address")).toEqual([
    "东村3组9号后院",
  ]);
  await p.close();
});

test("the draft of an edit of what has gone away can be read and discarded", async () => {
  const p = await Phone.enrolled(browser, office.program, office.zhaomin);
  await p.openHousehold("李德福");
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.page.getByLabel("加一条备注").fill("门牌掉了");
  await p.page.getByText("草稿 已存").waitFor();
  await p.button("返回").click();
  const staff = await PlainPhone.enrol(
    office.program,
    office.program.run<{ id: string; name: string }[]>("user", "list").find((u) => u.name === "王主任")?.id ?? "",
  );
  const id = office.households.find((h) => h.head === "李德福")?.id ?? "";
  await staff.sync();
  staff.write([item.go(id, "area", village, village2, staff.rows.get(id)?.by ?? [])]);
  await staff.sync();
  await p.syncNow();
  await p.tabOrBack();
  await p.tab("今日");
  const list = p.page.getByRole("region", { name: "草稿" });
  await list.getByRole("link", { name: "接着写 李德福" }).click();
  await p.page.getByText(/本机没有这条内容/).waitFor();
  expect(await p.page.getByLabel("加一条备注").inputValue()).toBe("门牌掉了");
  expect(await p.button("存下").isDisabled()).toBe(true);
  expect((await look(p.page, "draft-gone")).join("\n")).toBe("");
  await p.button("返回").click();
  await list.getByRole("button", { name: /不要了/ }).click();
  await list.getByRole("alert").getByRole("button", { name: "不要了" }).click();
  await list.waitFor({ state: "detached" });
  await p.close();
});
