import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { newHandset, noteStrangers, openBrowser } from "./browser";
import { buildVersion } from "./build";
import { Program } from "./program";

let browser: Browser;
let program: Program;
const dir = mkdtempSync(join(tmpdir(), "zoufang-builds-"));

beforeAll(async () => {
  browser = await openBrowser();
  program = await Program.create(inject("program"));
  await program.serve();
});
afterAll(async () => {
  await browser?.close();
  await program?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const builds = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => !name.startsWith("zoufang-second-"))); // unsent work's second home
const door = (page: Page): Promise<void> => page.getByRole("heading", { name: "登记这部手机" }).waitFor();

async function opened(page: Page): Promise<void> {
  await page.goto(program.url + "/phone/");
  await door(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

test("after one visit the app opens without a server, in whatever tab", async () => {
  const context = await newHandset(browser);
  const strangers = noteStrangers(context, program.url);
  const page = await context.newPage();
  await opened(page);
  await program.stop();
  await context.setOffline(true);
  await page.reload();
  await door(page);
  const another = await context.newPage();
  await another.goto(program.url + "/phone/?from=home");
  await door(another);
  // The talk with the server is none of the worker's business.
  expect(
    await page.evaluate(() =>
      fetch("/m/v1/held").then(
        () => "answered",
        () => "no net",
      ),
    ),
  ).toBe("no net");
  expect(
    await page.evaluate(() =>
      fetch("/staff/").then(
        () => "answered",
        () => "no net",
      ),
    ),
  ).toBe("no net");
  expect(strangers).toEqual([]);
  await program.serve();
  await context.close();
});

test("an answer that is not the build's is never kept", async () => {
  const context = await newHandset(browser);
  const page = await context.newPage();
  // A captive portal: its page in place of every part, with 200.
  let portal = true;
  await context.route("**/phone/assets/**", (r) =>
    portal && r.request().serviceWorker() ? r.fulfill({ status: 200, body: "<html>sign in</html>" }) : r.continue(),
  );
  await page.goto(program.url + "/phone/");
  await door(page);
  await page.waitForTimeout(1_000);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null)).toBeNull();
  portal = false;
  await page.reload();
  await opened(page);
  await program.stop();
  await context.setOffline(true);
  await page.reload();
  await door(page);
  await program.serve();
  await context.close();
});

test("an update is offered, waits for open forms, and leaves the other tabs whole", async () => {
  const context = await newHandset(browser);
  const first = await context.newPage();
  await opened(first);
  const second = await context.newPage();
  await opened(second);
  const before = await builds(first);
  expect(before.length).toBe(1);

  await program.replace(buildVersion("9.0.1", dir));
  await first.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  const offer = (p: Page) => p.getByRole("button", { name: "现在更新" });
  await offer(first).waitFor();
  await offer(second).waitFor();
  expect((await builds(first)).length).toBe(2);

  // A form open in the other tab: nothing happens but a word about it.
  await second.evaluate(
    () =>
      new Promise<void>((opened) => {
        void navigator.locks.request(
          "zoufang-form-open",
          { mode: "shared" },
          () =>
            new Promise((done) => {
              Object.assign(globalThis, { close: done });
              opened();
            }),
        );
      }),
  );
  await offer(first).click();
  await first.getByText("另一个页面正在填表").waitFor();
  expect(await first.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)).toBe(true);
  await second.evaluate(() => (globalThis as unknown as { close: () => void }).close());

  const part = await second.evaluate(() => document.querySelector<HTMLScriptElement>("script[src]")?.src ?? "");
  await Promise.all([first.waitForEvent("load"), offer(first).click()]);
  await door(first);
  await expect.poll(() => offer(first).count()).toBe(0);
  expect(await first.evaluate(() => document.querySelector<HTMLScriptElement>("script[src]")?.src)).not.toBe(part);
  expect((await builds(first)).length).toBe(2);
  // The other tab was not loaded anew; its parts are gone from the server and still there for it.
  expect(await second.evaluate(() => document.querySelector<HTMLScriptElement>("script[src]")?.src)).toBe(part);
  expect((await fetch(part)).status).toBe(404);
  expect(await second.evaluate((src) => fetch(src).then((r) => r.status), part)).toBe(200);

  // The server goes back to the build before: it is an update like any other, and nothing of it is fetched again.
  await program.replace(inject("program"));
  const fetched: string[] = [];
  context.on("request", (r) => r.serviceWorker() && fetched.push(new URL(r.url()).pathname));
  await first.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await offer(first).waitFor();
  await Promise.all([first.waitForEvent("load"), offer(first).click()]);
  await expect
    .poll(() => first.evaluate(() => document.querySelector<HTMLScriptElement>("script[src]")?.src))
    .toBe(part);
  expect((await builds(first)).sort()).toContain(before[0]);
  expect(fetched.filter((f) => f.startsWith("/phone/assets/"))).toEqual([]);
  await context.close();
});
