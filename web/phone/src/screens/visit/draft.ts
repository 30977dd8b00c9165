/** What a visit in the making is made of, as it is kept in the drafts at every change. */
import type { Shown } from "../../fold";
import type { Answers } from "../../forms";
import { isObject, type Json } from "../../wire";

export interface VisitDraft {
  v: 1;
  rid: string; // the visit's id, made before it is saved
  type: string;
  area: string;
  household: string;
  persons: string[];
  started: number;
  answers: Answers;
  form: string; // "routine@1" of the record that is changed, or ""
  /** What the editor showed when it opened: every id in it counts as seen. Null for a new visit. */
  was: Shown | null;
  amend: string; // the held line that this replaces, or ""
  carried: string[]; // fields filled by 同上次 and not touched since
}

/** Null: not a visit's draft, or one of a newer app. */
export function readDraft(v: Json): VisitDraft | null {
  if (!isObject(v) || v["v"] !== 1 || typeof v["rid"] !== "string" || typeof v["type"] !== "string" || !isObject(v["answers"])) return null;
  return v as unknown as VisitDraft; // written by this app alone, sealed
}

export function toJson(d: VisitDraft): Json {
  return JSON.parse(JSON.stringify(d)) as Json; // also takes Vue's proxies off
}
