/** Names as they are typed in letters: whole syllables, the beginnings of them, initials, or a mixture: luosl, lsl. */
type Readings = typeof import("./pinyin").readings;

let readings: Readings | null = null;

/** Fetches the table of readings, which the worker keeps like the rest of the app; false where it cannot be had now. */
export async function fetchReadings(): Promise<boolean> {
  try {
    readings ??= (await import("./pinyin")).readings;
  } catch {
    return false; // asked again with the next search
  }
  return true;
}

export const readable = (): boolean => readings !== null;

/** What may stand for each character that is read, and with which letters each may begin. */
export interface Spelled {
  readonly of: readonly (readonly string[])[];
  readonly begins: readonly string[];
}

/** Null until the table is there. */
export function spelled(folded: string): Spelled | null {
  const read = readings;
  if (!read) return null;
  const of = Array.from(folded, (c) => (c >= "\u3400" ? [...read(c), c] : read(c))).filter((r) => r.length > 0); // 罗sl is typed too
  return { of, begins: of.map((r) => r.map((x) => x.charAt(0)).join("")) };
}

const longest = 30; // letters of a query that count: places in it are the bits of a number

/** A word in letters as it is compared: tones and apostrophes go, ü is v. Null: it has none, or signs besides. */
export function lettersOf(word: string): string | null {
  const plain = word
    .normalize("NFD")
    .replace(/u\u0308/g, "v")
    .replace(/[\u0300-\u036f'’`]/g, "");
  return /^[a-z0-9\u3400-\u9fff]+$/.test(plain) && /[a-z]/.test(plain) ? plain.slice(0, longest) : null;
}

/** Where the letters can be read: 0 from the beginning of a name, 1 from within, -1 nowhere. */
export function reads(name: Spelled, letters: string): number {
  const initial = letters.charAt(0);
  for (let from = 0; from < name.of.length; from++) {
    if (name.begins[from]?.includes(initial) && (letters.length === 1 || readsFrom(name.of, from, letters)))
      return from === 0 ? 0 : 1;
  }
  return -1;
}

/** The bits of `at` are how many letters may have been read before a character. Each takes at least one. */
function readsFrom(of: Spelled["of"], from: number, letters: string): boolean {
  const all = letters.length;
  let at = 1;
  for (let i = from; i < of.length && at !== 0; i++) {
    const ways = of[i] as readonly string[];
    let next = 0;
    for (let n = 0; n < all; n++) {
      if (((at >> n) & 1) === 0) continue;
      for (const r of ways) {
        let k = 0;
        while (k < r.length && r.charCodeAt(k) === letters.charCodeAt(n + k)) next |= 1 << (n + ++k);
      }
    }
    if ((next >> all) & 1) return true;
    at = next;
  }
  return false;
}
