/** Values of expressions; the twin of internal/expr/value.go. No answer is the empty text; no number is NaN. */
import { moment } from "./day";
import { MOST } from "./node";

export type Value = string | number | boolean | readonly string[];

/** Brings a double into the bounds: beyond them it is none. */
export function bounded(n: number): number {
  const size = Math.abs(n);
  return size < MOST.least ? 0 : size <= MOST.number ? n : NaN;
}

export function cut(s: string): string {
  if (s.length <= MOST.text) return s;
  const all = Array.from(s);
  return all.length <= MOST.text ? s : all.slice(0, MOST.text).join("");
}

export const isEmpty = (v: Value): boolean => typeof v !== "boolean" && textOf(v) === "";

/** As a text: a number without exponent, several choices with blanks between. */
export function textOf(v: Value): string {
  if (typeof v === "string") return v;
  if (typeof v === "number") return plain(v);
  return typeof v === "boolean" ? String(v) : cut(v.join(" "));
}

/** As a number: a day as the days since 1970. */
export function numberOf(v: Value): number {
  if (typeof v === "number") return v;
  if (typeof v === "boolean") return v ? 1 : 0;
  const s = textOf(v).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");
  return /^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(s) ? bounded(Number(s)) : moment(s);
}

/** As yes or no: a text that is not empty, a number that is not 0. */
export function isTrue(v: Value): boolean {
  if (typeof v === "boolean") return v;
  return typeof v === "number" ? !Number.isNaN(v) && v !== 0 : textOf(v) !== "";
}

/** The choices made: of a list its own, of a text what stands between blanks. */
export function elementsOf(v: Value): readonly string[] {
  return typeof v === "object" ? v : textOf(v).split(/[ \t\n\r]+/).filter(Boolean); // prettier-ignore
}

export function same(a: Value, b: Value): boolean {
  if (typeof a === "boolean" || typeof b === "boolean") return isTrue(a) === isTrue(b);
  if (typeof a === "number" || typeof b === "number") return numberOf(a) === numberOf(b);
  return textOf(a) === textOf(b);
}

/** A number without exponent; "" for none. */
function plain(n: number): string {
  if (Number.isNaN(n)) return "";
  const m = /^(-?)([0-9])(?:\.([0-9]+))?e-([0-9]+)$/.exec(String(n));
  if (!m) return n === 0 ? "0" : String(n);
  return m[1] + "0." + "0".repeat(Number(m[4]) - 1) + m[2] + (m[3] ?? "");
}
