/** Takes out of a text what could change how the text around it reads; the twin of internal/fold/clean.go. */
const breaks = /\r\n|[\r\u0085\u2028\u2029]/g;
const turns =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** Direction marks, controls, tags go. Line feeds and tabs stay, other breaks become line feeds. */
export const clean = (text: string): string => text.replace(breaks, "\n").replace(turns, "");

/** The same for what has one line, such as a name. */
export const line = (text: string): string =>
  clean(text)
    .replace(/[\n\t]/g, " ")
    .replace(/^[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/g, "");

const leftwards = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** What somebody is called, as it may stand in a sentence: what reads from right to left stands between isolates. */
export const isolated = (name: string): string => {
  const l = line(name);
  return leftwards.test(l) ? "\u2068" + l + "\u2069" : l;
};
