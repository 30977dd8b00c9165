/** What pages show of a record by the table of kinds, beside what has a place of its own on them. */
import { linesOf, type Line, type Reader } from "../../../shared/record";
import type { JsonObject } from "../../../shared/wire";
import type { PersonLine, Village } from "../village";
import { choiceWords } from "./kinds";
import { named, say, when } from "./say";

/** Who reads: in the language of the screen, with the names this phone knows. */
export const readerOf = (village: Village): Reader => ({
  named,
  yes: say("yes"),
  no: say("no"),
  date: (ms) => when(ms, village.now()),
  name: (id) => village.person(id)?.name ?? village.householdLine(id)?.head ?? say("a_record"),
});

const placed = ["head", "name", "relation", "birth", "address", "group", "phone", "place", "categories", "remarks"];

/** Of a household or a person: all that stands on the phone and is not placed there already. */
export const factsOf = (village: Village, kind: string, values: JsonObject): Line[] =>
  linesOf(kind, values, readerOf(village), (f) => f.phone && !placed.includes(f.name));

/** Who somebody is, in a line: relation, sex, age, and what else the phone shows. */
export const memberWords = (village: Village, m: PersonLine): string =>
  [
    named(m.relation),
    choiceWords("person", "sex", m.sex),
    m.age === null ? "" : say("years", { n: m.age }),
    ...factsOf(village, "person", m.values).map((x) => x.label + " " + x.text),
  ]
    .filter(Boolean)
    .join(" · ");
