/** Days and hours as the county counts them, whatever zone the phone is set to: the server's pages say the same. */
import type { Day } from "./types";

const dayMs = 24 * 60 * 60 * 1000;
const zone = 8 * 60 * 60 * 1000; // Beijing's, all year: where the people are who use this

const there = (ms: number): string => new Date(ms + zone).toISOString();

export function dayOf(ms: number): Day {
  return there(ms).slice(0, 10);
}

/** "09:32" */
export function timeOf(ms: number): string {
  return there(ms).slice(11, 16);
}

/** The moment of a day and a time of it; NaN where one of them is none. */
export function momentOf(day: Day, time: string): number {
  return Date.parse(day + "T" + time + ":00Z") - zone;
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
