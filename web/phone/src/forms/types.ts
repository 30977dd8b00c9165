/** What a form is made of. A form is data of the office; nothing here is written in code per visit type. */
import type { Json } from "../../../shared/wire";

export type QuestionKind =
  | "choice"
  | "choices"
  | "text"
  | "number"
  | "date"
  | "yesno"
  | "photo"
  | "place"
  | "signature"
  | "time"
  | "datetime"
  | "audio"
  | "note" // read, not answered
  | "calculate"; // neither read nor answered
export type Level = "一般" | "重点" | "高";

export interface Choice {
  value: string;
  title: string;
  raises?: Level;
  alarm?: string;
  /** What a filter asks for. */
  of?: { [name: string]: string };
}

export interface Limits {
  min?: number;
  max?: number;
  whole?: boolean;
  lines?: number;
  past?: boolean;
  future?: boolean;
}

export interface Condition {
  question?: string;
  is?: Json;
  in?: Json[];
  not?: Json;
  has?: Json;
  answered?: boolean;
  category?: string[];
  age?: { from?: number; under?: number };
  all?: Condition[];
  any?: Condition[];
  none?: Condition[];
}

export interface Question {
  id: string;
  title: string;
  hint?: string;
  kind: QuestionKind;
  /** Between the visitor and the office: no resident reads it, and no text they sign has it. */
  private: boolean;
  field?: string;
  choices: Choice[];
  required: boolean;
  shown?: Condition;
  limits: Limits;
  carry: boolean;
  unit?: string;
  alarm?: string;
  /** A choice as a list that opens. */
  minimal?: boolean;
  // Expressions (web/shared/expr) of questions that stand before; see internal/content/question.go.
  relevant?: string;
  requiredIf?: string;
  constraint?: string;
  message?: string; // of the constraint
  calculation?: string;
  default?: string;
  filter?: string;
}

export interface Section {
  title: string;
  relevant?: string; // an expression
  questions: Question[];
}

export interface Form {
  name: string;
  version: number;
  type: string;
  sections: Section[];
}

/** The languages a form's texts may be in. What is recorded and signed is the same in each. */
export type Language = "zh" | "en";

/** Answers by the visit's field they are written to; `risk` and `risk.reason` apart until they are compiled. */
export type Answers = { [field: string]: Json };

/** Whoever is visited, as far as conditions ask. */
export interface Visited {
  categories: string[];
  birth: string | null; // "YYYY-MM-DD" or less
}

/**
 * What an evaluation needs beside the answers. `today` is "YYYY-MM-DD" of the phone. `now`, "2026-12-01T08:30", is what
 * expressions take for it: when the visit began, so that what was signed does not change by itself.
 */
export interface Setting {
  visited: Visited[];
  today: string;
  now?: string;
}

/** The field of the visit that holds a question's answer. */
export function fieldOfQuestion(q: Question): string {
  return q.field ?? "answers." + q.id;
}

/** Whether a value counts as an answer. An empty text, list or object is none. */
export function answered(v: Json | undefined): boolean {
  if (v === undefined || v === null || v === "") return false;
  if (typeof v === "string") return v.trim() !== "";
  if (Array.isArray(v)) return v.length > 0;
  return typeof v !== "object" || Object.keys(v).length > 0;
}

/** A text with each answer that it tells, ${question}, as `of` says it. */
export const told = (text: string, of: (question: string) => string): string =>
  text.replace(/\$\{([^}]*)\}/g, (_, id: string) => of(id));
