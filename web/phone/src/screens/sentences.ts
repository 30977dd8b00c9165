/** Sentences made of the village's plain values, for the first screens; deeds.ts and why.ts have those of the others. */
import { daysBetween, type DueVisit, type HouseholdLine, type Status, type VisitLine } from "../village";
import { choiceOf, photoOf } from "../../../shared/wire";
import type { Form } from "../forms";
import { choices, choiceWords, fieldWords, toneOf } from "./kinds";
import { dayWords, monthDay, say } from "./say";

const visit = "visit";

export function visitType(type: string | null): string {
  return choiceWords(visit, "type", type ?? "routine");
}

/** The same in Chinese whatever the screen's language: what is signed, and what leaves the phone. */
export const typeTitle = (type: string): string => choiceOf(visit, "type", type)?.title ?? type;

export const visitTypes = (): { value: string; title: string }[] => choices(visit, "type");

export const visitState = (state: string): string => choiceWords(visit, "state", state);

export const visitTone = (state: string): string => toneOf(visit, "state", state);

/** What a field of a visit is called, by its question where the form is at hand; a photo by its place among `photos`. */
export function visitField(field: string, form: Form | null = null, photos: readonly string[] = []): string {
  const photo = photoOf(field);
  if (!photo) return fieldWords(visit, field, form);
  const n = photos.indexOf(photo) + 1;
  return n ? say("photo_n", { n }) : say("photo_gone");
}

export const signerWords = (who: string): string => choiceWords(visit, "signature." + who, who);

export const wayWords = (way: string | null): string => choiceWords(visit, "way", way, "");

/** When the household was visited last, and why that does not count where it does not. */
export function lastVisitWords(h: Pick<HouseholdLine, "last" | "dueOnly">): string {
  if (!h.last) return say("never_visited");
  const last = say("last_visit", { when: monthDay(h.last.at), way: wayWords(h.last.way) })
    .trim()
    .replace(/,$/, "");
  return h.dueOnly.length ? last + " · " + say("last_only", { ways: h.dueOnly.map(wayWords).join("、") }) : last;
}

/** Why nothing comes and goes; "": it does, as far as is known. */
export const awayWords = (s: Status): string => (s.offline ? say("no_net") : s.unreached ? say("no_server") : "");

/** When it is to be visited next; "" where no rule says. */
export function nextDueWords(h: Pick<HouseholdLine, "due">, today: string): string {
  if (h.due === null) return "";
  const days = daysBetween(today, h.due);
  return say("next_due", { day: dayWords(h.due, today), when: dueWords({ days }) });
}

/**
 * The one word for where a visit stands, and its tone. What its author has to do comes first, then what is on its way,
 * then what the office says.
 */
export function standing(v: VisitLine): { text: string; tone: string } {
  if (v.void) return { text: say("voided"), tone: "bad" };
  if (v.pending && v.state !== "draft" && v.state !== "returned") return { text: say("pending"), tone: "wait" };
  if (v.changed && v.state === "approved") return { text: say("changed_after"), tone: "info" };
  return { text: visitState(v.state), tone: visitTone(v.state) };
}

export function dueWords(d: Pick<DueVisit, "days">): string {
  if (d.days < 0) return say("overdue_by", { n: -d.days });
  return d.days === 0 ? say("due_now") : say("due_in", { n: d.days });
}

export function householdName(h: Pick<HouseholdLine, "head">): string {
  return say("household_of", { name: h.head });
}
