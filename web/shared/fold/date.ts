/** Dates as people write them; the twin of internal/fold/date.go. */
import { ends, narrow } from "./number";
import { wrong, type Wrong } from "./wrong";

const around = / *([-./年月日号]) */g; // blanks that divide nothing
const written = [
  /^(\d{4})$/,
  /^(\d{4})(\d\d)$/,
  /^(\d{4})(\d\d)(\d\d)$/,
  /^(\d{4})年(?:(\d{1,2})月(?:份|(\d{1,2})[日号]?)?)?生?$/,
];
/** As most write it, and as spreadsheets export it, with a midnight. */
const divided = /^(\d{4})([-./ ])(\d{1,2})(?:([-./ ])(\d{1,2}))?\.?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$/;
const mostYears = 130; // longer than anybody lived

/** "1950", "1950-03" or "1950-03-01", as records hold it: what was not said stays unsaid. */
export function date(text: string): string | Wrong {
  const t = ends(narrow(text)).replace(around, "$1");
  if (t === "") return wrong("empty");
  const d = divided.exec(t);
  const parts =
    d && (d[4] === undefined || d[2] === d[4])
      ? [d[1], d[3], d[5]]
      : written
          .map((form) => form.exec(t))
          .find(Boolean)
          ?.slice(1);
  if (!parts || parts[0] === "0000") return wrong("date");
  const [year, month, day] = parts.map(Number);
  const out = parts
    .filter((p) => p !== undefined)
    .map((p) => (p as string).padStart(2, "0"))
    .join("-");
  return month === undefined || Number.isNaN(month) || real(year as number, month, Number.isNaN(day) ? 1 : (day ?? 1))
    ? out
    : wrong("date");
}

function real(year: number, month: number, day: number): boolean {
  const d = new Date(0);
  d.setUTCFullYear(year, month - 1, day);
  return d.getUTCMonth() === month - 1 && d.getUTCDate() === day;
}

/** The same for the birth of somebody who may live: not after today ("2026-12-01"), not more than 130 years ago. */
export function birth(text: string, today: string): string | Wrong {
  const d = date(text);
  if (typeof d !== "string") return d;
  if (d > today.slice(0, d.length)) return wrong("future");
  return Number(d.slice(0, 4)) <= Number(today.slice(0, 4)) - mostYears ? wrong("old") : d;
}
