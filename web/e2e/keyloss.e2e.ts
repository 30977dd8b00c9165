import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBoth, type Office } from "./office";
import { offline, online, Phone, PIN } from "./phone";

/** The key that seals what is on the phone is lost, and nothing else: what can be opened is, and what cannot is said. */
let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

/** Runs in the page: takes the key out of the database; `both`: out of the second home, too. */
async function loseKey(both: boolean): Promise<void> {
  await new Promise<void>((done, failed) => {
    const open = indexedDB.open("zoufang");
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
      const tx = open.result.transaction("meta", "readwrite");
      tx.objectStore("meta").delete("wrap");
      tx.oncomplete = () => (open.result.close(), done());
      tx.onabort = () => failed(tx.error);
    };
  });
  if (both) await caches.delete("zoufang-second-zoufang");
}

/** A phone with a visit and a draft that were not sent, whose key is gone. */
async function lost(both: boolean, note: string): Promise<Phone> {
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await offline(office.program, p);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", note);
  await p.submit();
  await p.startVisit("李德福");
  await p.write("情况", "写到一半");
  await p.button(/存草稿/).click();
  await p.heading("今日").waitFor();
  await online(office.program);
  await p.context.setOffline(false);
  await p.page.goto(office.program.url + "/phone/manifest.webmanifest");
  await office.program.stop();
  await p.page.evaluate(loseKey, both);
  await p.context.setOffline(true);
  await p.page.goto(office.program.url + "/phone/");
  return p;
}

test("the second copy of the key is there: the old PIN opens all, which is said, and it goes out", async () => {
  const p = await lost(false, "钥匙丢了一把");
  await p.heading("走访已锁").waitFor();
  await p.page.getByText("弄丢了本机的钥匙，另存的一把还在。用原来的密码打开就行").waitFor();
  await p.unlock();
  await p.link("接着写 李德福").waitFor();
  await online(office.program, p);
  await p.syncNow(60_000);
  expect(await office.plain.saying("visit", "note", "钥匙丢了一把")).toHaveLength(1);
  await p.close();
});

test("no key is left: before a new PIN is set the phone counts what does not open any more, and calls none of it safe", async () => {
  const p = await lost(true, "两把都丢了");
  await p.heading("设一个开锁密码").waitFor();
  await p.page
    .getByText(/没交的记录 2 条、草稿 1 份、照片和录音 0 个打不开了，镇里也打不开，要重新记。已到服务器的都在/)
    .waitFor();
  expect(await p.page.getByRole("main").innerText()).not.toMatch(/都在本机|另存的一份还在/);
  await p.page.getByLabel("密码", { exact: true }).fill(PIN);
  await p.page.getByLabel("再输一次").fill(PIN);
  await p.button("设好，开始").click();
  await p.heading("今日").waitFor();
  await p.page.getByRole("banner").getByText("本机有内容打不开").waitFor();
  await p.close();
});
