/** Sentences made of the village's plain values. */
import type { Deed, DueVisit, HouseholdLine, OutboxEntry } from "../village";
import { choiceWords, fieldWords, kindWords } from "./kinds";
import { monthDay, say, sayMaybe } from "./say";

export function visitType(type: string | null): string {
  return choiceWords("visit", "type", type ?? "routine");
}

export function visitState(state: string): string {
  return choiceWords("visit", "state", state);
}

export const wayWords = (way: string | null): string => choiceWords("visit", "way", way, "");

/** When the household was visited last, and why that does not count where it does not. */
export function lastVisitWords(h: Pick<HouseholdLine, "last" | "dueOnly">): string {
  if (!h.last) return say("never_visited");
  const last = say("last_visit", { when: monthDay(h.last.at), way: wayWords(h.last.way) })
    .trim()
    .replace(/,$/, "");
  return h.dueOnly.length ? last + " · " + say("last_only", { ways: h.dueOnly.map(wayWords).join("、") }) : last;
}

export function dueWords(d: DueVisit): string {
  if (d.days < 0) return say("overdue_by", { n: -d.days });
  return d.days === 0 ? say("due_now") : say("due_in", { n: d.days });
}

export function householdName(h: Pick<HouseholdLine, "head">): string {
  return say("household_of", { name: h.head });
}

/** A sentence stays one where nobody knows any more whom it is of. */
export const deedWords = (d: Deed): string => deedSays(d).replace(/ +(?=：|:|$)/, "");

function deedSays(d: Deed): string {
  if (d.deed === "judge") return say("deed_judge");
  const what = d.kind === "visit" ? visitType(d.type) : kindWords(d.kind);
  const about = d.about;
  switch (d.deed) {
    case "new":
      return say(d.kind === "visit" ? "deed_new" : "deed_new_other", { what, about });
    case "change":
      return say("deed_change", {
        what,
        about,
        fields: Array.from(new Set(d.fields.map((f) => fieldWords(d.kind, f))))
          .slice(0, 4)
          .join("、"),
      });
    case "note":
      return say("deed_note", { what, about });
    case "step":
      if (d.to === "submitted") return say("deed_submit", { what, about });
      return say("deed_step", {
        what,
        about,
        from: choiceWords(d.kind, d.field, d.from),
        to: choiceWords(d.kind, d.field, d.to),
      });
  }
}

export function outboxWords(e: OutboxEntry): string {
  const { photos, signatures, voices } = e.media;
  const media = [
    photos && say("with_photos", { n: photos }),
    signatures && say("with_signatures", { n: signatures }),
    voices && say("with_voices", { n: voices }),
  ].filter(Boolean);
  return [e.deeds.map(deedWords).join("；"), ...(media.length ? [media.join("、")] : [])].join("，");
}

/** Why a line is held. The server names fields as the protocol does: here they get the names users know. */
export function whyWords(e: Pick<OutboxEntry, "code" | "why" | "items" | "deeds">): string {
  const at = /^第 (\d+) 项: /.exec(e.why);
  const it = e.items[at ? Number(at[1]) - 1 : e.items.findIndex((i) => i[0] !== "judge")];
  const kind =
    it?.[0] === "new" ? it[2] : e.deeds.reduce((k, d) => (d.deed !== "judge" && d.id === it?.[1] ? d.kind : k), "");
  const why = e.why
    .slice(at?.[0].length ?? 0)
    .replace(/ \([\w.]+\)$/, "")
    .replace(/^([\w.]+): /, (_, f: string) => fieldWords(kind, f) + "：");
  return sayMaybe("why_" + e.code, why || e.code, { why: why.replace("值的类型不对", say("why_form")) });
}
