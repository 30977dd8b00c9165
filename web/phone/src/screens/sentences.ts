/** Sentences made of the village's plain values. */
import { fieldTitle, kindTitle } from "../forms";
import type { Deed, DueVisit, HouseholdLine, OutboxEntry, VisitLine } from "../village";
import { monthDay, say, sayMaybe } from "./say";

export function visitType(type: string | null): string {
  return sayMaybe("type_" + (type ?? "routine"), type ?? "");
}

export function visitState(state: string): string {
  return sayMaybe("state_" + state, state);
}

export function lastVisitWords(v: VisitLine | null): string {
  return v ? say("last_visit", { when: monthDay(v.at), way: sayMaybe("way_" + (v.way ?? ""), "") }).trim().replace(/,$/, "") : say("never_visited");
}

export function dueWords(d: DueVisit): string {
  if (d.days < 0) return say("overdue_by", { n: -d.days });
  return d.days === 0 ? say("due_now") : say("due_in", { n: d.days });
}

export function householdName(h: Pick<HouseholdLine, "head">): string {
  return say("household_of", { name: h.head });
}

export function deedWords(d: Deed): string {
  if (d.deed === "judge") return say("deed_judge");
  const what = d.kind === "visit" ? visitType(d.type) : kindTitle(d.kind);
  const about = d.about;
  switch (d.deed) {
    case "new":
      return say(d.kind === "visit" ? "deed_new" : "deed_new_other", { what, about });
    case "change":
      return say("deed_change", { what, about, fields: Array.from(new Set(d.fields.map((f) => fieldTitle(d.kind, f)))).slice(0, 4).join("、") });
    case "note":
      return say("deed_note", { what, about });
    case "step":
      if (d.to === "submitted") return say("deed_submit", { what, about });
      return say("deed_step", { what, about, from: visitState(d.from), to: visitState(d.to) });
  }
}

export function outboxWords(e: OutboxEntry): string {
  const deeds = e.deeds.map(deedWords).join("；");
  return e.media.count > 0 ? deeds + "，" + say("with_media", { n: e.media.count }) : deeds;
}

export function whyWords(code: string, why: string): string {
  return sayMaybe("why_" + code, why || code, { why });
}
