/** What is understood of what the roster's boxes hold. Nothing is right too: all of it may be unknown. */
import { birth, identity, isPhone, isWrong, line, type Identity, type Wrong } from "../../../../shared/fold";

/** What a box says now: what was understood, or as it was typed where that is nothing right. */
export const taken = (text: string, read: (t: string) => string | Wrong): string => {
  const said = text.trim() ? read(text) : "";
  return isWrong(said) ? text.trim() : said;
};

/** By field, how its box is read. */
export interface Reads {
  [field: string]: (text: string) => string | Wrong;
}

/** Whether a box may be saved as it is: one that nobody has to understand may. */
export const right = (text: string, read: Reads[string] | undefined): boolean =>
  text.trim() === "" || !read || !isWrong(read(text));

export const readBirth =
  (today: string) =>
  (text: string): string | Wrong =>
    birth(text, today);

export const readNumber =
  (today: string) =>
  (text: string): string | Wrong => {
    const id = identity(text, today);
    return isWrong(id) ? id : id.number;
  };

/** The number with what it says by itself; null where it is none. */
export function identityIn(text: string, today: string): Identity | null {
  const id = identity(text, today);
  return isWrong(id) ? null : id;
}

/** Kept as it was written, since 转 and 儿子 say something; only what nobody sees goes. */
export const readPhone = (text: string): string | Wrong => (isPhone(text) ? line(text) : { wrong: "phone" });
