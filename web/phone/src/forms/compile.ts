/**
 * Makes commits of answers. A new visit is one `new` with everything in it; an edit writes what differs from what was
 * shown when the editor opened, naming that as seen. Submitting is a commit of its own, so that a refused step never
 * holds content back.
 */
import { elements, seenElement, seenShown, seenStep, shownValue, type Shown } from "../fold";
import {
  canon,
  equal,
  fieldOf,
  isObject,
  item,
  type CommitId,
  type Item,
  type Json,
  type JsonObject,
  type RecordId,
} from "../../../shared/wire";
import { askedQuestions, resolve } from "./shown";
import { answered, fieldOfQuestion, type Answers, type Form, type Setting } from "./types";

/** Fields every visit may have whether or not its form asks for them. */
const ALWAYS = [
  "audio",
  "photos",
  "place",
  "visitors",
  "signature.household",
  "signature.visitor1",
  "signature.visitor2",
  "signature.village",
];

const FRAME = ["type", "household", "persons", "started", "ended", "form"];

/** Fields that belong to the visit itself and not to a question. */
export interface Frame {
  type: string;
  household: RecordId | null;
  persons: RecordId[];
  started: number;
  /** Null: nobody knows, since the beginning was put in by hand. */
  ended: number | null;
}

/** The fields that are submitted: of asked questions alone, a hidden one's answer stays in the draft. */
export function submitted(form: Form, answers: Answers, at: Setting): JsonObject {
  const out: JsonObject = {};
  const { asked: questions, answers: said } = resolve(form, answers, at);
  const asked = questions.map(fieldOfQuestion);
  for (const field of new Set([...asked, ...ALWAYS])) {
    const v = said[field];
    if (v === undefined || !answered(v) || field === "risk" || field === "risk.reason") continue;
    out[field] = typeof v === "string" ? v.trim() : v;
  }
  if (asked.includes("risk") && answered(said["risk"])) {
    const reason = asked.includes("risk.reason") ? String(said["risk.reason"] ?? "").trim() : "";
    out["risk"] = { level: said["risk"] as Json, ...(reason ? { reason } : {}) };
  }
  return out;
}

export function newVisit(rid: RecordId, area: string, form: Form, frame: Frame, answers: Answers, at: Setting): Item[] {
  const fields: JsonObject = {
    type: frame.type,
    started: frame.started,
    ...(frame.ended === null ? {} : { ended: frame.ended }),
    form: form.name + "@" + form.version,
  };
  if (frame.household) fields["household"] = frame.household;
  if (frame.persons.length > 0) fields["persons"] = frame.persons;
  return [item.create(rid, "visit", area, { ...fields, ...submitted(form, answers, at) })];
}

/** The step that follows a new visit's own commit. */
export function submitNew(rid: RecordId, made: CommitId): Item[] {
  return [item.go(rid, "state", "draft", "submitted", [made])];
}

/**
 * What changed since the editor opened; empty where nothing did. `was` is what it showed then. Written is only what
 * stands otherwise than if nothing had been touched: what is not asked now, because the roster or the form changed,
 * stays as it is. Of two values the form shows one, and names that alone as seen. `persons`: who is visited now, and
 * the setting of those who were: with somebody taken off goes what was asked for their sake.
 */
export function editVisit(
  was: Shown,
  form: Form,
  answers: Answers,
  at: Setting,
  me: string,
  persons?: { now: RecordId[]; before: Setting },
): Item[] {
  const now = submitted(form, answers, at);
  const untouched = submitted(form, answersOf(was), persons?.before ?? at);
  const out: Item[] = persons ? setChange(was, "persons", persons.now) : [];
  for (const field of new Set([...Object.keys(now), ...Object.keys(untouched)])) {
    const v = now[field] ?? null;
    const of = fieldOf("visit", field);
    const list = Array.isArray(v) ? v : [];
    if (of?.class === "set") out.push(...(of.type === "medium" ? arranged : setChange)(was, field, list));
    else if (!equal(v, untouched[field] ?? null) && !equal(v, shownValue(was, field))) {
      out.push(item.set(was.id, field, v, seenShown(was, field, me)));
    }
  }
  return out;
}

/**
 * Adds to what amends a held line all that line wanted of fields the form does not ask for now: its author never saw
 * those go. `before`: the answers the record shows.
 */
export function withUnasked(
  made: Item[],
  rid: RecordId,
  held: Item[],
  form: Form,
  at: Setting,
  before: Answers = {},
): Item[] {
  const asked = new Set([
    ...askedQuestions(form, withItems(before, rid, held), at).map(fieldOfQuestion),
    ...ALWAYS,
    ...FRAME,
  ]);
  made.forEach((m) => m[0] !== "new" && m[0] !== "judge" && asked.add(m[2]));
  const out = [...made];
  for (const i of held) {
    if (i[0] === "judge" || i[0] === "go" || i[1] !== rid) continue;
    if (i[0] !== "new") {
      if (!asked.has(i[2])) out.push(i);
      continue;
    }
    const first = out.findIndex((m) => m[0] === "new" && m[1] === rid);
    const anew = out[first];
    if (anew?.[0] !== "new") continue;
    const rest: JsonObject = {};
    Object.keys(i[4])
      .filter((f) => !asked.has(f))
      .forEach((f) => (rest[f] = i[4][f] as Json));
    out[first] = item.create(rid, "visit", anew[3], { ...rest, ...anew[4] });
  }
  return out;
}

/** Back to the reviewers, with all that the editor showed and what it saved since. */
export function resubmit(was: Shown, saved: CommitId[]): Item[] | null {
  const from = String(shownValue(was, "state") ?? "draft");
  if (from !== "draft" && from !== "returned") return null;
  return [item.go(was.id, "state", from, "submitted", Array.from(new Set([...seenStep(was), ...saved])).sort())];
}

/** The answers an editor starts from. */
export function answersOf(s: Shown): Answers {
  const out: Answers = {};
  for (const field of Object.keys(s.fields)) {
    const v = shownValue(s, field);
    if (field === "risk" && isObject(v)) {
      out["risk"] = v["level"] ?? null;
      if (v["reason"] !== undefined) out["risk.reason"] = v["reason"] as Json;
    } else if (v !== null) out[field] = v;
  }
  for (const field of Object.keys(s.sets)) out[field] = elements(s, field);
  return out;
}

/** A held line's own words over what the record shows: where its author's editor goes on. */
export function withItems(answers: Answers, rid: RecordId, items: Item[]): Answers {
  const out: Answers = { ...answers };
  const group = (field: string, v: Json): void => {
    if (field !== "risk" || !isObject(v)) out[field] = v;
    else {
      out["risk"] = v["level"] ?? null;
      out["risk.reason"] = v["reason"] ?? null;
    }
  };
  for (const i of items) {
    if (i[1] !== rid) continue;
    if (i[0] === "new") Object.keys(i[4]).forEach((f) => group(f, i[4][f] as Json));
    if (i[0] === "set") group(i[2], i[3]);
    if (i[0] === "add" || i[0] === "rm") {
      const now = out[i[2]];
      const rest = (Array.isArray(now) ? now : []).filter((v) => !equal(v, i[3]));
      out[i[2]] = i[0] === "add" ? [...rest, i[3]] : rest;
    }
  }
  return out;
}

/** When it was, put right by hand. The end that the phone noted does not belong to another beginning. */
export function dateVisit(was: Shown, started: number, me: string): Item[] {
  if (equal(started, shownValue(was, "started"))) return [];
  const set = (field: string, v: Json): Item => item.set(was.id, field, v, seenShown(was, field, me));
  return [set("started", started), ...(shownValue(was, "ended") === null ? [] : [set("ended", null)])];
}

/**
 * What makes media stand as they do now. A set keeps the order in which its elements were added: from where that differs,
 * they are added once more, so that a photo taken again stands where the one stood that it replaces.
 */
function arranged(was: Shown, field: string, now: Json[]): Item[] {
  const before = elements(was, field);
  const kept = before.filter((v) => now.includes(v));
  let same = 0;
  while (same < kept.length && kept[same] === now[same]) same++;
  return [
    ...now.slice(same).map((v) => item.add(was.id, field, v)),
    ...before.filter((v) => !now.includes(v)).map((v) => item.rm(was.id, field, v, seenElement(was, field, v))),
  ];
}

function setChange(was: Shown, field: string, now: Json[]): Item[] {
  const before = new Set(elements(was, field).map(canon));
  const after = new Set(now.map(canon));
  const added = now.filter((v) => !before.has(canon(v))).map((v) => item.add(was.id, field, v));
  const gone = elements(was, field).filter((v) => !after.has(canon(v)));
  return [...added, ...gone.map((v) => item.rm(was.id, field, v, seenElement(was, field, v)))];
}
