/** Speaks: words in the chosen language, dates, sizes. */
import { ref } from "vue";
import { dayOf, daysBetween, timeOf, weekday } from "../village";
import { zh, type Word } from "../words";

export type Language = "zh" | "en";
export const language = ref<Language>("zh");
let english: typeof import("../words/en") | null = null;
let wanted: Language = "zh";

/** Speaks the language from the moment its words are there. Chinese always is. */
export async function speak(l: Language): Promise<void> {
  wanted = l;
  if (l === "en") english ??= await import("../words/en");
  language.value = wanted;
}

export type Fill = { [name: string]: string | number };

/** All there is in English, where that is chosen and here. */
export const inEnglish = (): typeof english => (language.value === "en" ? english : null);

export function say(word: Word, fill: Fill = {}): string {
  return (inEnglish()?.en[word] || zh[word]).replace(/\{(\w+)\}/g, (whole, name: string) =>
    fill[name] === undefined ? whole : String(fill[name]),
  );
}

/** A word whose key is put together, such as "gap_" + code; what came where there is none. */
export function sayMaybe(key: string, other: string, fill: Fill = {}): string {
  return Object.prototype.hasOwnProperty.call(zh, key) ? say(key as Word, fill) : other;
}

/** What records and the table of kinds say in Chinese, in the chosen language where it is known. */
export const named = (zh: string): string => inEnglish()?.titles[zh] || zh;

export const clock = timeOf;

/** 今天 09:32, 昨天 09:32, 11月22日 周日 09:32; with the year where it is another one. */
export function when(ms: number, now: number, time = true): string {
  const [day, today] = [dayOf(ms), dayOf(now)];
  const tail = time ? " " + clock(ms) : "";
  const away = daysBetween(day, today);
  if (away === 0) return say("today_word") + tail;
  if (away === 1) return say("yesterday") + tail;
  return dayWords(day, today) + tail;
}

/** 11月22日 周日; with the year where it is another than today's. */
export function dayWords(day: string, today: string): string {
  const [year, month, date] = day.split("-").map(Number);
  const other = day.slice(0, 4) !== today.slice(0, 4);
  if (language.value === "en") {
    const how: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
    if (other) how.year = "numeric";
    return new Date(day).toLocaleDateString("en", { ...how, timeZone: "UTC" });
  }
  return (other ? year + "年" : "") + month + "月" + date + "日 周" + "一二三四五六日"[weekday(day) - 1];
}

/** 10-28: short, for rows. */
export const monthDay = (ms: number): string => dayOf(ms).slice(5);

/** 3 kB, 1.2 MB: all sizes on the screens. Something is never nothing, and bytes are nobody's measure. */
export function size(bytes: number): string {
  const k = bytes > 0 ? Math.max(1, Math.round(bytes / 1000)) : 0;
  return k < 1000 ? k + " kB" : (bytes / 1_000_000).toFixed(1) + " MB";
}
