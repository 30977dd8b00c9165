/** Days and times as numbers, and written; the twin of internal/expr/day.go. */

const dayForm = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?$/;
const timeForm = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?$/;
const secondsADay = 86_400;
const [firstDay, lastDay] = [-719_162, 2_932_896]; // 0001-01-01, 9999-12-31

/** A day, a day with a time, or a time as days since 1970; NaN for what is none. */
export function moment(s: string): number {
  if (timeForm.test(s)) return clock(s);
  const m = dayForm.exec(s);
  if (!m || m[1] === "0000") return NaN;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const d = new Date(0);
  d.setUTCFullYear(year, month - 1, day);
  if (d.getUTCMonth() !== month - 1 || d.getUTCDate() !== day) return NaN;
  const days = d.getTime() / 1000 / secondsADay;
  return m[4] === undefined ? days : days + clock(m[4]);
}

function clock(s: string): number {
  const m = timeForm.exec(s) ?? [];
  const [h, min, sec] = [Number(m[1]), Number(m[2]), Number(m[3] ?? 0)];
  return h > 23 || min > 59 || sec > 59 ? NaN : (h * 3600 + min * 60 + sec) / secondsADay;
}

const padded = (n: number): string => String(n).padStart(2, "0");

/** The day of a moment, "" for none. */
export function dayOf(days: number): string {
  const d = Math.floor(days);
  if (!(d >= firstDay && d <= lastDay)) return "";
  const t = new Date(d * secondsADay * 1000);
  return String(t.getUTCFullYear()).padStart(4, "0") + "-" + padded(t.getUTCMonth() + 1) + "-" + padded(t.getUTCDate());
}

/** A moment in a form that knownForm takes. */
export function formatted(days: number, form: string): string {
  const day = dayOf(days);
  if (day === "") return "";
  const minutes = Math.min(Math.floor((days - Math.floor(days)) * 1440 + 0.5), 1439); // a fraction of a day is not exact
  const [year = "", month = "", date = ""] = day.split("-");
  const of: { [sign: string]: string } = {
    Y: year,
    y: year.slice(2),
    m: month,
    n: String(Number(month)),
    d: date,
    e: String(Number(date)),
    H: padded(Math.floor(minutes / 60)),
    h: String(Math.floor(minutes / 60)),
    M: padded(minutes % 60),
    "%": "%",
  };
  return form.replace(/%(.)/g, (_, sign: string) => of[sign] ?? "");
}

export const knownForm = (form: string): boolean => !/%/.test(form.replace(/%[YymndeHhM%]/g, ""));
