/** Why a line is held: the rule it broke, said in the words of the table; as it came where no rule is named. */
import { rules, whole } from "../../../shared/rules.gen";
import type { Fault, Item } from "../../../shared/wire";
import type { Deed } from "../village";
import { choiceWords, fieldWords } from "./kinds";
import { inEnglish, say, sayMaybe } from "./say";

export interface Held {
  code?: string;
  why?: string;
  fault?: Fault;
}

/** `of`: what the line did, or the kind of the record it is shown on. */
export function whyWords(h: Held, items: readonly Item[], of: readonly Deed[] | string): string {
  const why = (h.fault && faultWords(h.fault, items, of)) || h.why || h.code || "";
  return sayMaybe("why_" + h.code, why, { why });
}

function faultWords(f: Fault, items: readonly Item[], of: readonly Deed[] | string): string {
  const words = anew.includes(f.rule) ? say("why_form") : (inEnglish()?.rules ?? rules)[f.rule];
  if (typeof words !== "string") return "";
  const kind = kindOf(items[f.item ?? 0], of);
  const blanks: { [name: string]: string } = { field: f.field && fieldWords(kind, f.field) };
  Object.keys(f.args).forEach((name) => (blanks[name] = choiceWords(kind, f.field, f.args[name] ?? "")));
  const told = words.replace(/\{(\w+)\}/g, (blank, name: string) => blanks[name] ?? blank);
  const named = !f.field || whole.includes(f.rule) || words.includes("{field}");
  return named ? told : say("why_of", { what: blanks["field"] ?? "", why: told });
}

function kindOf(it: Item | undefined, of: readonly Deed[] | string): string {
  if (it?.[0] === "new") return it[2];
  return typeof of === "string" ? of : of.reduce((k, d) => (d.deed !== "judge" && d.id === it?.[1] ? d.kind : k), "");
}

/** Rules about a value's shape: what helps a person is to fill it in once more. */
const anew = ["value", "member"];
