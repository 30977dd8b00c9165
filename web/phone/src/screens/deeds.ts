/** What own commits did, in sentences. */
import type { Deed, OutboxEntry, Village } from "../village";
import { choiceWords, fieldWords, kindWords } from "./kinds";
import { say } from "./say";
import { visitType } from "./sentences";

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

/** The page of what the deeds are about; "" where it is not on this phone. */
export function placeOf(village: Village, deeds: readonly Deed[]): string {
  for (const d of deeds) {
    if (d.deed === "judge") continue;
    const home = d.kind === "household" ? d.id : d.kind === "person" ? (village.person(d.id)?.household ?? "") : "";
    if (home && village.householdLine(home)) return "/household/" + home;
    if (d.kind === "visit" && village.visit(d.id)) return "/visit/" + d.id;
    if (d.kind === "request" && village.requests().some((r) => r.id === d.id)) return "/request/" + d.id;
  }
  return "";
}

/**
 * Entries as people count them: those about one thing are one, in the state that is furthest from done. What waits for a
 * held line of the same thing is told with that.
 */
export function thingsOf(entries: readonly OutboxEntry[], held: ReadonlySet<string>): OutboxEntry[] {
  const states = ["unsent", "sending", "waiting"];
  const out = new Map<string, OutboxEntry>();
  for (const e of entries) {
    if (e.state === "waiting" && held.has(e.thing)) continue;
    const one = out.get(e.thing);
    if (!one) {
      out.set(e.thing, e);
      continue;
    }
    const media = { ...one.media };
    (Object.keys(media) as (keyof typeof media)[]).forEach((k) => (media[k] += e.media[k]));
    const state = states.indexOf(e.state) < states.indexOf(one.state) ? e.state : one.state;
    out.set(e.thing, { ...one, state, bytes: one.bytes + e.bytes, deeds: [...one.deeds, ...e.deeds], media });
  }
  return Array.from(out.values(), (e) => ({ ...e, deeds: e.deeds.filter((d) => !isSaid(d, e.deeds)) }));
}

/** That a visit was handed in goes without saying where what was handed in is told. */
const isSaid = (d: Deed, all: readonly Deed[]): boolean =>
  d.deed === "step" &&
  d.to === "submitted" &&
  all.some((o) => (o.deed === "new" || o.deed === "change") && o.id === d.id);

export function outboxWords(e: OutboxEntry): string {
  const { photos, signatures, voices } = e.media;
  const media = [
    photos && say("with_photos", { n: photos }),
    signatures && say("with_signatures", { n: signatures }),
    voices && say("with_voices", { n: voices }),
  ].filter(Boolean);
  return [e.deeds.map(deedWords).join("；"), ...(media.length ? [media.join("、")] : [])].join("，");
}
