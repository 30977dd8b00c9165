import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { newDiskHandset, openBrowser } from "./browser";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
const dir = mkdtempSync(join(tmpdir(), "zoufang-loss-"));

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** Where the browser keeps the app's database. */
function database(profile: string): string {
  const all = join(profile, "Default/IndexedDB");
  return join(all, readdirSync(all).find((f) => f.endsWith(".leveldb")) as string);
}

const damages: [string, (profile: string) => void][] = [
  ["the folder is gone", (p) => rmSync(database(p), { recursive: true })],
  [
    "the MANIFEST is cut short: the browser throws all away and opens an empty database",
    (p) =>
      readdirSync(database(p))
        .filter((f) => f.startsWith("MANIFEST"))
        .map((f) => join(database(p), f))
        .forEach((f) => truncateSync(f, statSync(f).size >> 1)),
  ],
  [
    "the MANIFEST is gone: the browser opens nothing there ever again",
    (p) =>
      readdirSync(database(p))
        .filter((f) => f.startsWith("MANIFEST"))
        .forEach((f) => rmSync(join(database(p), f))),
  ],
];

damages.forEach(([what, damage], round) => {
  test(`the database is lost, ${what}: all that was not sent is found, said, and arrives`, async () => {
    const profile = join(dir, "phone" + round);
    const note = "没交的一次 " + round;
    await office.program.serve();
    let p = await Phone.open(await newDiskHandset(profile), office.program);
    await p.enrol(office.program, office.lifang);
    await p.saved();
    await offline(office.program, p);
    await p.startVisit("王秀兰");
    await p.chip("怎么走访的", "入户");
    await p.write("情况", note);
    await p.addPhoto(await photo(browser, round, 800, 600));
    await p.submit();
    await p.startVisit("李德福");
    await p.write("情况", "写到一半");
    await p.addPhoto(await photo(browser, 100 + round, 800, 600));
    await p.button(/存草稿/).click();
    await p.heading("今日").waitFor();
    await p.close();
    expect(existsSync(database(profile))).toBe(true);
    damage(profile);

    p = await Phone.open(await newDiskHandset(profile), office.program);
    await p.context.setOffline(true);
    await p.page.goto(office.program.url + "/phone/");
    await p.page.getByText(/弄丢了本机的数据，另存的一份还在：没交的记录 2 条、草稿 1 份、照片和录音 2 个/).waitFor();
    await p.unlock();
    const again = p.page.getByRole("banner").getByRole("link", { name: /重新扫码登记/ });
    await again.waitFor();
    await online(office.program, p);
    await again.click();
    await p.button("手工输入登记码").click();
    await p.page.getByLabel("登记码", { exact: true }).fill(office.program.enrolment(office.lifang).code);
    await p.button("登记").click();
    await p.heading("待发").first().waitFor();
    await p.page.getByText("全部已存到服务器").waitFor({ timeout: 30_000 });
    await p.saved();

    const fresh = await PlainPhone.enrol(office.program, office.lifang);
    await fresh.sync();
    const row = fresh.of("visit").find((r) => PlainPhone.values(r, "note").includes(note));
    expect(row && [PlainPhone.values(row, "state"), row.need]).toEqual([["submitted"], []]);
    expect(office.program.run("verify")).toMatchObject({ fault_count: 0, awaited: 0 });
    await p.button("返回").click();
    await p.tab("今日");
    await p.link("接着写 李德福").click();
    await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("写到一半");
    await p.page.getByRole("img", { name: "照片 1" }).waitFor();
    await p.button(/存草稿/).click();
    await p.heading("今日").waitFor();
    await p.link("接着写 李德福").waitFor();
    await p.close();
  });
});

test("all is lost and the PIN forgotten: the rescue file has what was found", async () => {
  const profile = join(dir, "forgotten");
  await office.program.serve();
  let p = await Phone.open(await newDiskHandset(profile), office.program);
  await p.enrol(office.program, office.lifang);
  await p.saved();
  await offline(office.program, p);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "忘了密码");
  await p.submit();
  await p.close();
  rmSync(database(profile), { recursive: true });
  p = await Phone.open(await newDiskHandset(profile), office.program);
  await p.context.setOffline(true);
  await p.page.goto(office.program.url + "/phone/");
  await p.page.getByText(/没交的记录 2 条/).waitFor();
  await p.page.getByText(/忘了密码/).click();
  const downloading = p.page.waitForEvent("download");
  await p.button("导出救援文件").click();
  const file = join(dir, "lost.zfrescue");
  await (await downloading).saveAs(file);
  await p.close();
  expect(office.program.run("rescue", "import", file)).toMatchObject({ lines: 2 });
});
