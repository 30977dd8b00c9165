import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { buildVersion } from "./build";
import { look } from "./eye";
import { openOffice, PlainPhone } from "./office";
import { offline, online, Phone } from "./phone";

test("the app is updated with work unsent and a form open: nothing is lost, nobody is disturbed", async () => {
  const dir = mkdtempSync(join(tmpdir(), "zoufang-update-"));
  const newer = buildVersion("9.1.0", dir);
  const office = await openOffice(inject("program"));
  const browser = await openBrowser();
  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await offline(office.program, p);
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "更新以前写的");
  await p.submit();
  await p.startVisit("李德福");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "更新时正写着");

  await office.program.replace(newer);
  await p.context.setOffline(false);
  await p.page.evaluate(async () => {
    const r = await navigator.serviceWorker.ready;
    await r.update();
    await new Promise<void>((done) => {
      const look = (): unknown => (r.waiting ? done() : setTimeout(look, 50));
      look();
    });
  });
  const offer = p.button("现在更新");
  await p.page.waitForTimeout(500);
  expect(await offer.count()).toBe(0); // a form is open
  await p.button(/存草稿/).click();
  await offer.waitFor();
  expect(await look(p.page, "33-update")).toEqual([]);
  await offline(office.program, p); // what is needed lies on the phone already
  await Promise.all([p.page.waitForEvent("load"), offer.click()]);
  await p.unlock();
  await p.link("接着写 李德福").click();
  await expect.poll(() => p.page.getByLabel("情况").first().inputValue()).toBe("更新时正写着");
  await p.submit();
  await p.tab("我的");
  await p.page.getByText("版本 9.1.0").waitFor();
  await online(office.program, p);
  await p.syncNow();
  await office.plain.sync();
  expect(
    office.plain
      .of("visit")
      .flatMap((r) => PlainPhone.values(r, "note"))
      .sort(),
  ).toEqual(["更新以前写的", "更新时正写着"].sort());
  expect(office.program.run("verify")["fault_count"]).toBe(0);
  await p.close();
  await browser.close();
  await office.program.remove();
  rmSync(dir, { recursive: true, force: true });
});
