import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { fakeMedia, openBrowser } from "./browser";
import { openOffice, PlainPhone, type Office } from "./office";
import { Phone, photo } from "./phone";

let browser: Browser;
let office: Office;
let files: { name: string; mimeType: string; buffer: Buffer }[];

beforeAll(async () => {
  browser = await openBrowser(fakeMedia);
  office = await openOffice(inject("program"));
  files = [];
  for (const n of [1, 2, 3]) files.push({ name: n + ".jpg", mimeType: "image/jpeg", buffer: await photo(browser, n) });
});
afterAll(async () => {
  await browser?.close();
  await office?.program.remove();
});

/** Runs in the page before the app: a phone that takes long over each photo. */
function slow(): void {
  const real = window.createImageBitmap.bind(window) as (...a: unknown[]) => Promise<ImageBitmap>;
  (window as unknown as { createImageBitmap: unknown }).createImageBitmap = async (...a: unknown[]) => {
    await new Promise((done) => setTimeout(done, 1500));
    return real(...a);
  };
}

async function enrolled(before?: () => void): Promise<Phone> {
  const p = await Phone.open(browser, office.program, before);
  await p.enrol(office.program, office.lifang);
  await p.saved();
  return p;
}

async function visitOf(head: string): Promise<{ photos: number; audio: number; note: unknown }> {
  await office.plain.sync();
  const id = office.households.find((h) => h.head === head)?.id;
  const row = office.plain
    .of("visit")
    .filter((r) => PlainPhone.values(r, "household")[0] === id)
    .pop();
  return {
    photos: row?.s["photos"]?.length ?? 0,
    audio: row?.s["audio"]?.length ?? 0,
    note: PlainPhone.values(row, "note")[0],
  };
}

/** What the phone keeps of media: how many, and how many of them nothing holds that is there. */
const kept = (p: Phone): Promise<{ all: number; orphans: number }> =>
  p.page.evaluate(
    () =>
      new Promise((done) => {
        const open = indexedDB.open("zoufang");
        open.onsuccess = () => {
          const tx = open.result.transaction(["mediaState", "drafts"]);
          const [states, drafts] = [tx.objectStore("mediaState").getAll(), tx.objectStore("drafts").getAllKeys()];
          tx.oncomplete = () => {
            const there = new Set(drafts.result);
            const held = (states.result as { lines: string[]; drafts: string[] }[]).map(
              (m) => m.lines.length + m.drafts.filter((d) => there.has(d)).length,
            );
            open.result.close();
            done({ all: held.length, orphans: held.filter((n) => n === 0).length });
          };
        };
      }),
  );

const pick = (p: Phone): Promise<void> => p.page.locator("input[type=file][multiple]").setInputFiles(files);
const photos = (p: Phone) => p.page.getByRole("button", { name: /去掉照片/ });

test("photos still in the making go with the visit that is submitted meanwhile", async () => {
  const p = await enrolled(slow);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await pick(p);
  await p.page.getByText("正在处理照片").first().waitFor();
  await p.button("提交").click();
  await p.button("正在处理照片").waitFor();
  await p.heading("王秀兰 户").waitFor({ timeout: 30_000 });
  await p.syncNow(60_000);
  expect((await visitOf("王秀兰")).photos).toBe(3);
  expect(await kept(p)).toEqual({ all: 3, orphans: 0 });
  await p.close();
});

test("photos in the making are in the draft, whichever way the form is left, and what is typed meanwhile is too", async () => {
  const p = await enrolled(slow);
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "入户");
  await pick(p);
  await p.button(/存草稿/).click();
  await p.heading("今日").waitFor({ timeout: 30_000 });
  await p.link("接着写 李德福").click();
  await expect.poll(() => photos(p).count(), { timeout: 20_000 }).toBe(3);

  for (const n of [0, 1, 2])
    await photos(p)
      .nth(2 - n)
      .click();
  await pick(p);
  await p.page.waitForTimeout(300);
  await p.button("返回").click();
  await p.tabOrBack();
  await p.tab("今日");
  await p.link("接着写 李德福").click(); // opens when they are made
  await p.page.getByLabel("情况", { exact: true }).fill("回来接着写");
  await expect.poll(() => photos(p).count(), { timeout: 20_000 }).toBe(3);
  expect(await p.page.getByLabel("情况", { exact: true }).inputValue()).toBe("回来接着写");
  await p.submit();
  await p.syncNow(60_000);
  expect(await visitOf("李德福")).toMatchObject({ photos: 3, note: "回来接着写" });

  // A draft that is discarded while photos are made for it does not come back.
  await p.startVisit("张桂英");
  await p.page.getByLabel("情况", { exact: true }).fill("不要的");
  await p.page.getByText("草稿已存在本机").waitFor();
  await pick(p);
  await p.button("返回").click();
  await p.tabOrBack();
  await p.tab("今日");
  const drafts = p.page.getByRole("region", { name: "草稿" });
  await drafts.getByRole("button", { name: /不要了/ }).click();
  await drafts.getByRole("alert").getByRole("button", { name: "不要了" }).click();
  await drafts.waitFor({ state: "detached", timeout: 30_000 });
  await p.page.waitForTimeout(1500);
  expect(await drafts.count()).toBe(0);
  expect(await kept(p)).toEqual({ all: 3, orphans: 0 }); // those of the visit before; the same photos were picked
  await p.close();
});

test("a note still being spoken is in the draft that is kept, and in the visit that is submitted", async () => {
  const p = await enrolled();
  await p.startVisit("陈玉珍");
  await p.chip("怎么走访的", "电话");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 [1-9]/).waitFor();
  await p.button(/存草稿/).click();
  await p.heading("今日").waitFor();
  await p.link("接着写 陈玉珍").click();
  await p.page.getByText("录音 1").waitFor();
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 [1-9]/).waitFor();
  await p.submit();
  await p.syncNow();
  expect((await visitOf("陈玉珍")).audio).toBe(2);

  // And where one just goes away.
  await p.startVisit("单国强");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 [1-9]/).waitFor();
  await p.page.goBack();
  await p.heading("单国强 户").waitFor();
  await p.link("记走访").click();
  await p.page.getByText("录音 1").waitFor();
  await p.close();
});

test("a photo of a phone that stands on its side is whole, one of too many pixels is refused in words, and none is left out in silence", async () => {
  const p = await enrolled();
  await p.startVisit("刘长根");
  await p.page.locator("input[type=file][multiple]").setInputFiles({
    name: "side.jpg",
    mimeType: "image/jpeg",
    buffer: onItsSide(await photo(browser, 9, 2400, 1800)),
  });
  await photos(p).first().waitFor();
  const shown = await p.page.locator(".thumb img").evaluate((i: HTMLImageElement) => [i.naturalWidth, i.naturalHeight]);
  expect((shown[0] ?? 0) / (shown[1] ?? 1)).toBeCloseTo(0.75, 1);
  await p.page
    .locator("input[type=file][multiple]")
    .setInputFiles({ name: "huge.png", mimeType: "image/png", buffer: await blank(8000, 7600) });
  await p.page.getByText(/像素太高/).waitFor({ timeout: 20_000 });
  expect(await photos(p).count()).toBe(1);
  await p.page
    .locator("input[type=file][multiple]")
    .setInputFiles(
      Array.from({ length: 10 }, (_, n) => ({ ...(files[n % 3] as (typeof files)[0]), name: n + ".jpg" })),
    );
  await p.page.getByText("最多 9 张，多选的没有放进来。").waitFor();
  await p.close();
}, 180_000);

/** The same JPEG with the note of its camera that it is to be turned by a quarter. */
function onItsSide(jpeg: Buffer): Buffer {
  const exif = Buffer.from(
    "457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000",
    "hex",
  );
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

async function blank(width: number, height: number): Promise<Buffer> {
  const page = await browser.newPage();
  const b64 = await page.evaluate(
    async ([w, h]) => {
      const c = new OffscreenCanvas(w as number, h as number);
      c.getContext("2d")!.fillRect(0, 0, 1, 1);
      const bytes = new Uint8Array(await (await c.convertToBlob()).arrayBuffer());
      let out = "";
      for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
      return btoa(out);
    },
    [width, height],
  );
  await page.close();
  return Buffer.from(b64, "base64");
}
