/** What still keeps a visit from being submitted: a list to jump through, never a wall. Drafts never need anything. */
import { isDigest, isObject, type Json } from "../../../shared/wire";
import { resolve } from "./shown";
import { answered, fieldOfQuestion, type Answers, type Form, type Question, type Setting } from "./types";

/** Why a field is a gap; screens have the sentence for each. */
export type GapCode =
  | "missing"
  | "long"
  | "many"
  | "few"
  | "number"
  | "low"
  | "high"
  | "date"
  | "past"
  | "future"
  | "constraint"
  | "visitors"
  | "signature"
  | "witness";

/** Whether something is not there yet, as a signature to what the text says now; else what is there is wrong. */
export const isLacking = (code: string): boolean =>
  ["missing", "few", "visitors", "signature", "witness", "stale"].includes(code);

export interface Gap {
  field: string;
  title: string;
  code: GapCode;
  limit?: number;
  /** What the form says of it, where it has words of its own. */
  words?: string;
}

/** What a visit type needs to be submitted, from the office's rules; the server holds steps that lack it. */
export interface VisitRule {
  visitors: number;
  signatures: string[];
  unable: boolean;
}

/** Fits where no rule has been synced yet: two visitors and three signatures for an investigation, as the server asks. */
export function ruleFor(type: string, rule: VisitRule | null): VisitRule {
  if (type !== "investigation") return rule ?? { visitors: 0, signatures: [], unable: true };
  const signatures = Array.from(new Set(["household", "visitor1", "visitor2", ...(rule?.signatures ?? [])]));
  return { visitors: Math.max(2, rule?.visitors ?? 0), signatures, unable: true };
}

export function gaps(form: Form, answers: Answers, at: Setting, rule: VisitRule): Gap[] {
  const out: Gap[] = [];
  const r = resolve(form, answers, at);
  for (const q of r.asked) {
    const v = r.answers[fieldOfQuestion(q)];
    const gap = gapOf(q, v, at.today) ?? (r.breaks(q, v) ? broken(q) : null);
    if (gap) out.push(gap);
  }
  const visitors = Array.isArray(answers["visitors"])
    ? answers["visitors"].filter((v) => typeof v === "string" && v.trim() !== "")
    : [];
  if (visitors.length < rule.visitors) {
    drop(out, "visitors");
    out.push({ field: "visitors", title: "", code: "visitors", limit: rule.visitors });
  }
  for (const who of rule.signatures) {
    const field = "signature." + who;
    if (signed(answers[field])) continue;
    const open = out.some((g) => g.field === field);
    const unable = who === "household" && rule.unable && isUnable(answers[field]);
    if (unable) drop(out, field);
    else if (!open) out.push({ field, title: "", code: halfUnable(answers[field]) ? "witness" : "signature" });
  }
  return out;
}

function broken(q: Question): Gap {
  return { field: fieldOfQuestion(q), title: q.title, code: "constraint", ...(q.message ? { words: q.message } : {}) };
}

/** A drawn signature bound to the text that was shown. */
export function signed(v: Json | undefined): boolean {
  return isObject(v) && isDigest(String(v["image"] ?? "")) && isDigest(String(v["text"] ?? ""));
}

/** Somebody could not or would not sign, said why, and a witness is named. */
export function isUnable(v: Json | undefined): boolean {
  return halfUnable(v) && isObject(v) && String(v["witness"] ?? "").trim() !== "";
}

function halfUnable(v: Json | undefined): boolean {
  return isObject(v) && (v["unable"] === true || String(v["unable"] ?? "").trim() !== "");
}

function drop(list: Gap[], field: string): void {
  const i = list.findIndex((g) => g.field === field);
  if (i >= 0) list.splice(i, 1);
}

/** What is wrong with one answer, or null. A limit counts whether or not the question must be answered. */
export function gapOf(q: Question, v: Json | undefined, today: string): Gap | null {
  const gap = (code: GapCode, limit?: number): Gap => ({
    field: fieldOfQuestion(q),
    title: q.title,
    code,
    ...(limit === undefined ? {} : { limit }),
  });
  if (v === undefined || !answered(v)) return q.required ? gap(q.kind === "signature" ? "signature" : "missing") : null;
  const most = q.limits.max;
  switch (q.kind) {
    case "text":
      return Array.from(String(v)).length > (most ?? 2000) ? gap("long", most ?? 2000) : null;
    case "number":
      return numberGap(q, v, gap);
    case "date":
      return dateGap(q, String(v), today, gap);
    case "choices":
      return Array.isArray(v) && most !== undefined && v.length > most ? gap("many", most) : null;
    case "photo":
      return Array.isArray(v) && v.length > (most ?? 9) ? gap("many", most ?? 9) : null;
    case "signature":
      return signed(v) || isUnable(v) ? null : gap(halfUnable(v) ? "witness" : "signature");
    default:
      return null;
  }
}

type Make = (code: GapCode, limit?: number) => Gap;

function numberGap(q: Question, v: Json, gap: Make): Gap | null {
  if (typeof v !== "number" || !Number.isFinite(v) || (q.limits.whole && !Number.isInteger(v))) return gap("number");
  if (q.limits.min !== undefined && v < q.limits.min) return gap("low", q.limits.min);
  if (q.limits.max !== undefined && v > q.limits.max) return gap("high", q.limits.max);
  return null;
}

function dateGap(q: Question, v: string, today: string, gap: Make): Gap | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(v)) return gap("date");
  if (q.limits.past && v > today) return gap("past");
  if (q.limits.future && v < today) return gap("future");
  return null;
}
