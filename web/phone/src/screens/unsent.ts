/** Finding what is begun or on its way by what stands in it: the roster knows nothing of it yet. */
import { key, words } from "../../../shared/fold/key";
import { isObject, type Json } from "../../../shared/wire";
import type { Village } from "../village";
import { begunOf } from "./begun";
import { outboxWords, placeOf, thingsOf } from "./deeds";
import { say } from "./say";

export interface Unsent {
  id: string;
  to: string;
  text: string;
  state: string;
  at: number;
}

/** All texts of a value, folded as searches compare them. */
function textsOf(v: Json): string {
  if (typeof v === "string") return key(v) + "\n";
  if (Array.isArray(v)) return v.map(textsOf).join("");
  return isObject(v) ? Object.values(v).map(textsOf).join("") : "";
}

/** Those in which every word of the query is found, the newest first. `found`: households that fit it anyhow. */
export function unsentFor(village: Village, query: string, found: ReadonlySet<string>): Unsent[] {
  const asked = words(query);
  if (asked.length === 0) return [];
  const fits = (text: string): boolean => asked.every((w) => text.includes(w));
  const out: Unsent[] = [];
  for (const d of village.drafts.value) {
    const begun = begunOf(village, d);
    const of = isObject(d.value) ? d.value["household"] : null;
    if (begun.to && (fits(key(begun.who + begun.what) + "\n" + textsOf(d.value)) || found.has(String(of))))
      out.push({ id: d.id, to: begun.to, text: (begun.who + " " + begun.what).trim(), state: say("drafts"), at: d.at });
  }
  for (const e of thingsOf(village.outbox(), new Set())) {
    const text = outboxWords(e);
    const to = e.state === "held" ? "/outbox" : placeOf(village, e.deeds) || "/outbox";
    if (fits(key(text) + "\n" + e.items.map((i) => textsOf(i as unknown as Json)).join("")))
      out.push({ id: e.id, to, text, state: say(e.state === "held" ? "ob_held" : "pending"), at: e.at });
  }
  return out.sort((a, b) => b.at - a.at).slice(0, 20);
}
