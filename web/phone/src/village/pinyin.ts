/** First letters of names, every reading of them: 单 and 仇 and 曾 are surnames with a reading of their own. */
import { also, letters } from "./pinyin.gen";

const mostReadings = 12;

/** Where each letter of pinyin begins, for what GB 2312 lacks; the browser knows the order. */
const begins = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const beginning = "abcdefghjklmnopqrstwxyz";

let table: Map<string, string> | null = null;

function build(): Map<string, string> {
  const out = new Map<string, string>();
  const gbk = new TextDecoder("gb18030");
  let at = 0;
  for (let row = 0xb0; row <= 0xf7 && at < letters.length; row++) {
    const codes = new Uint8Array(2 * 94);
    for (let cell = 0; cell < 94; cell++) {
      codes[2 * cell] = row;
      codes[2 * cell + 1] = 0xa1 + cell;
    }
    for (const c of gbk.decode(codes)) {
      if (c >= "\u4e00" && c <= "\u9fff") {
        out.set(c, letters[at++] ?? "");
      }
    }
  }
  for (const letter of Object.keys(also)) {
    for (const c of also[letter] ?? "") {
      out.set(c, (out.get(c) ?? "") + letter);
    }
  }
  return out;
}

const order = typeof Intl === "undefined" ? null : new Intl.Collator("zh-Hans-u-co-pinyin");

function readings(c: string): string {
  table ??= build();
  const known = table.get(c);
  if (known !== undefined) {
    return known;
  }
  if (/[a-z0-9]/i.test(c)) {
    return c.toLowerCase();
  }
  if (c < "\u3400" || !order) {
    return "";
  }
  let at = 0;
  while (at < begins.length && order.compare(begins[at] as string, c) <= 0) {
    at++;
  }
  const letter = at === 0 ? "" : (beginning[at - 1] as string);
  table.set(c, letter);
  return letter;
}

/** The initials of a name in every reading, at most a dozen: 曾解 is cj, cx, zj and zx. */
export function initials(name: string): string[] {
  let out = [""];
  for (const c of name) {
    const r = readings(c);
    if (r === "") {
      continue;
    }
    const next: string[] = [];
    for (const letter of r) {
      for (const head of out) {
        next.push(head + letter);
      }
    }
    out = next.slice(0, mostReadings);
  }
  return out[0] === "" ? [] : out;
}
