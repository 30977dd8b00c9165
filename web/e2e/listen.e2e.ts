import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { fakeMedia } from "./browser";
import { Desk } from "./desk";
import { look } from "./eye";
import { openBoth, type Office } from "./office";
import { Phone } from "./phone";

let browser: Browser;
let office: Office;
let p: Phone;

beforeAll(() =>
  openBoth(
    async (b, o) => {
      [browser, office] = [b, o];
      p = await Phone.enrolled(b, o.program, o.lifang);
    },
    [...fakeMedia, "--autoplay-policy=no-user-gesture-required"],
  ),
);

/** Plays, goes to a place by keys, and hears it to its end. */
async function hear(recording: Locator): Promise<void> {
  const audio = recording.locator("audio");
  await recording.getByText(/0:00 \/ 0:0[2-9]/).waitFor();
  const length = await audio.evaluate((a: HTMLAudioElement) => a.duration);
  expect(length).toBeGreaterThan(1.5);
  expect(length).toBeLessThan(30);
  const along = recording.getByLabel(/听到哪里/);
  await along.focus();
  for (let n = 0; n < 10; n++) await along.press("ArrowRight"); // a tenth of a second each
  await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.currentTime)).toBeCloseTo(1, 1);
  await recording.getByLabel(/快慢/).selectOption("2");
  await recording.getByRole("button", { name: /^听/ }).click();
  await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.playbackRate)).toBe(2);
  await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.ended), { timeout: 30_000 }).toBe(true);
}

test("a recording is heard where it was spoken, in the visit, and by the township, which sees how long it is", async () => {
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "说了一段");
  await p.button("录一段话").click();
  await p.page.getByText(/正在录音 2 秒/).waitFor();
  await p.button(/录好了/).click();
  await hear(p.page.getByRole("group", { name: "录音 1" }));
  const faults = await look(p.page, "recording", p.page.getByRole("group", { name: "录音 1" }));
  await p.submit();
  await p.syncNow(60_000);
  await p.openHousehold("王秀兰");
  await p.page
    .getByRole("link", { name: /入户 · 李芳/ })
    .first()
    .click();
  await hear(p.page.getByRole("group", { name: "录音 1" }));
  expect(faults.join("\n")).toBe("");

  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const page = await desk.open("王秀兰");
  const there = page.locator("audio");
  await expect.poll(() => there.evaluate((a: HTMLAudioElement) => a.readyState)).toBeGreaterThan(0);
  const length = await there.evaluate((a: HTMLAudioElement) => a.duration);
  expect(length).toBeGreaterThan(1.5);
  expect(length).toBeLessThan(30);
  await there.evaluate((a: HTMLAudioElement) => new Promise((done) => ((a.onseeked = done), (a.currentTime = 1))));
  expect(await there.evaluate((a: HTMLAudioElement) => a.currentTime)).toBeCloseTo(1, 1);
  const src = (await there.getAttribute("src")) as string;
  const part = await page.request.get(office.program.url + src, { headers: { Range: "bytes=0-3" } });
  expect([part.status(), (await part.body()).toString("hex")]).toEqual([206, "1a45dfa3"]);
  expect(part.headers()["cache-control"]).toBe("no-store");
  await page.screenshot({ path: new URL("./pictures/desk-recording.png", import.meta.url).pathname, fullPage: true });
});
