/**
 * What keeps an editor from being saved, each with its field. It is said at the foot and at the field itself: here is what
 * is said, when, and the way there, for the editor of visits and all others alike.
 */
import { nextTick } from "vue";
import { isLacking, type GapCode } from "../forms";
import { say } from "./say";

/** stale: a signature whose text has changed since. later: a visit that is to come. wrong: not to be understood. */
export interface Missing {
  field: string;
  title: string;
  code: GapCode | "stale" | "later" | "wrong";
  limit?: number;
  /** What the form itself says of it. */
  words?: string;
}

/** Boxes and signatures say these themselves, with what was understood. */
const ownWords = ["stale", "number", "wrong"];

export const gapWords = (g: Missing): string =>
  g.words ?? (g.code === "wrong" ? say("f_wrong", { what: g.title }) : say(`gap_${g.code}`, { n: g.limit ?? 0 }));

/**
 * What is to be said at a field; "": nothing, or nothing yet. What is wrong is said as soon as it stands there, what is
 * missing once somebody wants to go on (`told`).
 */
export function gapAt(gaps: readonly Missing[], field: string, told: boolean): string {
  const g = gaps.find((x) => x.field === field);
  return !g || ownWords.includes(g.code) || (isLacking(g.code) && !told) ? "" : gapWords(g);
}

/** A field that must say something; null where it does. */
export const needed = (field: string, title: string, there: unknown): Missing | null =>
  there ? null : { field, title, code: "missing" };

/** A field whose box has to be understood. */
export const understood = (field: string, title: string, fine: boolean): Missing | null =>
  fine ? null : { field, title, code: "wrong" };

/** All of it in a sentence, what is missing first. */
export function allGaps(gaps: readonly Missing[]): string {
  const said = (word: "f_missing" | "f_wrong", of: readonly Missing[]): string =>
    of.length ? say(word, { what: of.map((g) => g.title).join("、") }) : "";
  const lacking = gaps.filter((g) => isLacking(g.code));
  const others = gaps.filter((g) => !isLacking(g.code));
  return [said("f_missing", lacking), said("f_wrong", others)].filter(Boolean).join(" · ");
}

/** The id of the block that holds a field. */
export const blockOf = (field: string): string => "q-" + field.replace(".", "-");

/** Brings the block of a field into view, and the focus into it. */
export async function jump(field: string): Promise<void> {
  await nextTick();
  const block = document.getElementById(blockOf(field));
  block?.scrollIntoView({ block: "center" });
  (block?.querySelector<HTMLElement>("input, textarea, button") ?? block)?.focus({ preventScroll: true });
}
