import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBoth } from "./office";
import { Phone, photo } from "./phone";

let browser: Browser;
let p: Phone;

beforeAll(() =>
  openBoth(async (b, o) => {
    browser = b;
    p = await Phone.enrolled(b, o.program, o.lifang);
  }),
);

/** A picture of one colour, as a camera's JPEG. */
async function plain(colour: string, width: number, height: number): Promise<Buffer> {
  const b64 = await p.page.evaluate(
    async ([colour, width, height]) => {
      const c = document.createElement("canvas");
      [c.width, c.height] = [width as number, height as number];
      const g = c.getContext("2d")!;
      g.fillStyle = colour as string;
      g.fillRect(0, 0, c.width, c.height);
      return c.toDataURL("image/jpeg", 0.9).split(",")[1]!;
    },
    [colour, width, height],
  );
  return Buffer.from(b64, "base64");
}

/** What stands in the photo's lower edge: the contrast of its letters and ground (WCAG), and how much of it is letters. */
const band = (n: number): Promise<{ contrast: number; letters: number; shape: number }> =>
  p.page
    .locator(".thumb .open img")
    .nth(n)
    .evaluate(async (img: HTMLImageElement) => {
      await img.decode();
      const c = document.createElement("canvas");
      [c.width, c.height] = [img.naturalWidth, img.naturalHeight];
      const g = c.getContext("2d")!;
      g.drawImage(img, 0, 0);
      const px = Math.max(14, Math.round(Math.min(c.width, c.height * 1.5) / 28));
      const { data } = g.getImageData(0, c.height - Math.round(px * 1.6), c.width, Math.round(px * 1.2));
      const lin = (v: number): number => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
      const light: number[] = [];
      for (let i = 0; i < data.length; i += 4)
        light.push(0.2126 * lin(data[i]!) + 0.7152 * lin(data[i + 1]!) + 0.0722 * lin(data[i + 2]!));
      light.sort((a, b) => a - b);
      const letters = light.filter((l) => l > 0.6).length / light.length;
      // The brightest of the ground: that is where a letter is hardest to read.
      const ground = light.filter((l) => l < 0.4);
      const bright = ground[Math.floor(ground.length * 0.9)]!;
      const letter = light[Math.floor(light.length * (1 - letters / 2))]!;
      return { contrast: (letter + 0.05) / (bright + 0.05), letters, shape: c.width / c.height };
    });

test("the mark is read on white, on black, on a busy picture, on tall and broad ones, and on a retake", async () => {
  await p.startVisit("王秀兰");
  await p.page.getByText("照片上印时间、村名、户主、走访人").click();
  const pictures = [
    await plain("#fff", 1600, 1200),
    await plain("#000", 1600, 1200),
    await photo(browser, 7),
    await plain("#fff", 900, 1600),
    await plain("#fff", 2400, 600),
  ];
  for (const buffer of pictures) await p.addPhoto(buffer);
  await expect.poll(() => p.page.locator(".thumb .open img").count(), { timeout: 60_000 }).toBe(pictures.length);
  await p.page.getByRole("button", { name: "看照片 2" }).click();
  await p.page
    .getByLabel("重拍 照片 2")
    .setInputFiles({ name: "2.jpg", mimeType: "image/jpeg", buffer: await plain("#fefefe", 1200, 1600) });
  await p.page.getByRole("dialog").waitFor();
  await expect.poll(async () => (await band(1)).shape, { timeout: 30_000 }).toBeCloseTo(0.75, 1);
  await p.page.goBack();
  for (let n = 0; n < pictures.length; n++) {
    const seen = await band(n);
    console.log(
      "photo " +
        (n + 1) +
        ": contrast " +
        seen.contrast.toFixed(1) +
        ", letters " +
        (100 * seen.letters).toFixed(1) +
        " %",
    );
    expect(seen.contrast, "photo " + (n + 1)).toBeGreaterThan(4.5);
    expect(seen.letters, "photo " + (n + 1)).toBeGreaterThan(0.03);
  }
  await p.page.getByRole("button", { name: "看照片 1" }).click();
  await p.page
    .getByRole("dialog")
    .locator("img")
    .first()
    .screenshot({ path: new URL("./pictures/mark-white.png", import.meta.url).pathname });
  await p.page.goBack();
});

test("what is no photo is refused by its name and why, and nothing of it is kept", async () => {
  await p.button("返回").click();
  await p.tabOrBack();
  await p.startVisit("李德福");
  const good = await photo(browser, 3);
  const word = (n: number): Buffer => Buffer.from([0, 0, 0, n]);
  const files = {
    "空.jpg": Buffer.alloc(0),
    "断.jpg": good.subarray(0, good.length / 2),
    "网.jpg": Buffer.from("<!DOCTYPE html><html><body>请先登录"),
    "苹果.jpg": Buffer.concat([word(24), Buffer.from("ftypheic\0\0\0\0mif1heic"), Buffer.alloc(400)]),
    "乱.jpg": Buffer.from("不是照片"),
    "好.jpg": good,
  };
  await p.page
    .locator("input[type=file][multiple]")
    .setInputFiles(Object.entries(files).map(([name, buffer]) => ({ name, mimeType: "image/jpeg", buffer })));
  for (const said of [
    "空.jpg：没有放进来。这个文件是空的",
    "断.jpg：没有放进来。这张照片不完整",
    "网.jpg：没有放进来。这个文件是网页",
    "苹果.jpg：没有放进来。这张照片是 HEIC",
    "乱.jpg：没有放进来。这个文件不是照片",
  ])
    await p.page.getByText(said).waitFor();
  await expect.poll(() => p.page.locator(".thumb .open img").count(), { timeout: 30_000 }).toBe(1);
  expect(await p.page.getByText("没有放进来").count()).toBe(5);
});

test("a photo of 48 megapixels is taken in small", async () => {
  const big = await plain("#4a7", 8000, 6000);
  await p.page
    .locator("input[type=file][multiple]")
    .setInputFiles({ name: "48.jpg", mimeType: "image/jpeg", buffer: big });
  await expect.poll(() => p.page.locator(".thumb .open img").count(), { timeout: 60_000 }).toBe(2);
  const wide = await p.page
    .locator(".thumb .open img")
    .nth(1)
    .evaluate((i: HTMLImageElement) => i.naturalWidth);
  expect(wide).toBe(1600);
});
