/**
 * Reads a form's body. An office may write its own: what can't be read makes the whole form unusable (null) only where
 * its frame is broken; an unknown kind of question is asked as text, unknown keys are ignored.
 *
 * Texts come in the language asked for where the form has them in it (`en` beside `title`, `en_hint` beside `hint`,
 * `en_unit` beside `unit`), else in Chinese; values of answers are the same in each.
 */
import { isObject, type Json, type JsonObject } from "../../../shared/wire";
import type { Choice, Condition, Form, Language, Level, Limits, Question, QuestionKind, Section } from "./types";

const KINDS: QuestionKind[] = [
  "choice",
  "choices",
  "text",
  "number",
  "date",
  "yesno",
  "photo",
  "place",
  "signature",
  "time",
  "datetime",
  "audio",
  "note",
  "calculate",
];
const MOST = { sections: 40, questions: 200, choices: 200, depth: 4 };
/** Where the answers of some kinds go that no question needs to say. */
const FIELDS: { [kind: string]: string } = { photo: "photos", place: "place", audio: "audio" };

export function readForm(body: Json | undefined, language: Language = "zh"): Form | null {
  if (!isObject(body) || !Array.isArray(body["sections"])) return null;
  const raw = body["sections"];
  if (
    typeof body["name"] !== "string" ||
    typeof body["type"] !== "string" ||
    raw.length === 0 ||
    raw.length > MOST.sections
  )
    return null;
  const sections = raw.filter(isObject).map((s) => readSection(s, language));
  const all = sections.reduce<Question[]>((list, s) => list.concat(s.questions), []);
  const ids = new Set(all.map((q) => q.id));
  if (all.length === 0 || all.length > MOST.questions || ids.size !== all.length) return null;
  return { name: body["name"], type: body["type"], version: whole(body["version"], 1), sections };
}

function readSection(v: JsonObject, l: Language): Section {
  const list = Array.isArray(v["questions"]) ? v["questions"] : [];
  return {
    title: said(v, "title", "en", l),
    ...(text(v["relevant"]) ? { relevant: text(v["relevant"]) } : {}),
    questions: list
      .filter(isObject)
      .map((q) => readQuestion(q, l))
      .filter((q): q is Question => q !== null),
  };
}

function readQuestion(v: JsonObject, l: Language): Question | null {
  const id = text(v["id"]);
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return null;
  const kind = KINDS.find((k) => k === v["kind"]) ?? "text";
  const q: Question = {
    id,
    kind,
    title: said(v, "title", "en", l) || id,
    private: v["private"] === true,
    choices: readChoices(v["choices"], l),
    required: v["required"] === true,
    carry: v["carry"] === true,
    limits: readLimits(v["limits"]),
  };
  for (const k of ["hint", "unit"] as const) {
    const words = said(v, k, "en_" + k, l);
    if (words) q[k] = words;
  }
  if (text(v["alarm"])) q.alarm = text(v["alarm"]);
  if (typeof v["field"] === "string") q.field = v["field"];
  else if (FIELDS[kind]) q.field = FIELDS[kind];
  if (v["look"] === "minimal") q.minimal = true;
  for (const k of ["relevant", "constraint", "calculation", "default", "filter"] as const)
    if (text(v[k])) q[k] = text(v[k]);
  if (text(v["required_if"])) q.requiredIf = text(v["required_if"]);
  const message = said(v, "constraint_message", "en_constraint_message", l);
  if (message) q.message = message;
  if (v["shown"] !== undefined) q.shown = readCondition(v["shown"], 1);
  return q;
}

function readChoices(v: Json | undefined, l: Language): Choice[] {
  if (!Array.isArray(v)) return [];
  return v
    .slice(0, MOST.choices)
    .filter(isObject)
    .map((c) => {
      const choice: Choice = { value: text(c["value"]), title: said(c, "title", "en", l) || text(c["value"]) };
      if (c["raises"] === "高" || c["raises"] === "重点") choice.raises = c["raises"] as Level;
      if (text(c["alarm"])) choice.alarm = text(c["alarm"]);
      const of = c["of"];
      if (isObject(of)) {
        choice.of = {};
        for (const k of Object.keys(of)) choice.of[k] = text(of[k]);
      }
      return choice;
    });
}

function readLimits(v: Json | undefined): Limits {
  if (!isObject(v)) return {};
  const out: Limits = {};
  for (const k of ["min", "max", "lines"] as const) {
    const n = v[k];
    if (typeof n === "number") out[k] = n;
  }
  for (const k of ["whole", "past", "future"] as const) if (v[k] === true) out[k] = true;
  return out;
}

/** A condition that can't be read is met: a question too many is better than one never asked. */
function readCondition(v: Json | undefined, depth: number): Condition {
  if (!isObject(v) || depth > MOST.depth) return { all: [] };
  const c: Condition = {};
  if (typeof v["question"] === "string") c.question = v["question"];
  if (v["is"] !== undefined) c.is = v["is"];
  if (Array.isArray(v["in"])) c.in = v["in"];
  if (v["not"] !== undefined) c.not = v["not"];
  if (v["has"] !== undefined) c.has = v["has"];
  if (typeof v["answered"] === "boolean") c.answered = v["answered"];
  if (Array.isArray(v["category"])) c.category = v["category"].filter((x): x is string => typeof x === "string");
  if (isObject(v["age"])) c.age = readAge(v["age"]);
  for (const k of ["all", "any", "none"] as const) {
    const list = v[k];
    if (Array.isArray(list)) c[k] = list.map((x) => readCondition(x, depth + 1));
  }
  return c;
}

function readAge(v: JsonObject): { from?: number; under?: number } {
  const age: { from?: number; under?: number } = {};
  if (typeof v["from"] === "number") age.from = v["from"];
  if (typeof v["under"] === "number") age.under = v["under"];
  return age;
}

function said(v: JsonObject, key: string, english: string, l: Language): string {
  return (l === "en" && text(v[english])) || text(v[key]);
}

function text(v: Json | undefined): string {
  return typeof v === "string" ? v : "";
}

function whole(v: Json | undefined, other: number): number {
  return typeof v === "number" && Number.isInteger(v) ? v : other;
}
