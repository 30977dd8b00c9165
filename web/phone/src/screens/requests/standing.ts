/** Where a request stands, in words. */
import type { RequestLine } from "../../village";
import { choices, choiceWords, toneOf } from "../kinds";
import { say } from "../say";

/** Nobody has received what is on this phone alone. */
export function stateWords(r: RequestLine): string {
  return r.unsent ? say("pending") : choiceWords("request", "state", r.state);
}

/** Whom it is of: a person, or all of a household. */
export const whoWords = (r: RequestLine): string => (r.person || !r.who ? r.who : say("household_of", { name: r.who }));

export const stateTone = (r: RequestLine): string => toneOf("request", "state", r.state);

export const urgencies = (): { value: string; title: string }[] => choices("request", "urgency");

export const urgencyTone = (r: RequestLine): string => toneOf("request", "urgency", r.urgency);

export function limitWords(due: NonNullable<RequestLine["due"]>): string {
  return say(due.left < 0 ? "over" : "left", {
    n: Math.abs(due.left),
    unit: say(due.unit === "workdays" ? "unit_workdays" : "unit_days"),
  });
}
