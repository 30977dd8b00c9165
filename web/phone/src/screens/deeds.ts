/** What own commits did, in sentences. */
import type { Deed, OutboxEntry } from "../village";
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

export function outboxWords(e: OutboxEntry): string {
  const { photos, signatures, voices } = e.media;
  const media = [
    photos && say("with_photos", { n: photos }),
    signatures && say("with_signatures", { n: signatures }),
    voices && say("with_voices", { n: voices }),
  ].filter(Boolean);
  return [e.deeds.map(deedWords).join("；"), ...(media.length ? [media.join("、")] : [])].join("，");
}
