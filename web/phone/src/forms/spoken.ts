/** How answers read. Apart from what forms mean: the first screen has no room for all of it. */
import type { Json } from "../../../shared/wire";
import { answered, type Form, type Question } from "./types";

/** An answer as words. */
export function spoken(
  q: Question,
  v: Json | undefined,
  head: { yes: string; no: string; unanswered: string },
): string {
  if (v === undefined || !answered(v)) return head.unanswered;
  if (typeof v === "boolean") return v ? head.yes : head.no;
  const title = (x: Json): string => q.choices.find((c) => c.value === x)?.title ?? String(x);
  if (Array.isArray(v)) return v.map(title).join("、");
  if (q.kind === "datetime") return title(v).replace("T", " ");
  return title(v) + (q.kind === "number" && q.unit ? " " + q.unit : "");
}

export function allQuestions(form: Form): Question[] {
  return form.sections.reduce<Question[]>((all, s) => all.concat(s.questions), []);
}
