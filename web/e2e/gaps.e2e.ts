import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { look } from "./eye";
import { openBoth, PlainPhone, village, type Office } from "./office";
import { Phone } from "./phone";

/** What keeps an editor from being saved is said at the field and at the foot, in each of them. */
let browser: Browser;
let office: Office;
let p: Phone;

beforeAll(() =>
  openBoth(async (b, o) => {
    [browser, office] = [b, o];
    const [first] = office.households;
    const other = recordId(Date.now());
    office.plain.write(
      [item.create(other, "person", village, { name: "王小军", household: first!.id })],
      [item.add(first!.id, "members", other)],
    );
    await office.plain.sync();
    p = await Phone.enrolled(browser, office.program, office.lifang);
  }),
);

const foot = (): Promise<string> => p.page.getByRole("contentinfo").getByRole("alert").innerText();
/** What somebody hears of a box beside its name. */
const heard = (box: Locator): Promise<string> =>
  box.evaluate((e) =>
    (e.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent?.trim() ?? "")
      .join(""),
  );
const invalid = (box: Locator): Promise<string | null> => box.getAttribute("aria-invalid");
const focused = (block: Locator): Promise<boolean> => block.evaluate((e) => e.contains(document.activeElement));
const box = (label: string): Locator => p.page.getByLabel(new RegExp("^" + label)).first();
const chips = (label: string): Locator => p.page.getByRole("radiogroup", { name: label });
const at = async (hash: string, heading: string): Promise<void> => {
  await p.page.evaluate((to) => (location.hash = to), hash);
  await p.heading(heading).first().waitFor();
};
const home = (head: string) => office.households.find((h) => h.head === head)!;

/** Each of the fields says that it lacks something, and the first has the focus. */
async function lacks(...fields: Locator[]): Promise<void> {
  for (const field of fields) {
    await expect.poll(() => heard(field)).toContain("没填");
    expect(await invalid(field)).toBe("true");
  }
  await expect.poll(() => focused(fields[0]!)).toBe(true);
}

test("somebody new: name and need, then what cannot be so; what is mended is not said any more", async () => {
  await at("#/discover", "主动发现");
  expect(await heard(box("姓名"))).toBe("");
  await box("出生日期").fill("1950年13月");
  await p.button("提交").click();
  await lacks(box("姓名"), box("有什么困难"));
  expect(await foot()).toBe("请填写：姓名、有什么困难 · 请改正：出生日期");
  expect(await heard(box("出生日期"))).toContain("不是日期");
  const faults = await look(p.page, "gaps-discover", box("姓名"));
  await box("姓名").fill("孙有福");
  await expect.poll(() => heard(box("姓名"))).toBe("");
  expect(await foot()).toBe("请填写：有什么困难 · 请改正：出生日期");
  await box("有什么困难").fill("房子漏雨");
  await p.button("提交").click();
  expect(await foot()).toBe("请改正：出生日期");
  await expect.poll(() => focused(box("出生日期"))).toBe(true);
  await box("出生日期").fill("1950");
  expect(await p.page.getByRole("contentinfo").getByRole("alert").count()).toBe(0);
  await p.button("提交").click();
  await p.heading("孙有福 户").waitFor();
  expect(faults.join("\n")).toBe("");
});

test("a change of the roster and a report: what, of whom, why", async () => {
  await at(`#/household/${home("王秀兰").id}/change`, "花名册变更");
  await p.button("提交").click();
  await lacks(chips("变更"), chips("关于谁"), box("原因和日期"));
  expect(await foot()).toBe("请填写：变更、关于谁、原因和日期");
  const faults = await look(p.page, "gaps-change", chips("关于谁"));
  await p.chip("变更", "搬迁");
  await expect.poll(() => heard(chips("变更"))).toBe("");

  await at(`#/report?household=${home("王秀兰").id}`, "报问题");
  await p.button("提交").click();
  await lacks(chips("什么问题"), chips("关于谁"), box("说一说情况"));
  expect(await foot()).toBe("请填写：什么问题、关于谁、说一说情况");
  await p.chip("什么问题", "看病就医");
  await p.chip("关于谁", "王小军");
  await box("说一说情况").fill("要复查");
  await p.button("提交").click();
  await p.heading("办事").first().waitFor();
  expect(faults.join("\n")).toBe("");
});

test("a household without its head, a person without a name, and a remark without a word", async () => {
  await at(`#/household/${home("李德福").id}/edit`, "修改户信息");
  await box("户主").fill(" ");
  await p.button("存下").click();
  await lacks(box("户主"));
  expect(await foot()).toBe("请填写：户主");
  await at(`#/person/${home("李德福").person}/edit`, "修改人员信息");
  await box("姓名").fill("");
  await box("电话").fill("没有");
  await p.button("存下").click();
  await lacks(box("姓名"));
  expect(await foot()).toBe("请填写：姓名 · 请改正：电话");
  expect(await heard(box("电话"))).toContain("电话不对");
  await at(`#/remark/${home("李德福").id}`, "补一句说明");
  await p.button("存下").click();
  await lacks(box("补一句说明"));
  expect(await foot()).toBe("请填写：补一句说明");
  await at("#/requests", "办事");
  await p.link(/看病就医/).click();
  await p.button("存下").click();
  await expect.poll(() => heard(box("补一句说明"))).toBe("没填");
  await box("补一句说明").fill("等答复");
  await p.button("存下").click();
  await p.page.getByText("说明已存").waitFor();
  expect(await heard(box("补一句说明"))).toBe("");
});

test("a birth is changed on the phone as people write it, and what is no date is said at the box", async () => {
  const { id, person } = home("张桂英");
  await at(`#/person/${person}`, "张桂英");
  await p.page.getByText("1948-03 生").waitFor();
  await p.link("修改").first().click();
  await p.heading("修改人员信息").waitFor();
  const birth = p.page.getByLabel("出生日期", { exact: true });
  await expect.poll(() => birth.inputValue()).toBe("1948-03");
  for (const [typed, wrong] of [
    ["1950年13月", "不是日期"],
    ["50", "不是日期"],
    ["2999", "日期在今天以后"],
    ["1850", "年份太早"],
  ] as const) {
    await birth.fill(typed);
    await p.button("存下").click();
    await expect.poll(() => heard(birth)).toContain(wrong);
    expect([await invalid(birth), await foot()]).toEqual(["true", "请改正：出生日期"]);
  }
  for (const [typed, taken] of [
    ["１９５０", "1950"],
    ["1950.03", "1950-03"],
    ["1950年3月", "1950-03"],
    ["1950 年 12 月 31 日", "1950-12-31"],
    ["19500301", "1950-03-01"],
  ] as const) {
    await birth.fill(typed);
    expect(await birth.inputValue()).toBe(typed); // none of it is cut off
    await expect.poll(() => heard(birth)).toBe("记作 " + taken);
  }
  await p.button("存下").click();
  await p.heading("张桂英 户").waitFor();
  await at(`#/person/${person}`, "张桂英");
  await p.page.getByText("1950-03-01 生").waitFor();
  expect(await p.page.getByRole("main").getByText("1950-03-01").count()).toBe(1); // in one place
  await p.tabOrBack();
  await at(`#/household/${id}`, "张桂英 户");
  await p.syncNow();
  await office.plain.sync();
  const row = office.plain.rows.get(person);
  expect([PlainPhone.values(row, "birth"), PlainPhone.values(row, "name")]).toEqual([["1950-03-01"], ["张桂英"]]);
});

test("the card says the birth of a person of whom nobody said one", async () => {
  const { person } = home("陈玉珍");
  await at(`#/person/${person}/edit`, "修改人员信息");
  const birth = p.page.getByLabel("出生日期", { exact: true });
  const number = p.page.getByLabel("身份证号", { exact: true });
  await expect.poll(() => birth.inputValue()).toBe("1948-03");
  await number.fill("990101195003070017");
  await expect.poll(() => heard(number)).toContain("和出生日期对不上");
  await birth.fill("");
  await number.focus();
  await number.press("Tab");
  await expect.poll(() => birth.inputValue()).toBe("1950-03-07");
  expect(await heard(number)).not.toContain("和出生日期对不上");
  await p.close();
});
