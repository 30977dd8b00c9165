/** Identity numbers (GB 11643); the twin of internal/fold/id.go. */
import { birth } from "./date";
import { narrow } from "./number";
import { isWrong, wrong, type Wrong } from "./wrong";

export interface Identity {
  /** 18 characters, the last may be X; an old one has 15 digits. */
  number: string;
  /** Of the first kind, without a check digit: to be replaced when the card is seen. */
  old: boolean;
  /** "1950-03-01" */
  birth: string;
  /** 男 or 女, as persons have it. */
  sex: string;
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The last character for the first 17 digits (ISO 7064 MOD 11-2). */
export const checkDigit = (body: string): string =>
  "10X98765432".charAt(weights.reduce((sum, w, i) => sum + w * Number(body.charAt(i)), 0) % 11);

/** 18 digits with their check digit, or 15 of the kind given out until 1999; any width and case, blanks and dashes go. */
export function identity(text: string, today: string): Identity | Wrong {
  const t = narrow(text).replace(/[- ]/g, "").replace(/[x×]/g, "X").toUpperCase();
  if (t === "") return wrong("empty");
  if (t.includes("*")) return wrong("masked");
  if (!/^[0-9]+X?$/.test(t)) return wrong("letter");
  if (t.length !== 18 && t.length !== 15) return wrong("length");
  const old = t.length === 15;
  if (old && t.endsWith("X")) return wrong("letter");
  if (!old && checkDigit(t) !== t.charAt(17)) return wrong("check");
  const born = birth(old ? "19" + t.slice(6, 12) : t.slice(6, 14), today);
  if (isWrong(born)) return wrong("id_birth");
  return { number: t, old, birth: born, sex: Number(t.charAt(old ? 14 : 16)) % 2 ? "男" : "女" };
}
