/** Sentences made of the village's plain values. */
import { fieldTitle, kindTitle } from "../forms";
import { fieldOf } from "../wire";
import type { Deed, DueVisit, HouseholdLine, OutboxEntry, VisitLine } from "../village";
import { monthDay, named, say, sayMaybe } from "./say";

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

function titleOf(kind: string, field: string): string {
  return named(fieldTitle(kind || (["household", "person", "visit"].find((k) => fieldOf(k, field)) ?? ""), field));
}

export function deedWords(d: Deed): string {
  if (d.deed === "judge") return say("deed_judge");
  // Of a village that was taken away not even the kind is known any more.
  const what = d.kind === "visit" ? visitType(d.type) : named(kindTitle(d.kind)) || say(d.deed === "step" ? "visits" : "tab_roster");
  const about = d.about;
  switch (d.deed) {
    case "new":
      return say(d.kind === "visit" ? "deed_new" : "deed_new_other", { what, about });
    case "change":
      return say("deed_change", { what, about, fields: Array.from(new Set(d.fields.map((f) => titleOf(d.kind, f)))).slice(0, 4).join("、") }).replace(" ：", "：");
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

/** Why a line is held. The server names fields as the protocol does: here they get the names users know. */
export function whyWords(e: Pick<OutboxEntry, "code" | "why" | "items" | "deeds">): string {
  const at = /^第 (\d+) 项: /.exec(e.why);
  const it = e.items[at ? Number(at[1]) - 1 : e.items.findIndex((i) => i[0] !== "judge")];
  const kind = it?.[0] === "new" ? it[2] : e.deeds.reduce((k, d) => (d.deed !== "judge" && d.id === it?.[1] ? d.kind : k), "");
  const why = e.why.slice(at?.[0].length ?? 0).replace(/ \([\w.]+\)$/, "").replace(/^([\w.]+): /, (_, f: string) => titleOf(kind, f) + "：");
  return sayMaybe("why_" + e.code, why || e.code, { why: why.replace("值的类型不对", say("why_form")) });
}
