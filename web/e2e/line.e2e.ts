import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser } from "./browser";
import { Line } from "./line";
import { openOffice, PlainPhone, type Office } from "./office";
import { offline, online, Phone, photo } from "./phone";

// The long run sends two hundred visits over a thinner line.
const prove = process.env["ZOUFANG_PROVE"] === "1";
const visits = prove ? 200 : 10;
const quality = { rate: prove ? 64_000 : 256_000, loss: 20 };
const picture = { width: 640, height: 480 }; // some 50 kB; two hundred of 300 kB each take two hours at 64 kbit/s by themselves

let browser: Browser;
let office: Office;
let line: Line;

beforeAll(async () => {
  browser = await openBrowser();
  office = await openOffice(inject("program"));
  line = await Line.open(Number(new URL(office.program.url).port), { rate: 0, loss: 0 });
  office.program.public = line.url;
  await office.program.stop();
  await office.program.serve();
});
afterAll(async () => {
  await browser?.close();
  line?.close();
  await office?.program.remove();
});

test(
  `${visits} visits with media over a line of ${quality.rate / 1000} kbit/s that breaks all arrive`,
  async () => {
    const p = await Phone.enrolled(browser, office.program, office.lifang);
    await offline(office.program, p);
    for (let i = 0; i < visits; i++) {
      await p.startVisit(office.households[i % office.households.length]?.head ?? "");
      await p.chip("怎么走访的", "入户");
      await p.write("情况", "第" + i + "次");
      await p.addPhoto(await photo(browser, i + 1, picture.width, picture.height));
      await p.submit();
    }
    line.quality = quality;
    const bytes = line.bytes;
    const began = Date.now();
    await online(office.program, p);
    await p.outbox();
    const done = p.page.getByText("全部已存到服务器");
    // The coordinator asks now and then, as people do; between that it tries by itself.
    for (const until = began + (prove ? 3_000_000 : 100_000); Date.now() < until && !(await done.isVisible()); ) {
      const ask = p.button("同步");
      if ((await ask.isVisible()) && (await ask.isEnabled())) {
        await ask.click();
      }
      await done.waitFor({ timeout: 5_000 }).catch(() => undefined);
    }
    console.log(
      `${visits} visits: ${Date.now() - began} ms, ${line.bytes - bytes} bytes, ${line.cuts} connections cut`,
    );
    await done.waitFor();
    expect(line.cuts).toBeGreaterThan(0);
    line.quality = { rate: 0, loss: 0 };
    await office.plain.sync();
    const rows = office.plain.of("visit");
    expect(rows.map((r) => PlainPhone.values(r, "note")[0]).sort()).toEqual(
      Array.from({ length: visits }, (_, i) => "第" + i + "次").sort(),
    );
    expect(rows.map((r) => r.need).flat()).toEqual([]);
    expect(rows.map((r) => (r.s["photos"] ?? []).length)).toEqual(rows.map(() => 1));
    const report = office.program.run("verify");
    expect([report["fault_count"], report["media"]]).toEqual([0, visits]);
    await p.close();
  },
  prove ? 3_600_000 : 180_000,
);
