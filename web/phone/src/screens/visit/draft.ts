/** What a visit in the making is made of, as it is kept in the drafts at every change. */
import type { Shown } from "../../fold";
import type { Answers, Setting } from "../../forms";
import { timeOf, type Village } from "../../village";
import { isObject, type Json } from "../../../../shared/wire";

export interface VisitDraft {
  v: 1;
  rid: string; // the visit's id, made before it is saved
  type: string;
  area: string;
  household: string;
  persons: string[];
  started: number;
  dated?: boolean; // by hand
  answers: Answers;
  form: string; // "routine@1" of the record that is changed, or of one chosen beside the usual, or ""
  defaulted?: string[]; // the forms whose defaults were filled in
  /** What the editor showed when it opened: every id in it counts as seen. Null for a new visit. */
  was: Shown | null;
  amend: string; // the held line that this replaces, or ""
  carried: string[]; // fields filled by 同上次 and not touched since
  /** Of what was there when the editor opened: the digest of its text, and those its signatures were given to. */
  base?: { text: string; signed: string[] };
}

/** Null: not a visit's draft, or one of a newer app. */
export function readDraft(v: Json): VisitDraft | null {
  if (
    !isObject(v) ||
    v["v"] !== 1 ||
    typeof v["rid"] !== "string" ||
    typeof v["type"] !== "string" ||
    !isObject(v["answers"])
  )
    return null;
  return v as unknown as VisitDraft; // written by this app alone, sealed
}

export interface Asked {
  draft: string;
  household: string;
  edit: string;
  amend: string;
}

/** Nothing is said yet. */
export const blankDraft = (
  rid: string,
  started: number,
  asked: Pick<Asked, "household" | "amend"> = { household: "", amend: "" },
): VisitDraft => ({
  v: 1,
  rid,
  type: "routine",
  area: "",
  household: asked.household,
  persons: [],
  started,
  answers: {},
  form: "",
  was: null,
  amend: asked.amend,
  carried: [],
});

/** Whether a draft goes on with what is asked for: a new visit of the household, the same edit, the same held line. */
export function fits(d: VisitDraft, asked: Asked): boolean {
  if (asked.amend || d.amend) return d.amend === asked.amend;
  if (asked.edit || d.was) return d.was !== null && d.was.id === asked.edit;
  return asked.household !== "" && d.household === asked.household;
}

/** Who is visited, as far as questions depend on it. */
export function settingOf(village: Village, persons: readonly string[], started: number): Setting {
  return {
    today: village.day(),
    now: village.day(started) + "T" + timeOf(started),
    visited: persons
      .map((id) => village.person(id))
      .map((p) => ({ categories: p?.categories ?? [], birth: p?.birth ?? null })),
  };
}
