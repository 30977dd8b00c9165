/** Sentences made of the village's plain values, for the first screens; deeds.ts and why.ts have those of the others. */
import type { DueVisit, HouseholdLine } from "../village";
import { choiceWords } from "./kinds";
import { monthDay, say } from "./say";

export function visitType(type: string | null): string {
  return choiceWords("visit", "type", type ?? "routine");
}

export function visitState(state: string): string {
  return choiceWords("visit", "state", state);
}

export const wayWords = (way: string | null): string => choiceWords("visit", "way", way, "");

/** When the household was visited last, and why that does not count where it does not. */
export function lastVisitWords(h: Pick<HouseholdLine, "last" | "dueOnly">): string {
  if (!h.last) return say("never_visited");
  const last = say("last_visit", { when: monthDay(h.last.at), way: wayWords(h.last.way) })
    .trim()
    .replace(/,$/, "");
  return h.dueOnly.length ? last + " · " + say("last_only", { ways: h.dueOnly.map(wayWords).join("、") }) : last;
}

export function dueWords(d: DueVisit): string {
  if (d.days < 0) return say("overdue_by", { n: -d.days });
  return d.days === 0 ? say("due_now") : say("due_in", { n: d.days });
}

export function householdName(h: Pick<HouseholdLine, "head">): string {
  return say("household_of", { name: h.head });
}
