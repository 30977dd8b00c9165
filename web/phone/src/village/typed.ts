import { clean } from "../../../shared/fold/clean";
import type { Item, Json } from "../../../shared/wire";

/**
 * Items without what turns the text around it in anything somebody typed. What takes an element away, and a step, name
 * what is there as it is.
 */
export const typed = (items: Item[]): Item[] =>
  items.map((i) => (i[0] === "rm" || i[0] === "go" ? i : (cleaned(i as Json) as unknown as Item)));

function cleaned(v: Json): Json {
  if (typeof v === "string") return clean(v);
  if (Array.isArray(v)) return v.map(cleaned);
  if (typeof v !== "object" || v === null) return v;
  return Object.fromEntries(Object.entries(v).map(([name, of]) => [name, cleaned(of)]));
}
