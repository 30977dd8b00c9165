/** Items for what is not a visit: problem reports, discoveries, remarks; and the titles of fields for sentences. */
import { fieldOf, item, type Digest, type Item, type Json, type JsonObject, type RecordId } from "../../../shared/wire";
import type { Form } from "./types";
import { answered, fieldOfQuestion, told } from "./types";

export interface Report {
  item: string;
  text: string;
  urgency: string;
  person: RecordId | null;
  /** Where it is about all of it, and no one person. */
  household?: RecordId | null;
  visit: RecordId | null;
}

/** A change of the roster, as far as it is known. `date`: 2026-03-01. */
export interface Change {
  change: string;
  category: string;
  date: string;
  reason: string;
  photos: Digest[];
  audio: Digest[];
}

/** What was said: nothing stands for what was not. */
function said(fields: { [field: string]: Json }): JsonObject {
  const out: JsonObject = {};
  for (const k of Object.keys(fields)) {
    const v = fields[k] as Json;
    const value = typeof v === "string" ? v.trim() : v;
    if (answered(value)) out[k] = value;
  }
  return out;
}

export function newRequest(rid: RecordId, area: string, r: Report & Partial<Change>): Item {
  const { item: what, household = null, ...rest } = r;
  return item.create(rid, "request", area, said({ item: what, household, ...rest }));
}

export interface Discovered {
  name: string;
  sex: string;
  birth: string;
  address: string;
  group: string;
  phone: string;
  categories: string[];
  /** The identity number, or why there is none. */
  number?: string;
  noNumber?: string;
}

/** A household with one person in it: both in one commit, so that neither stands alone. */
export function newHousehold(
  household: RecordId,
  person: RecordId,
  area: string,
  d: Discovered,
  coordinator: string,
): Item[] {
  return [
    item.create(
      household,
      "household",
      area,
      said({ head: d.name, address: d.address, group: d.group, phone: d.phone, coordinator, members: [person] }),
    ),
    item.create(
      person,
      "person",
      area,
      said({
        name: d.name,
        sex: d.sex,
        birth: d.birth,
        id_number: d.number ?? "",
        no_id: d.noNumber?.trim() ? { reason: d.noNumber.trim() } : null,
        phone: d.phone,
        household,
        categories: d.categories,
      }),
    ),
  ];
}

export function remark(rid: RecordId, text: string): Item[] {
  return text.trim() ? [item.log(rid, "remarks", text.trim())] : [];
}

/** What a field is called: by its question where a form is at hand, else by the table of kinds. */
export function fieldTitle(kind: string, field: string, form: Form | null = null): string {
  const base = field.startsWith("comments.") ? field.slice("comments.".length) : field;
  for (const s of form?.sections ?? [])
    for (const q of s.questions) if (fieldOfQuestion(q) === base) return told(q.title, () => "……");
  return fieldOf(kind, base)?.title ?? base;
}
