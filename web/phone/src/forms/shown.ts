/** Which questions are asked, given the answers so far and who is visited. */
import { equal, type Json } from "../../../shared/wire";
import {
  answered,
  fieldOfQuestion,
  type Answers,
  type Condition,
  type Form,
  type Question,
  type Section,
  type Setting,
  type Visited,
} from "./types";

/** Whole years on a day; null where the birth is unknown or not a date. */
export function ageOn(birth: string | null, today: string): number | null {
  const b = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birth ?? "");
  const t = /^(\d{4})-(\d{2})-(\d{2})/.exec(today);
  if (!b || !t) return null;
  const years = Number(t[1]) - Number(b[1]);
  const had = (b[2] ?? "01") + (b[3] ?? "01") <= (t[2] ?? "") + (t[3] ?? "");
  return had ? years : years - 1;
}

/** The form's sections with only the questions that are asked. A hidden question counts as unanswered. */
export function askedSections(form: Form, answers: Answers, at: Setting): Section[] {
  const known = new Map<string, Json>();
  return form.sections
    .map((s) => ({
      title: s.title,
      questions: s.questions.filter((q) => {
        const asked = !q.shown || holds(q.shown, known, at);
        const v = answers[fieldOfQuestion(q)];
        if (asked && v !== undefined && answered(v)) known.set(q.id, v);
        return asked;
      }),
    }))
    .filter((s) => s.questions.length > 0);
}

export function askedQuestions(form: Form, answers: Answers, at: Setting): Question[] {
  return askedSections(form, answers, at).reduce<Question[]>((all, s) => all.concat(s.questions), []);
}

/** Whether a condition is met by the answers known, by question. */
export function holds(c: Condition, known: ReadonlyMap<string, Json>, at: Setting): boolean {
  if (c.question !== undefined) return tests(c, known.get(c.question));
  if (c.category) {
    const wanted = c.category;
    return at.visited.some((p) => p.categories.some((k) => wanted.includes(k)));
  }
  if (c.age) return at.visited.some((p) => within(p, c.age ?? {}, at.today));
  if (c.all) return c.all.every((x) => holds(x, known, at));
  if (c.any) return c.any.some((x) => holds(x, known, at));
  if (c.none) return !c.none.some((x) => holds(x, known, at));
  return true;
}

function tests(c: Condition, v: Json | undefined): boolean {
  if (c.answered !== undefined) return c.answered === (v !== undefined);
  if (v === undefined) return false;
  if (c.is !== undefined) return equal(v, c.is);
  if (c.in) return c.in.some((x) => equal(v, x));
  if (c.not !== undefined) return !equal(v, c.not);
  if (c.has !== undefined) {
    const wanted = c.has;
    return Array.isArray(v) && v.some((x) => equal(x, wanted));
  }
  return true;
}

function within(p: Visited, span: { from?: number; under?: number }, today: string): boolean {
  const age = ageOn(p.birth, today);
  return (
    age !== null && (span.from === undefined || age >= span.from) && (span.under === undefined || age < span.under)
  );
}
