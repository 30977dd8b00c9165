/** 同上次 (same as last time), the proposed risk level, and alarms: what answers bring about by themselves. */
import type { Json } from "../../../shared/wire";
import { askedQuestions, resolve } from "./shown";
import { allQuestions } from "./spoken";
import { answered, fieldOfQuestion, type Answers, type Form, type Level, type Question, type Setting } from "./types";

/** What 同上次 fills: answers of the last visit to questions that carry, asked now and not yet answered. */
export function carried(form: Form, answers: Answers, last: Answers, at: Setting): Answers {
  const out: Answers = {};
  // An answer filled in may make the next question asked.
  for (const q of allQuestions(form)) {
    if (!q.carry) continue;
    const field = fieldOfQuestion(q);
    const v = last[field];
    if (v === undefined || !answered(v) || answered(answers[field]) || !stillValid(q, v)) continue;
    if (askedQuestions(form, { ...answers, ...out }, at).some((x) => x.id === q.id)) out[field] = v;
  }
  if (out["risk"] !== undefined && answered(last["risk.reason"]) && !answered(answers["risk.reason"]))
    out["risk.reason"] = last["risk.reason"] as Json;
  return out;
}

/** A choice an office took off its list does not come back by 同上次. */
function stillValid(q: Question, v: Json): boolean {
  if (q.choices.length === 0) return true;
  const values = q.choices.map((c) => c.value);
  return Array.isArray(v) ? v.every((x) => values.includes(String(x))) : values.includes(String(v));
}

const RANK: Level[] = ["一般", "重点", "高"];

/** The level that answers propose, with the question that speaks loudest; null where none does or it is chosen already. */
export function proposedRisk(form: Form, answers: Answers, at: Setting): { level: Level; because: string } | null {
  let best: { level: Level; because: string } | null = null;
  const { asked, answers: said } = resolve(form, answers, at);
  for (const q of asked) {
    const v = said[fieldOfQuestion(q)];
    for (const c of q.choices) {
      const chosen = v === c.value || (Array.isArray(v) && v.includes(c.value));
      if (chosen && c.raises && (!best || RANK.indexOf(c.raises) > RANK.indexOf(best.level)))
        best = { level: c.raises, because: q.title + ": " + c.title };
    }
  }
  const now = RANK.findIndex((l) => l === answers["risk"]);
  return best && RANK.indexOf(best.level) > now ? best : null;
}

/** Alarms that answers set off, such as "child". */
export function alarms(form: Form, answers: Answers, at: Setting): string[] {
  const out = new Set<string>();
  const { asked, answers: said } = resolve(form, answers, at);
  for (const q of asked) {
    const v = said[fieldOfQuestion(q)];
    if (q.alarm && v === true) out.add(q.alarm);
    for (const c of q.choices)
      if (c.alarm && (v === c.value || (Array.isArray(v) && v.includes(c.value)))) out.add(c.alarm);
  }
  return Array.from(out);
}
