import { beforeAll, expect, test } from "vitest";
import { look } from "./eye";
import { openBoth, PlainPhone, type Office } from "./office";
import { Phone } from "./phone";

let office: Office;
let p: Phone;

beforeAll(() =>
  openBoth(async (b, o) => {
    office = o;
    p = await Phone.enrolled(b, o.program, o.lifang);
  }),
);

test("a position of before is taken only knowingly, and says when it was found and how well", async () => {
  await p.startVisit("王秀兰");
  await p.chip("怎么走访的", "入户");
  await p.write("情况", "看了看");
  // A receiver without a sky: nothing of now, and what it knew ten minutes ago.
  const asked = await p.page.evaluateHandle(() => {
    const asked: { maximumAge: number; before: number }[] = [];
    Object.defineProperty(Geolocation.prototype, "getCurrentPosition", {
      configurable: true,
      value: (ok: PositionCallback, failed: PositionErrorCallback, how: PositionOptions) => {
        const before = Date.now() - 600_000;
        asked.push({ maximumAge: how.maximumAge ?? 0, before });
        if ((how.maximumAge ?? 0) < 600_000) failed({ code: 3 } as GeolocationPositionError);
        else
          ok({
            coords: { latitude: 31.95, longitude: 118.84, accuracy: 25 },
            timestamp: before,
          } as unknown as GeolocationPosition);
      },
    });
    return asked;
  });
  await p.button("记下位置").click();
  await p.page.getByText("10 分钟前的位置（±25 米），仍用这个？").waitFor();
  expect(await p.page.getByText(/已记位置/).count()).toBe(0);
  const faults = await look(p.page, "place-old", p.page.getByText(/仍用这个/));
  await p.button("用这个").click();
  await p.page.getByText(/已记位置 ±25 米/).waitFor();
  const tried = await asked.jsonValue();
  expect(tried[0]?.maximumAge).toBeLessThanOrEqual(10_000);
  await p.submit();
  await p.syncNow();
  await office.plain.sync();
  const place = PlainPhone.values(office.plain.of("visit").pop(), "place")[0] as { at: number; accuracy: number };
  expect(place.accuracy).toBe(25);
  expect(Math.abs(place.at - (tried[1]?.before ?? 0))).toBeLessThan(2_000); // of the fix, not of the tap
  expect(faults.join("\n")).toBe("");
});

test("a very rough position says so and can be noted again", async () => {
  await p.page.evaluate(() => delete (Geolocation.prototype as { getCurrentPosition?: unknown }).getCurrentPosition);
  await p.page.reload();
  await p.unlock();
  await p.context.setGeolocation({ latitude: 31.95, longitude: 118.84, accuracy: 1500 });
  await p.startVisit("李德福");
  await p.button("记下位置").click();
  await p.page.getByText("误差很大（±1500 米）").waitFor();
  await p.context.setGeolocation({ latitude: 31.95, longitude: 118.84, accuracy: 8 });
  await p.button("再记一次").click();
  await p.page.getByText(/已记位置 ±8 米/).waitFor({ timeout: 20_000 });
  expect(await p.page.getByText("误差很大").count()).toBe(0);
});
