/** How hanzi are read, every reading: 单 and 仇 and 曾 are surnames with a reading of their own. A chunk that comes later. */
import { also, common, rare, syllables } from "./pinyin.gen";

const firstSign = 0x100;
let table: Map<string, string[]> | null = null;

function build(): Map<string, string[]> {
  const out = new Map<string, string[]>();
  const all = syllables.split(" ");
  const put = (c: string, sign: string): void => {
    const s = all[sign.charCodeAt(0) - firstSign];
    out.set(c, s ? [s] : []);
  };
  const gbk = new TextDecoder("gb18030");
  let at = 0;
  for (let row = 0xb0; row <= 0xf7 && at < common.length; row++) {
    const codes = new Uint8Array(2 * 94);
    for (let cell = 0; cell < 94; cell++) {
      codes[2 * cell] = row;
      codes[2 * cell + 1] = 0xa1 + cell;
    }
    for (const c of gbk.decode(codes)) {
      if (c >= "\u4e00" && c <= "\u9fff") put(c, common.charAt(at++));
    }
  }
  at = 0;
  for (let u = 0x4e00; u <= 0x9fa5; u++) {
    const c = String.fromCharCode(u);
    if (!out.has(c)) put(c, rare.charAt(at++));
  }
  for (const s of Object.keys(also)) {
    for (const c of also[s] ?? "") out.get(c)?.push(s);
  }
  return out;
}

/** The readings of one character of a folded text; letters and digits are read as themselves, what is not read is []. */
export function readings(c: string): readonly string[] {
  table ??= build();
  const known = table.get(c);
  if (known) return known.flatMap((s) => (s.includes("v") ? [s, s.replace("v", "u"), s.replace("v", "yu")] : [s])); // lv, lu, lyu
  return /[a-z0-9]/.test(c) ? [c] : [];
}
