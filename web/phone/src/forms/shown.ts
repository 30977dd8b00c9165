/** Which questions are asked, given the answers so far and who is visited; and what follows from answers by itself. */
import { textOf, type Env, type Value } from "../../../shared/expr";
import { equal, type Json } from "../../../shared/wire";
import { ageOn } from "./age";
import { asAnswer, asValue, met, offered, valueOf, visitedValue } from "./logic";
import {
  answered,
  fieldOfQuestion,
  told,
  type Answers,
  type Condition,
  type Form,
  type Question,
  type Section,
  type Setting,
  type Visited,
} from "./types";

export { ageOn } from "./age";

export interface Resolved {
  /** What is drawn: sections with the questions that are asked, their choices and titles as they are now. */
  sections: Section[];
  /** What is answered: by a person, or by a calculation. */
  asked: Question[];
  /** The answers given, with what follows from them, and without choices that are not offered. */
  answers: Answers;
  /** Whether an answer breaks the question's constraint. */
  breaks(q: Question, v: Json | undefined): boolean;
}

/**
 * One pass over the form, in its order: a question is asked by what stands before it. A hidden question counts as
 * unanswered; its answer stays among those given.
 */
export function resolve(form: Form, answers: Answers, at: Setting): Resolved {
  const known = new Map<string, Json>();
  const values = new Map<string, Value>();
  const titles = new Map<string, string>();
  const env: Env = {
    ref: (id) => values.get(id) ?? visitedValue(id, at),
    now: at.now ?? at.today + "T00:00",
  };
  const out: Resolved = {
    sections: [],
    asked: [],
    answers: { ...answers },
    breaks: (q, v) => answered(v) && q.constraint !== undefined && !met(q.constraint, { ...env, self: asValue(v) }),
  };
  for (const s of form.sections) {
    if (!met(s.relevant, env)) continue;
    const questions: Question[] = [];
    for (const q of s.questions) {
      if ((q.shown && !holds(q.shown, known, at)) || !met(q.relevant, env)) continue;
      const now = asNow(q, env, (id) => titles.get(id) ?? "……");
      if (q.kind !== "calculate") questions.push(now);
      if (q.kind === "note") continue;
      out.asked.push(now);
      const field = fieldOfQuestion(q);
      let value: Value | null = null;
      if (q.calculation !== undefined) {
        value = valueOf(q.calculation, env);
        put(out.answers, field, asAnswer(q, value));
      } else if (now.choices !== q.choices) put(out.answers, field, still(q, now, answers[field]));
      const v = out.answers[field];
      if (v === undefined || !answered(v)) continue;
      known.set(q.id, v);
      values.set(q.id, q.kind === "calculate" && value !== null ? value : asValue(v));
      titles.set(q.id, inTitle(now, v));
    }
    if (questions.length > 0) out.sections.push({ title: told(s.title, (id) => titles.get(id) ?? "……"), questions });
  }
  return out;
}

/** A question with what depends on answers; itself where nothing does. */
function asNow(q: Question, env: Env, answer: (id: string) => string): Question {
  const out: Question = { ...q };
  if (q.filter) out.choices = offered(q, env);
  if (q.requiredIf && met(q.requiredIf, env)) out.required = true;
  out.title = told(q.title, answer);
  if (q.hint) out.hint = told(q.hint, answer);
  if (q.message) out.message = told(q.message, answer);
  const same = out.title === q.title && out.hint === q.hint && out.message === q.message && out.required === q.required;
  return same && !q.filter ? q : out;
}

/** An answer without the choices that are not offered now; words that no choice has stay. */
function still(q: Question, now: Question, v: Json | undefined): Json | undefined {
  const gone = (x: Json): boolean => q.choices.some((c) => c.value === x) && !now.choices.some((c) => c.value === x);
  if (!Array.isArray(v)) return v === undefined || gone(v) ? undefined : v;
  const left = v.filter((x) => !gone(x));
  return left.length > 0 ? left : undefined;
}

function put(answers: Answers, field: string, v: Json | undefined): void {
  if (v === undefined) delete answers[field];
  else answers[field] = v;
}

/** An answer in the title of another question. */
function inTitle(q: Question, v: Json): string {
  const title = (x: Json): string => q.choices.find((c) => c.value === x)?.title ?? textOf(asValue(x));
  return Array.isArray(v) ? v.map(title).join("、") : title(v);
}

/** What a visit that begins has by default, of questions not answered yet. */
export function defaults(form: Form, answers: Answers, at: Setting): Answers {
  const out: Answers = {};
  for (const s of form.sections) {
    for (const q of s.questions) {
      const field = fieldOfQuestion(q);
      if (q.default === undefined || answered(answers[field])) continue;
      const so = resolve(form, { ...answers, ...out }, at).answers;
      const of = (id: string): Json | undefined => so[fieldOfId(form, id)];
      put(
        out,
        field,
        asAnswer(
          q,
          valueOf(q.default, {
            ref: (id) => asValue(of(id)) || visitedValue(id, at),
            now: at.now ?? at.today + "T00:00",
          }),
        ),
      );
    }
  }
  return out;
}

function fieldOfId(form: Form, id: string): string {
  for (const s of form.sections) for (const q of s.questions) if (q.id === id) return fieldOfQuestion(q);
  return "";
}

/** The form's sections with only the questions that are asked. */
export const askedSections = (form: Form, answers: Answers, at: Setting): Section[] =>
  resolve(form, answers, at).sections;

/** Those that are answered, by a person or a calculation. */
export const askedQuestions = (form: Form, answers: Answers, at: Setting): Question[] =>
  resolve(form, answers, at).asked;

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
