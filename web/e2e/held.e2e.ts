import type { Browser } from "playwright-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { item, recordId, type Row } from "../shared/wire";
import { look } from "./eye";
import { openBoth, PlainPhone, village2, type Household, type Office } from "./office";
import { offline, online, Phone } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];
let faults: string[] = [];

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));
beforeEach(async () => {
  [phones, faults] = [[], []];
  await office.program.serve();
});
afterEach(async () => {
  await Promise.all(phones.map((p) => p.close()));
});

async function enrolled(user = office.lifang): Promise<Phone> {
  const p = await Phone.open(browser, office.program);
  phones.push(p);
  await p.enrol(office.program, user);
  await p.saved();
  return p;
}

const home = (head: string): Household => office.households.find((h) => h.head === head) as Household;
const picture = async (p: Phone, name: string): Promise<void> =>
  void faults.push(...(await look(p.page, "held-" + name)));

async function row(id: string): Promise<Row> {
  await office.plain.sync();
  return office.plain.rows.get(id) as Row;
}

/** What the server's row has in a field, and the ids of the lines that wrote it. */
function heads(r: Row, field: string): { values: unknown[]; ids: string[] } {
  return { values: PlainPhone.values(r, field), ids: (r.f[field] ?? []).map(([k]) => r.by[k] ?? "") };
}

/**
 * Another device of hers fills a record until not one more part of hers goes in: an author has 800 of 2,000, and the
 * record is all hers. An element of a set counts as two, all else as one.
 */
async function fill(id: string, field: "members" | "benefit"): Promise<void> {
  const r = await row(id);
  const count = (of: { [field: string]: unknown[] }): number =>
    Object.values(of).reduce((n, list) => n + list.length, 0);
  const [each, room] = [field === "members" ? 2 : 1, 800 - count(r.f) - 2 * count(r.s) - count(r.l)];
  const more = Array.from({ length: Math.floor(room / each) }, (_, n) =>
    field === "members"
      ? item.add(id, field, recordId(Date.now()))
      : item.set(id, "benefit.k" + n, { class: "一档" }, []),
  );
  for (let n = 0; n < more.length; n += 400) {
    office.plain.write(more.slice(n, n + 400));
  }
  if (room % each > 0) office.plain.write([item.log(id, "remarks", "名册核对过")]);
  await office.plain.sync();
}

/** The lines of this server that wait for a person's word. */
const open = (): string[] =>
  office.program
    .run<{ code: string }[]>("held", "list")
    .map((h) => h.code)
    .filter((c) => !["amended", "rejected", "released"].includes(c));

async function heldLine(p: Phone): Promise<void> {
  await p.page
    .getByRole("banner")
    .getByText(/需要您处理/)
    .waitFor({ timeout: 30_000 });
  await p.outbox();
}

async function editHousehold(p: Phone, head: string): Promise<void> {
  await p.openHousehold(head);
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.heading("修改户信息").waitFor();
  await p.page.getByLabel("电话").waitFor();
}

const amendLink = (p: Phone) => p.page.getByRole("region", { name: "需要处理" }).getByRole("link", { name: "修改" });

test("a household's edit is held: what was wanted stands beside what the server has, and what replaces it settles all", async () => {
  const p = await enrolled();
  const { id } = home("王秀兰");
  await fill(id, "members");
  await editHousehold(p, "王秀兰");
  await p.page.getByLabel("电话").fill("13900000001");
  await p.page.getByLabel("住址").fill("");
  await p.page.getByLabel("加一条备注").fill("老人换了号，搬到女儿家");
  await p.button("存下").click();
  await heldLine(p);
  await p.page.getByText("内容不合要求：一个人写进这条记录的内容已经太多").waitFor();
  office.plain.write([item.set(id, "phone", "13700000007", heads(await row(id), "phone").ids)]);
  await office.plain.sync();
  await p.button("同步").click();
  await p.page.getByText(/上次同步/).waitFor();
  await picture(p, "outbox");

  await amendLink(p).click();
  await p.page.getByText("内容不合要求：一个人写进这条记录的内容已经太多").waitFor();
  await p.page.getByText("服务器上是：13700000007").waitFor();
  expect(await p.page.getByLabel("电话").inputValue()).toBe("13900000001");
  expect(await p.page.getByLabel("住址").inputValue()).toBe("");
  expect(await p.page.getByLabel("加一条备注").inputValue()).toBe("老人换了号，搬到女儿家");
  await picture(p, "household");

  // Sent as it is, without a net: it waits, and is held again. Then the first is not to be amended beside the second.
  await offline(office.program, p);
  await p.button("存下").click();
  await p.heading("待发").first().waitFor();
  await p.page.getByText("修改 · 待发").waitFor();
  expect(await amendLink(p).count()).toBe(0);
  await picture(p, "outbox-amended");
  await online(office.program, p);
  await p.button("同步").click();
  await expect.poll(() => amendLink(p).count(), { timeout: 30_000 }).toBe(1);
  expect(open()).toEqual(["invalid", "invalid"]);
  await amendLink(p).click();
  await p.page.getByText("服务器上是：13700000007").waitFor();
  await p.page.getByLabel("加一条备注").fill("");
  await p.button("存下").click();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
  await expect.poll(() => p.page.getByText("已替换").count()).toBe(2);
  const now = await row(id);
  expect([heads(now, "phone").values, heads(now, "address").values, now.l["remarks"] ?? [], open()]).toEqual([
    ["13900000001"],
    [null],
    [],
    [],
  ]);
  expect(faults.join("\n")).toBe("");
});

test("a person's edit is held, the server's value is taken in its place, and that settles it", async () => {
  const p = await enrolled();
  const { person } = home("张桂英");
  await fill(person, "benefit");
  await p.openHousehold("张桂英");
  await p.link("修改 张桂英").click();
  await p.page.getByLabel("姓名").fill("张桂瑛");
  await p.page.getByLabel("低保", { exact: true }).click();
  await p.button("存下").click();
  await heldLine(p);
  await amendLink(p).click();
  await p.page.getByText("服务器上是：张桂英").waitFor();
  await p.page.getByText("服务器上是：独居老人").waitFor();
  expect(await p.page.getByLabel("低保", { exact: true }).isChecked()).toBe(true);
  await picture(p, "person");
  await p.page.getByLabel("姓名").fill("张桂英");
  await p.page.getByLabel("低保", { exact: true }).click();
  expect(await p.page.getByText(/服务器上是/).count()).toBe(0);
  await p.button("存下").click();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
  const now = await row(person);
  expect([heads(now, "name").values, (now.s["categories"] ?? []).map(([, v]) => v), open()]).toEqual([
    ["张桂英"],
    ["独居老人"],
    [],
  ]);
  expect(faults.join("\n")).toBe("");
});

/** Runs in the page: from here on the app writes a field of requests as a number, as a build with a fault would. */
function faulty(): void {
  const was = JSON.stringify;
  JSON.stringify = ((v: { do?: unknown[] }, ...more: []) => {
    if (!Array.isArray(v?.do)) return was(v, ...more);
    const bad = v.do.map((i) =>
      Array.isArray(i) && i[2] === "request" ? [...i.slice(0, 4), { ...(i[4] as object), urgency: 2 }] : i,
    );
    return was({ ...v, do: bad }, ...more);
  }) as typeof JSON.stringify;
}

test("a report, a proposal and a discovery of a build with a fault are held, and are mended without losing a word", async () => {
  const p = await enrolled();
  const { person } = home("李德福");
  await p.page.evaluate(faulty);
  await p.openHousehold("李德福");
  await p.link("报问题").click();
  await p.chip("什么问题", "看病就医");
  await p.write("说一说情况", "夜里咳嗽，要去县医院。");
  await p.button("提交").click();
  await p.openHousehold("李德福");
  await p.link("花名册变更").click();
  await p.chip("变更", "调增");
  await p.chip("关于谁", "李德福");
  await p.write("原因和日期", "十月起失能。");
  await p.button("提交").click();
  await p.heading("李德福 户").waitFor();
  await p.tabOrBack();
  await p.tab("花名册");
  await p.link("主动发现").click();
  await p.write("姓名", "孙有福");
  await p.write("有什么困难", "房子漏雨。");
  await p.write("住址", "河边旧屋");
  await p.page.getByLabel("电话").fill("13911112222");
  await p.page.getByRole("group", { name: "类别" }).getByLabel("低保", { exact: true }).click();
  await p.button("提交").click();
  await p.heading("孙有福 户").waitFor();
  await expect.poll(open, { timeout: 30_000, interval: 500 }).toEqual(["invalid", "invalid", "invalid"]);
  // A held record is shown from its line; what would be changed on it is in the outbox.
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.page
    .getByRole("main")
    .getByText(/需要您处理/)
    .waitFor();
  expect(await p.button("存下").isDisabled()).toBe(true);

  await p.kill(); // a sound build
  await p.reopen();
  await p.tab("今日");
  await heldLine(p);
  await expect
    .poll(() => p.page.getByText("内容不合要求：紧急程度：写法不对，请重填").count(), { timeout: 30_000 })
    .toBe(3);

  await amendLink(p).nth(0).click();
  await p.heading("报问题").waitFor();
  expect(await p.page.getByLabel("看病就医").isChecked()).toBe(true);
  expect(await p.page.getByLabel("说一说情况").inputValue()).toBe("夜里咳嗽，要去县医院。");
  await picture(p, "report");
  await p.chip("急不急", "紧急");
  await p.button("提交").click();
  await p.heading("待发").first().waitFor();
  await expect.poll(() => amendLink(p).count(), { timeout: 30_000 }).toBe(2);

  await amendLink(p).nth(0).click();
  await p.heading("花名册变更").waitFor();
  expect(await p.page.getByLabel("调增").isChecked()).toBe(true);
  expect(await p.page.getByLabel("原因和日期").inputValue()).toBe("十月起失能。");
  await picture(p, "proposal");
  await p.button("提交").click();
  await expect.poll(() => amendLink(p).count(), { timeout: 30_000 }).toBe(1);

  await amendLink(p).click();
  await p.heading("主动发现").waitFor();
  expect(await p.page.getByLabel("姓名").inputValue()).toBe("孙有福");
  expect(await p.page.getByLabel("住址").inputValue()).toBe("河边旧屋");
  expect(await p.page.getByRole("group", { name: "类别" }).getByLabel("低保", { exact: true }).isChecked()).toBe(true);
  await picture(p, "discovery");
  await p.button("提交").click();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });

  await office.plain.sync();
  const made = office.plain
    .of("request")
    .map((r) => ["item", "text", "urgency", "person"].map((f) => PlainPhone.values(r, f)[0]));
  const found = office.plain.of("person").find((r) => PlainPhone.values(r, "name")[0] === "孙有福");
  expect(made.sort()).toEqual(
    [
      ["主动发现", "房子漏雨。", "较急", found?.id],
      ["看病就医", "夜里咳嗽，要去县医院。", "紧急", person],
      ["花名册变更", "调增：李德福。十月起失能。", "一般", person],
    ].sort(),
  );
  expect([PlainPhone.values(found, "phone"), (found?.s["categories"] ?? []).map(([, v]) => v), open()]).toEqual([
    ["13911112222"],
    ["低保"],
    [],
  ]);
  expect(faults.join("\n")).toBe("");
});

test("a remark is held, and goes in once there is room", async () => {
  const p = await enrolled();
  const { id } = home("刘长根");
  office.plain.write([item.set(id, "phone", "13855556666", [])]); // two values: the page asks for a remark
  await office.plain.sync();
  await fill(id, "members");
  await p.syncNow();
  await p.openHousehold("刘长根");
  await p.write("补一句说明", "新号是他儿子的");
  await p.button("存下").click();
  await p.page.getByText("说明已存。").waitFor();
  await heldLine(p);
  await amendLink(p).click();
  await p.heading("补一句说明").waitFor();
  expect(await p.page.getByLabel("补一句说明").inputValue()).toBe("新号是他儿子的");
  office.plain.write([item.set(id, "phone", "13855556666", heads(await row(id), "phone").ids)]);
  await office.plain.sync();
  await p.page.getByLabel("补一句说明").fill("新号是他二儿子的");
  await picture(p, "remark");
  await p.button("存下").click();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
  expect([(await row(id)).l["remarks"]?.map(([, v]) => v), open()]).toEqual([["名册核对过", "新号是他二儿子的"], []]);
  expect(faults.join("\n")).toBe("");
});

test("an edit in a village that was taken away says so, and is the township's alone", async () => {
  const p = await enrolled(office.zhaomin);
  await offline(office.program, p);
  await editHousehold(p, "陈玉珍");
  await p.page.getByLabel("电话").fill("13900000009");
  await p.button("存下").click();
  await p.heading("陈玉珍 户").waitFor();
  office.program.run("user", "areas", office.zhaomin, "--area", village2);
  await online(office.program, p);
  await heldLine(p);
  await p.page.getByText("这个村现在不归您管，要镇里放行。").waitFor();
  await p.page.getByText("改户 陈玉珍：电话").waitFor();
  expect(await amendLink(p).count()).toBe(0);
  await picture(p, "scope");
  await p.button("交给镇里").click();
  await p.page.getByText("已交给镇里").waitFor();
  const [line] = office.program.run<{ id: string; code: string }[]>("held", "list").filter((h) => h.code === "scope");
  office.program.run("held", "release", String(line?.id), "--why", "那时还归她管");
  await p.button("同步").click();
  await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
  expect(heads(await row(home("陈玉珍").id), "phone").values).toEqual(["13900000009"]);
  expect(faults.join("\n")).toBe("");
});
