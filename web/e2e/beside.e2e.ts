import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fakeMedia } from "./browser";
import { Desk } from "./desk";
import { openBoth, PlainPhone, type Office } from "./office";
import { offline, online, Phone, PIN } from "./phone";

let browser: Browser;
let office: Office;
let p: Phone;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o]), fakeMedia));
beforeEach(async () => {
  await office.program.serve();
  p = await Phone.open(browser, office.program);
  await p.enrol(office.program, office.lifang);
  await p.saved();
});
afterEach(() => p.close());

/** The visits on the server by what was written of them. */
async function served(): Promise<
  Map<unknown, { f: (field: string) => unknown; set: (field: string) => unknown[]; need: string[] }>
> {
  await office.plain.sync();
  return new Map(
    office.plain.of("visit").map((r) => [
      PlainPhone.values(r, "note")[0],
      {
        f: (field: string) => PlainPhone.values(r, field)[0],
        set: (field: string) => (r.s[field] ?? []).map(([, v]) => v),
        need: r.need,
      },
    ]),
  );
}

async function begin(head: string, note: string): Promise<void> {
  await p.startVisit(head);
  await p.chip("怎么走访的", "入户");
  await p.write("情况", note);
}

test("a spoken note goes with the visit, also one that was not ended by hand", async () => {
  await begin("王秀兰", "说了两段");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 1 秒/).waitFor();
  await p.button(/录好了/).click();
  await p.page.getByText("录音 1").waitFor();
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 1 秒/).waitFor();
  await p.submit();
  // Left in the middle of speaking, by the way back: it lies in the draft.
  await begin("李德福", "走开了");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 1 秒/).waitFor();
  await expect
    .poll(
      async () => {
        await p.button("返回").click();
        await p.page.evaluate(() => (location.hash = "#/today"));
        await p.link("接着写 李德福").click();
        await p.page.getByRole("button", { name: "录一段话" }).waitFor();
        return p.page.getByText("录音 1").count();
      },
      { timeout: 15_000 },
    )
    .toBe(1);
  await p.submit();
  await p.syncNow();
  const there = await served();
  expect([there.get("说了两段")?.set("audio").length, there.get("走开了")?.set("audio").length]).toEqual([2, 1]);
  expect([...there.values()].flatMap((v) => v.need)).toEqual([]);
  expect(office.program.run("verify")).toMatchObject({ fault_count: 0, media: 3 });
});

test("the place is noted where there is one, and nobody waits for it", async () => {
  await begin("张桂英", "有位置");
  await p.context.setGeolocation({ latitude: 31.95, longitude: 118.84, accuracy: 20 }); // found just now
  await p.button("记下位置").click();
  await p.page.getByText("已记位置 ±20 米").waitFor();
  await p.submit();
  await p.context.clearPermissions(); // the browser says no
  await begin("张桂英", "不让记");
  await p.button("记下位置").click();
  await p.page.getByText("没找到位置。不影响提交。").waitFor();
  await p.submit();
  // A phone that looks for its place without end.
  await p.page.evaluate(() =>
    Object.defineProperty(Geolocation.prototype, "getCurrentPosition", { value: () => undefined }),
  );
  await begin("张桂英", "一直在找");
  await p.button("记下位置").click();
  await p.page.getByText("正在找位置，不用等").waitFor();
  await p.submit();
  await p.syncNow();
  const there = await served();
  expect(there.get("有位置")?.f("place")).toMatchObject({ lat: 31.95, lon: 118.84, accuracy: 20 });
  for (const note of ["不让记", "一直在找"]) {
    expect([there.get(note)?.f("state"), there.get(note)?.f("place")]).toEqual(["submitted", undefined]);
  }
});

test("the PIN is changed without a net: the old one opens nothing, what was written is there", async () => {
  await offline(office.program, p);
  await begin("刘长根", "改密码以前写的");
  await p.submit();
  await p.tab("我的");
  await p.link("改密码").click();
  const change = async (old: string, next: string, again = next): Promise<void> => {
    await p.page.getByLabel("现在的密码").fill(old);
    await p.page.getByLabel("新密码").fill(next);
    await p.page.getByLabel("再输一次").fill(again);
    await p.button("改密码").click();
  };
  await change(PIN, "742093", "742094");
  await p.page.getByText("两次输的不一样。").waitFor();
  await change("000001", "742093");
  await p.page.getByText(/密码不对/).waitFor();
  await change(PIN, "742093");
  await p.page.getByText("密码已改。").waitFor();
  await p.kill();
  await p.page.goto(office.program.url + "/phone/");
  const enter = async (pin: string): Promise<void> => {
    await p.page.getByLabel("密码", { exact: true }).fill(pin);
    await p.button("打开").click();
  };
  await enter(PIN);
  await p.page.getByText(/密码不对/).waitFor();
  await enter("742093");
  await p.heading("今日").waitFor();
  await online(office.program, p);
  await p.saved();
  expect((await served()).get("改密码以前写的")?.f("state")).toBe("submitted");
});

test("a rescue file from a locked phone, brought in by the township: nothing of it is lost, and the phone finds it there", async () => {
  const dir = mkdtempSync(join(tmpdir(), "zoufang-rescue-"));
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  await p.syncNow(); // the recovery key is here
  await offline(office.program, p);
  await begin("陈玉珍", "救援文件里的");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 1 秒/).waitFor();
  await p.submit();
  await p.tab("我的");
  await p.button("锁上").click();
  await p.page.getByText("锁着时不会同步").waitFor(); // and says so
  await p.page.getByText(/忘了密码/).click();
  const downloading = p.page.waitForEvent("download");
  await p.button("导出救援文件").click();
  const file = join(dir, "phone.zfrescue");
  await (await downloading).saveAs(file);
  await office.program.serve(); // the office has a net, the phone has none
  expect(await desk.rescue(file)).toMatch(/2/);
  const there = (await served()).get("救援文件里的");
  expect([there?.f("state"), there?.set("audio").length, there?.need]).toEqual(["submitted", 1, []]);
  expect(office.program.run<unknown[]>("held", "list")).toEqual([]);
  await p.context.setOffline(false);
  await p.unlock();
  await p.saved();
  await office.plain.sync();
  expect(office.plain.of("visit").filter((r) => PlainPhone.values(r, "note")[0] === "救援文件里的").length).toBe(1);
  expect(office.program.run("verify")["fault_count"]).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});
