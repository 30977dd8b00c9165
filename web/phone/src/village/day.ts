/** Days, as people count them: local dates, whatever hour it is. */
import type { Day } from "./types";

const dayMs = 24 * 60 * 60 * 1000;

export function dayOf(ms: number): Day {
  const d = new Date(ms);
  return pad(d.getFullYear(), 4) + "-" + pad(d.getMonth() + 1, 2) + "-" + pad(d.getDate(), 2);
}

/** Midday of a day in UTC, so that no change of clocks moves it to another. */
function noon(day: Day): number {
  return Date.parse(day + "T12:00:00Z");
}

export function addDays(day: Day, n: number): Day {
  return new Date(noon(day) + n * dayMs).toISOString().slice(0, 10);
}

/** Days from a to b; negative where b is before a. */
export function daysBetween(a: Day, b: Day): number {
  return Math.round((noon(b) - noon(a)) / dayMs);
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(day: Day): number {
  return new Date(noon(day)).getUTCDay() || 7;
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(noon(text));
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}

/** Full years from a birth date ("1950", "1950-03", "1950-03-01") to a day. */
export function age(birth: string, day: Day): number | null {
  const m = /^(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?/.exec(birth);
  if (!m) {
    return null;
  }
  const years = Number(day.slice(0, 4)) - Number(m[1]);
  const had = !m[2] || day.slice(5) >= m[2] + "-" + (m[3] ?? "01");
  return years < 0 || years > 130 ? null : years - (had ? 0 : 1);
}
