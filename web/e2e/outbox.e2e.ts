import type { Browser, Locator } from "playwright-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { Desk } from "./desk";
import { look } from "./eye";
import { Line } from "./line";
import { openBoth, PlainPhone, roster, township, village, village2, type Household, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let phones: Phone[] = [];

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));
beforeEach(async () => {
  phones = [];
  await office.program.serve();
});
afterEach(async () => {
  await Promise.all(phones.map((p) => p.close()));
});

async function enrolled(before?: () => void, user = office.lifang): Promise<Phone> {
  const p = await Phone.open(browser, office.program, before);
  phones.push(p);
  await p.enrol(office.program, user);
  await p.saved();
  return p;
}

async function changeAddress(p: Phone, head: string, to: string): Promise<void> {
  await p.openHousehold(head);
  await p.page.getByRole("link", { name: "修改", exact: true }).click();
  await p.page.getByLabel("住址").fill(to);
  await p.button("存下").click();
  await p.heading(head + " 户").waitFor();
}

test("an outbox names the household, and counts photos and signatures apart", async () => {
  const family: Household = { id: recordId(Date.now()), head: "吴金生", person: recordId(Date.now()) };
  const first = recordId(Date.now());
  const [made, person] = roster(family, "低保", "4", 9);
  const householdFields = (made?.[0] as [string, string, string, string, { [f: string]: never }])[4];
  office.plain.write(
    [item.create(family.id, "household", village, { ...householdFields, members: [first, family.person] })],
    person ?? [],
    [item.create(first, "person", village, { name: "彭涛", household: family.id })],
  );
  await office.plain.sync();
  const p = await enrolled();
  await offline(office.program, p);
  await p.startVisit("吴金生");
  await p.chip("怎么走访的", "入户");
  await p.addPhoto(await photo(browser, 3));
  await p.page.getByRole("button", { name: "签名 被访人" }).click();
  await p.draw();
  await p.submit();
  await p.outbox();
  await p.page.getByText("记走访 吴金生，照片 1、签名 1").waitFor();
  expect(await p.page.getByText("彭涛").count()).toBe(0);
  await online(office.program, p);
  await p.button("同步").click();
  await p.saved();
  // What went out was a photo of a hundred kB and more.
  const said = (await p.page.getByText(/上次同步/).textContent()) ?? "";
  expect(Number(/发出 (\d+) kB/.exec(said)?.[1] ?? 0), said).toBeGreaterThan(20);
});

test("with the data saver on, text goes and photos wait: that is what is said", async () => {
  const p = await enrolled();
  await p.tab("我的");
  await p.page.getByLabel(/省流量/).click();
  await p.startVisit("陈玉珍");
  await p.chip("怎么走访的", "入户");
  await p.addPhoto(await photo(browser, 4));
  await p.submit();
  await p
    .status()
    .getByText(/^照片 [\d.]+ (kB|MB) 等 Wi-Fi$/)
    .waitFor();
  await p.outbox();
  await p.page.getByText("已到服务器，照片等 Wi-Fi").waitFor();
  expect(await p.page.getByText("照片在发").count()).toBe(0);
  await office.program.stop();
  await p.button("同步").click();
  // What is here are photos, not lines.
  await p
    .status()
    .getByText(/^没连上服务器，照片 [\d.]+ (kB|MB) 已存在本机$/)
    .waitFor();
  await office.program.serve();
  await p.button("同步").click();
  await p
    .status()
    .getByText(/等 Wi-Fi/)
    .waitFor();
  await p.button("现在发照片").click();
  await p.saved();
});

test("what was refused is still told by name when its village is gone, and nowhere all is said to be on the server", async () => {
  const p = await enrolled(undefined, office.zhaomin);
  await offline(office.program, p);
  await p.startVisit("刘长根");
  await p.chip("怎么走访的", "入户");
  await p.submit();
  await changeAddress(p, "刘长根", "东村新址");
  office.program.run("user", "areas", office.zhaomin, "--area", village2);
  await online(office.program, p);
  await p.page
    .getByRole("banner")
    .getByText(/需要您处理/)
    .waitFor({ timeout: 30_000 });
  await p.outbox();
  const held = (): Locator => p.page.getByRole("region", { name: "需要处理" });
  await held().getByText("改户 刘长根：住址").waitFor();
  expect((await held().textContent())?.replace(/Wi-Fi|kB|\bB\b/g, "")).not.toMatch(/[a-z]{3}/i);
  await p.kill(); // what was told is on the disk
  await p.reopen();
  await p.outbox();
  await held().getByText("改户 刘长根：住址").waitFor();
  expect(await p.page.getByText("全部已存到服务器").count()).toBe(0);
  await p.button("返回").click();
  await p.tab("我的");
  const line = p.page.getByRole("link", { name: /^待发/ });
  await line.getByText(/\d 条需要您处理/).waitFor();
  expect(await p.page.getByText("全部已存到服务器").count()).toBe(0);
  expect((await look(p.page, "mine-held")).join("\n")).toBe("");
});

test("a held line whose replacement waits to be sent needs nobody", async () => {
  const p = await enrolled();
  await p.page.evaluate(() => {
    const was = JSON.stringify;
    JSON.stringify = ((v: { do?: unknown[] }, ...more: []) => {
      if (!Array.isArray(v?.do)) return was(v, ...more);
      return was(
        {
          ...v,
          do: v.do.map((i) =>
            Array.isArray(i) && i[2] === "request" ? [...i.slice(0, 4), { ...(i[4] as object), urgency: 2 }] : i,
          ),
        },
        ...more,
      );
    }) as typeof JSON.stringify;
  });
  await p.openHousehold("李德福");
  await p.link("报问题").click();
  await p.chip("什么问题", "看病就医");
  await p.write("说一说情况", "夜里咳嗽。");
  await p.button("提交").click();
  await p.page.getByRole("banner").getByText("1 条需要您处理").waitFor({ timeout: 30_000 });
  await p.kill(); // a sound build
  await p.reopen();
  await p.page.getByRole("banner").getByText("1 条需要您处理").waitFor();
  await p.outbox();
  await offline(office.program, p);
  await p.page.getByRole("region", { name: "需要处理" }).getByRole("link", { name: "修改" }).click();
  await p.button("提交").click();
  await p.heading("待发").first().waitFor();
  await p.page.getByText("修改 · 待发").waitFor();
  await p
    .status()
    .getByText(/没有信号，1 条已存在本机/)
    .waitFor();
  await online(office.program, p);
  await p.button("同步").click();
  await p.saved();
});

/** Runs before the app: the phone's clock is three days slow. */
function slow(): void {
  const Real = Date;
  const off = -3 * 86_400_000;
  const Slow = new Proxy(Real, {
    construct: (of, args: []) => Reflect.construct(of, args.length ? args : [Real.now() + off]) as object,
    get: (of, name) => (name === "now" ? () => Real.now() + off : (Reflect.get(of, name) as unknown)),
  });
  Object.assign(globalThis, { Date: Slow });
}

test("a phone whose clock is wrong shows the server's times, and says so once", async () => {
  const p = await enrolled(slow);
  await p.page.reload();
  await p.unlock();
  await p.saved();
  const told = p.page.getByText(/这部手机的时间不准，现在应是/);
  await told.waitFor();
  const today = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "long",
    day: "numeric",
  }).format(new Date());
  expect(await told.textContent()).toContain(today);
  expect((await look(p.page, "clock")).join("\n")).toBe("");
  await offline(office.program, p);
  await p.startVisit("单国强");
  await p.write("情况", "写到一半");
  await p.button(/存草稿/).click();
  await p.page
    .getByRole("region", { name: "草稿" })
    .getByText(/今天 \d\d:\d\d/)
    .waitFor();
  await changeAddress(p, "单国强", "东村1组旧屋");
  await p.outbox();
  await p.page.getByText(/上次同步 今天/).waitFor();
  await p.page
    .getByRole("region", { name: "待发" })
    .getByText(/今天 \d\d:\d\d/)
    .waitFor();
  await online(office.program, p);
  await p.syncNow();
  await p.tabOrBack();
  await p.tab("今日");
  await p.button("知道了").click();
  await told.waitFor({ state: "detached" });
  await p.page.reload();
  await p.unlock();
  await p.saved();
  expect(await told.count()).toBe(0);
});

test("photos that a cut line left here are told as photos", async () => {
  const line = await Line.open(Number(new URL(office.program.url).port), { rate: 0, loss: 0 });
  office.program.public = line.url;
  const p = await enrolled();
  line.quality = { rate: 60_000, loss: 0 }; // a line of text goes at once, a photo takes its time
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "入户");
  for (const seed of [11, 12]) await p.addPhoto(await photo(browser, seed));
  await p.submit();
  await p.outbox();
  await p.page.getByText("已到服务器，照片在发").waitFor({ timeout: 30_000 });
  line.close();
  await p
    .status()
    .getByText(/^没连上服务器，照片 [\d.]+ (kB|MB) 已存在本机$/)
    .waitFor({ timeout: 60_000 });
  phones = [];
  await p.context.close();
  office.program.public = office.program.url;
});

test("a visit that was turned down is put right and sent again, and nothing waits behind it for ever", async () => {
  const p = await enrolled();
  await offline(office.program, p);
  await p.startVisit("张桂英");
  await p.chip("怎么走访的", "电话");
  await p.write("情况", "说得太少");
  await p.submit();
  office.program.run("user", "areas", office.lifang, "--area", village2);
  await online(office.program, p);
  await p.page
    .getByRole("banner")
    .getByText(/需要您处理/)
    .waitFor({ timeout: 30_000 });
  office.program.run("user", "areas", office.lifang, "--area", village);
  const reviewer = office.program.user("周副镇长", "township", township, "zhou" + Date.now());
  const desk = await Desk.signIn(browser, office.program.url, reviewer.login ?? "", reviewer.password ?? "");
  await desk.reject("写具体些再送", "张桂英");
  await p.outbox();
  await p.button("同步").click();
  const decided = p.page
    .getByRole("region", { name: "镇里已处理" })
    .getByRole("listitem")
    .filter({ hasText: "张桂英" });
  await decided.getByText("写具体些再送").waitFor();
  await p.page.getByText("全部已存到服务器").waitFor();
  expect(await p.page.getByText("等前一条").count()).toBe(0);
  await p.button("同步").click();
  await p.saved();
  await decided.getByRole("button", { name: "修改" }).click();
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("说得太少");
  await p.page.getByLabel("情况", { exact: true }).fill("电话里说老人发烧，已请村医");
  await p.submit();
  await p.outbox();
  await p.button("同步").click();
  await p.page.getByText("全部已存到服务器").waitFor();
  await expect.poll(() => decided.getByRole("button", { name: "修改" }).count()).toBe(0);
  await office.plain.sync();
  const id = office.households.find((h) => h.head === "张桂英")?.id;
  const rows = office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id && PlainPhone.values(r, "note").length > 0);
  expect(rows.map((r) => [PlainPhone.values(r, "note"), PlainPhone.values(r, "state")])).toEqual([
    [["电话里说老人发烧，已请村医"], ["submitted"]],
  ]);
  await desk.context.close();
});
