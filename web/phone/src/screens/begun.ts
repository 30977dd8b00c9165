/** What a draft is, of whom, and where it is gone on with. */
import type { DraftEntry, Village } from "../village";
import { say, sayMaybe } from "./say";
import { visitType } from "./sentences";
import { readDraft } from "./visit/draft";
import { readWriting } from "./writing";

export interface Begun {
  what: string;
  who: string;
  /** "" where this app cannot open it; it can be discarded all the same. */
  to: string;
}

export function begunOf(village: Village, d: DraftEntry): Begun {
  const visit = readDraft(d.value);
  if (visit)
    return {
      what: visitType(visit.type),
      who: village.householdLine(visit.household)?.head ?? "",
      to: "/form/" + d.id,
    };
  const other = readWriting(d.value);
  return other
    ? { what: sayMaybe(other.what, ""), who: other.who, to: d.id }
    : { what: say("drafts"), who: "", to: "" };
}
