import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { when } from "../screens/say";
import { addDays, age, dayOf, daysBetween, momentOf, timeOf, weekday } from "./day";
import { cadences, dueOf } from "./due";

const own = process.env["TZ"];
afterEach(() => {
  if (own === undefined) delete process.env["TZ"];
  else process.env["TZ"] = own;
});

const zones = ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Chatham"];

it("counts days, hours and what is due as the county does, wherever the phone believes to be", () => {
  const rules = cadences([{ title: "每月", body: { kind: "cadence", every: 30 } }] as unknown as Parameters<
    typeof cadences
  >[0]);
  const told = zones.map((zone) => {
    process.env["TZ"] = zone;
    const midnight = Date.parse("2026-11-30T16:00:00Z"); // the first minute of December in the county
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
    return [
      dayOf(midnight),
      dayOf(midnight - 1),
      timeOf(midnight),
      weekday(dayOf(midnight)),
      momentOf("2026-12-01", "00:00") === midnight,
      addDays("2026-03-08", 1), // a day on which some clocks change
      daysBetween("2026-10-25", "2026-11-02"),
      age("1950-12-01", dayOf(midnight)),
      when(midnight, midnight + 1),
      when(midnight - 1, midnight),
      when(midnight, midnight + 9 * 86_400_000),
      dueOf(rules, { categories: [], risk: null, visits: [{ at: midnight, way: null }] }, "2026-12-24")?.day,
    ];
  });
  expect(told[0]).toEqual([
    "2026-12-01",
    "2026-11-30",
    "00:00",
    2,
    true,
    "2026-03-09",
    8,
    76,
    "今天 00:00",
    "昨天 23:59",
    "12月1日 周二 00:00",
    "2026-12-31",
  ]);
  for (const other of told.slice(1)) expect(other).toEqual(told[0]);
});

/** What reads or makes a date in the phone's own zone. */
const local =
  /\.(get|set)(Date|Day|Month|FullYear|Year|Hours|Minutes|TimezoneOffset)\(|\.toLocale(Date|Time)?String\(|\.toDateString\(|\.toTimeString\(|new Date\(\s*[^()]*,|toISOString\(\)\.slice|Intl\.DateTimeFormat\(\)/;

it("is the one place that takes a date apart: no other source asks the phone's own zone", () => {
  const src = fileURLToPath(new URL("..", import.meta.url));
  const shared = fileURLToPath(new URL("../../../shared", import.meta.url));
  const files = [src, shared].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" }).map((f) => join(root, f)),
  );
  const found = files
    .filter((f) => /\.(ts|vue)$/.test(f) && !/(\.gen|\.test|\.testing)\.ts$/.test(f) && !f.endsWith("village/day.ts"))
    .flatMap((f) =>
      readFileSync(f, "utf8")
        .split("\n")
        .filter((line) => local.test(line) && !line.includes('timeZone: "UTC"'))
        .map((line) => f.slice(src.length) + ": " + line.trim()),
    );
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
