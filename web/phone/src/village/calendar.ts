/** Working days by the calendars in force. */
import type { Json } from "../../../shared/wire";
import { addDays, isDay, weekday } from "./day";
import type { Day, InForce } from "./types";

const furthest = 4000; // days a count may go over

export class Workdays {
  private readonly years = new Map<string, { rest: { from: Day; to: Day }[]; work: Set<Day> }>();
  /** A year was asked for that no calendar tells of: Mondays to Fridays were counted. */
  unadjusted = false;

  constructor(calendars: readonly InForce[]) {
    for (const c of calendars) {
      const work = Array.isArray(c.body["work"]) ? c.body["work"].filter((d): d is Day => typeof d === "string") : [];
      this.years.set(String(c.body["year"]), { rest: spans(c.body["rest"] ?? null), work: new Set(work) });
    }
  }

  is(day: Day): boolean {
    const year = this.years.get(day.slice(0, 4));
    if (!year) {
      this.unadjusted = true;
      return weekday(day) <= 5;
    }
    return year.work.has(day) || (weekday(day) <= 5 && !year.rest.some((r) => r.from <= day && day <= r.to));
  }

  /** The n-th working day after a day. */
  after(day: Day, n: number): Day {
    let at = day;
    for (let left = n, far = 0; left > 0 && far < furthest; far++) {
      at = addDays(at, 1);
      if (this.is(at)) {
        left--;
      }
    }
    return at;
  }

  /** Working days after a up to b; negative where b is before a. */
  between(a: Day, b: Day): number {
    const [from, to, sign] = a <= b ? [a, b, 1] : [b, a, -1];
    let n = 0;
    for (let at = from, far = 0; at < to && far < furthest; far++) {
      at = addDays(at, 1);
      n += this.is(at) ? 1 : 0;
    }
    return sign * n;
  }
}

function spans(v: Json): { from: Day; to: Day }[] {
  const out: { from: Day; to: Day }[] = [];
  for (const r of Array.isArray(v) ? v : []) {
    if (typeof r === "object" && r !== null && !Array.isArray(r)) {
      const { from, to } = r;
      if (typeof from === "string" && typeof to === "string" && isDay(from) && isDay(to)) {
        out.push({ from, to });
      }
    }
  }
  return out;
}
