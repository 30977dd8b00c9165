/** Numbers and digits as people write them; the twin of internal/fold/number.go. */
import { blankRun, unseenRun } from "./key";
import { wrong, type Wrong } from "./wrong";

/** Full-width letters, digits and signs made narrow, every blank one blank. Unlike NFKC it leaves 10² alone. */
export const narrow = (text: string): string =>
  text
    .replace(unseenRun, "")
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(blankRun, (run) => " ".repeat(run.length))
    .replace(/[−‐‑‒–—﹣]/g, "-")
    .replace(/[。｡]/g, ".");

/** The ends without blanks. */
export const ends = (text: string): string => text.replace(/^ +| +$/g, "");

/** The digits of a text that has nothing else, blanks aside. */
export function digits(text: string): string | Wrong {
  const t = narrow(text).replace(/ /g, "");
  return t === "" ? wrong("empty") : /^[0-9]+$/.test(t) ? t : wrong("digits");
}

const number = /^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]+)?$/;
const mostDigits = 15; // a double keeps as many, whatever they are

/** A decimal number in its shortest form, "1200" or "-12.5", without exponent. */
export function decimal(text: string): string | Wrong {
  const t = ends(narrow(text));
  if (t === "") return wrong("empty");
  if (!number.test(t)) return wrong("number");
  const [, minus = "", whole = "", part = ""] =
    /^(-?)0*([0-9]*?)(?:\.([0-9]*?)0*)?$/.exec(t.replace(/[, +]/g, "")) ?? [];
  if (whole.length + part.length > mostDigits) return wrong("long");
  const out = (whole || "0") + (part && "." + part);
  return out === "0" ? out : minus + out;
}
