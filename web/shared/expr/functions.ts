/** The functions of expressions; the twin of internal/expr/functions.go. */
import { dayOf, formatted, knownForm, moment } from "./day";
import { MOST, type Node } from "./node";
import { compile, matches } from "./pattern";
import { bounded, cut, elementsOf, isEmpty, isTrue, numberOf, textOf, type Value } from "./value";

const any = MOST.args;

/** How few and how many arguments each takes. */
export const functions: { [name: string]: [number, number] } = {
  true: [0, 0], false: [0, 0], not: [1, 1], boolean: [1, 1], "boolean-from-string": [1, 1], if: [3, 3], coalesce: [1, any],
  selected: [2, 2], "count-selected": [1, 1], "selected-at": [2, 2], "count-non-empty": [1, any],
  string: [1, 1], "string-length": [1, 1], concat: [1, any], join: [2, any], contains: [2, 2], "starts-with": [2, 2], "ends-with": [2, 2],
  substr: [2, 3], substring: [2, 3], "substring-before": [2, 2], "substring-after": [2, 2], translate: [3, 3], "normalize-space": [1, 1], regex: [2, 2],
  number: [1, 1], int: [1, 1], round: [1, 2], floor: [1, 1], ceiling: [1, 1], abs: [1, 1], sqrt: [1, 1], pow: [2, 2],
  min: [1, any], max: [1, any], sum: [1, any],
  today: [0, 0], now: [0, 0], date: [1, 1], "format-date": [2, 2], "decimal-date-time": [1, 1], "decimal-time": [1, 1],
}; // prettier-ignore

/** The code of what is wrong with a call, "" for nothing. */
export function wrongCall(n: Node): string {
  const takes = Object.prototype.hasOwnProperty.call(functions, n.text) ? functions[n.text] : undefined;
  if (!takes) return "function";
  if (n.args.length < takes[0] || n.args.length > takes[1]) return "arguments";
  if (n.text !== "regex" && n.text !== "format-date") return "";
  const by = n.args[1] as Node;
  if (by.op !== "text") return "arguments"; // what is matched by is known before any answer is
  return (n.text === "regex" ? compile(by.text) !== null : knownForm(by.text)) ? "" : "pattern";
}

const whole = (n: number): number => Math.trunc(n);

/** Of all but `if`, which takes what it does not need unread. */
export function call(name: string, a: readonly Value[], now: string): Value {
  const at = (i: number): Value => a[i] ?? "";
  const [s, t] = [(): string => textOf(at(0)), (): string => textOf(at(1))];
  const x = (): number => numberOf(at(0));
  switch (name) {
    case "true":
    case "false":
      return name === "true";
    case "not":
      return !isTrue(at(0));
    case "boolean":
      return isTrue(at(0));
    case "boolean-from-string":
      return s() === "true" || s() === "1";
    case "coalesce":
      return a.find((v) => !isEmpty(v)) ?? "";
    case "selected":
      return t() !== "" && (elementsOf(at(0)).includes(t()) || s() === t());
    case "count-selected":
      return elementsOf(at(0)).length;
    case "selected-at":
      return elementsOf(at(0))[whole(numberOf(at(1)))] ?? "";
    case "count-non-empty":
      return a.filter((v) => !isEmpty(v)).length;
    case "today":
      return dayOf(moment(now));
    case "now":
      return now;
    case "date":
      return dayOf(x());
    case "format-date":
      return cut(formatted(x(), t()));
    case "decimal-date-time":
      return x();
    case "decimal-time":
      return bounded(x() - Math.floor(x()));
    case "number":
      return x();
    case "int":
      return bounded(whole(x()));
    case "floor":
      return bounded(Math.floor(x()));
    case "ceiling":
      return bounded(Math.ceil(x()));
    case "abs":
      return Math.abs(x());
    case "sqrt":
      return bounded(Math.sqrt(x()));
    case "round":
      return bounded(round(x(), a.length > 1 ? numberOf(at(1)) : 0));
    case "pow":
      return bounded(power(x(), numberOf(at(1))));
    case "min":
    case "max":
    case "sum":
      return many(name, a.map(numberOf).filter((n) => !Number.isNaN(n))); // prettier-ignore
    case "string":
      return s();
    case "string-length":
      return Array.from(s()).length;
    case "concat":
      return cut(a.map(textOf).join(""));
    case "join":
      return cut(a.slice(1).map(textOf).join(s()));
    case "contains":
      return s().includes(t());
    case "starts-with":
      return s().startsWith(t());
    case "ends-with":
      return s().endsWith(t());
    case "substr":
    case "substring":
      return part(name, Array.from(s()), a.map(numberOf));
    case "substring-before":
      return s().includes(t()) ? s().slice(0, s().indexOf(t())) : "";
    case "substring-after":
      return s().includes(t()) ? s().slice(s().indexOf(t()) + t().length) : "";
    case "translate":
      return translated(s(), Array.from(t()), Array.from(textOf(at(2))));
    case "normalize-space":
      return elementsOf(s()).join(" ");
    case "regex":
      return matches(t(), s());
  }
  return "";
}

/** Of what is answered alone. */
function many(name: string, n: number[]): Value {
  if (name === "sum") return bounded(n.reduce((all, x) => all + x, 0));
  return n.length === 0 ? "" : n.reduce((best, x) => (name === "min" ? x < best : x > best) ? x : best); // prettier-ignore
}

/** Half up to so many places, 12 at most, before the point where negative. */
function round(x: number, places: number): number {
  const p = whole(places);
  if (!(Math.abs(p) <= 12)) return NaN;
  const by = power(10, Math.abs(p));
  if (p < 0) return Math.floor(x / by + 0.5) * by;
  return Math.abs(x) * by > MOST.number ? x : Math.floor(x * by + 0.5) / by;
}

/** Multiplies, so that it is the same everywhere: the exponent is whole, 64 at most. */
function power(x: number, n: number): number {
  if (n !== whole(n) || !(Math.abs(n) <= 64) || (x === 0 && n < 0)) return NaN;
  let out = 1;
  for (let i = 0; i < Math.abs(n); i++) out *= x;
  return n < 0 ? 1 / out : out;
}

function part(name: string, of: string[], [, first = NaN, second]: number[]): string {
  let [from, to] = [whole(first), of.length];
  if (name === "substr") {
    if (second !== undefined) to = whole(second);
    if (from < 0) from += of.length;
    if (to < 0) to += of.length;
  } else {
    from = Math.floor(first + 0.5) - 1;
    if (second !== undefined) to = from + Math.floor(second + 0.5);
  }
  [from, to] = [Math.max(from, 0), Math.min(to, of.length)];
  return from < to ? of.slice(from, to).join("") : "";
}

function translated(s: string, from: string[], to: string[]): string {
  return Array.from(s)
    .map((c) => (from.includes(c) ? (to[from.indexOf(c)] ?? "") : c))
    .join("");
}
