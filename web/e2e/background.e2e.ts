import { expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { openOffice, PlainPhone } from "./office";
import { Phone } from "./phone";

test("Background Sync: asked for when a send failed, wakes the open app, and does nothing to one that is locked", async () => {
  const office = await openOffice(inject("program"));
  const browser = await openBrowser();
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  const write = async (note: string): Promise<void> => {
    await p.startVisit("单国强");
    await p.chip("怎么走访的", "入户");
    await p.write("情况", note);
    await p.submit();
  };
  const cdp = await p.context.newCDPSession(p.page);
  const origin = new URL(office.program.url).origin;
  const registrations: string[] = [];
  cdp.on("ServiceWorker.workerRegistrationUpdated", (e) =>
    registrations.push(...e.registrations.map((r) => r.registrationId)),
  );
  await cdp.send("ServiceWorker.enable");
  await expect.poll(() => registrations.length).toBeGreaterThan(0);
  const wake = (): Promise<unknown> =>
    cdp.send("ServiceWorker.dispatchSyncEvent", {
      origin,
      registrationId: registrations[0] ?? "",
      tag: "zoufang",
      lastChance: false,
    });
  const calls: string[] = [];
  p.page.on("request", (r) => r.url().includes("/m/v1/") && calls.push(new URL(r.url()).pathname));
  await p.page.evaluate(async () => {
    const r = (await navigator.serviceWorker.ready) as unknown as { sync: { register(tag: string): Promise<void> } };
    const proto = Object.getPrototypeOf(r.sync) as { register(tag: string): Promise<void> };
    const was = proto.register;
    Object.assign(globalThis, { asked: [] });
    proto.register = function (tag) {
      (globalThis as unknown as { asked: string[] }).asked.push(tag);
      return was.call(this, tag);
    };
  });
  const asked = (): Promise<string[]> => p.page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);

  await p.page.evaluate(() => {
    Object.assign(globalThis, { woken: 0 });
    navigator.serviceWorker.addEventListener(
      "message",
      (e) => (e.data as { do?: string }).do === "wake" && (globalThis as unknown as { woken: number }).woken++,
    );
  });
  const woken = (): Promise<number> => p.page.evaluate(() => (globalThis as unknown as { woken: number }).woken);
  await office.program.stop();
  await write("等信号");
  await expect.poll(asked).toContain("zoufang");
  await office.program.serve();
  calls.length = 0;
  await wake();
  await p.saved();
  expect([await woken(), calls.length > 0]).toEqual([1, true]);
  await office.plain.sync();
  expect(
    office.plain.of("visit").map((r) => [PlainPhone.values(r, "note")[0], PlainPhone.values(r, "state")[0]]),
  ).toEqual([["等信号", "submitted"]]);

  // The server is away, the net is not: a browser that wakes the app whenever it is asked to makes no treadmill of it.
  await office.program.stop();
  await write("再等");
  calls.length = 0;
  for (let i = 2; i <= 11; i++) {
    await wake();
    await expect.poll(woken).toBe(i);
  }
  expect(calls.length, "tries for ten wake-ups").toBeLessThan(5); // those of the app's own

  // Nor of being asked: a wake-up that comes at once, each time it is asked for, is asked for once an outage.
  await p.page.evaluate(() => ((globalThis as unknown as { asked: string[] }).asked.length = 0));
  await office.program.serve();
  await p.syncNow();
  await p.tabOrBack();
  await office.program.stop();
  calls.length = 0;
  await write("还在等");
  let answered = 0;
  for (const end = Date.now() + 20_000; Date.now() < end; await p.page.waitForTimeout(100)) {
    for (const now = (await asked()).length; answered < now; answered++) await wake();
  }
  expect([(await asked()).length, calls.length <= 6], calls.length + " tries in 20 s").toEqual([1, true]);
  await office.program.serve();
  await p.syncNow();

  await p.tab("我的");
  await p.button("锁上").click();
  await p.page.getByText("锁着时不会同步").waitFor();
  calls.length = 0;
  await wake();
  await p.page.waitForTimeout(500);
  expect(calls).toEqual([]);
  await p.unlock();
  await p.saved();
  const other = await p.context.newPage(); // no page of the app is open: the worker is woken for nothing, and stays well
  await p.page.close();
  p.page = other;
  const again = await p.context.newCDPSession(other);
  await again.send("ServiceWorker.enable");
  await again.send("ServiceWorker.dispatchSyncEvent", {
    origin,
    registrationId: registrations[0] ?? "",
    tag: "zoufang",
    lastChance: true,
  });
  await p.reopen();
  await p.saved();
  await p.close();
  await browser.close();
  await office.program.remove();
});
