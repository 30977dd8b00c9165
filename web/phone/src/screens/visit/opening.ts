/** What a visit's editor begins with: a household, a record that is changed, or a held line. */
import { shownValue } from "../../fold";
import { answersOf, withItems } from "../../forms";
import type { Village } from "../../village";
import type { Item, Json } from "../../../../shared/wire";
import type { Asked, VisitDraft } from "./draft";

/** `blank` filled with it; null where what it is about is not on this phone. */
export function openDraft(village: Village, asked: Asked, blank: VisitDraft): Promise<VisitDraft | null> {
  if (asked.amend) return fromHeld(village, asked.amend, blank);
  return asked.edit ? fromRecord(village, asked.edit, blank) : begin(village, asked.household, blank);
}

async function begin(village: Village, household: string, blank: VisitDraft): Promise<VisitDraft | null> {
  const page = village.household(household);
  return (
    page && {
      ...blank,
      area: page.line.area,
      persons: page.members.map((m) => m.id),
      answers: { visitors: [village.me.id] },
    }
  );
}

async function fromRecord(village: Village, id: string, blank: VisitDraft): Promise<VisitDraft | null> {
  const was = await village.record(id);
  if (!was) return null;
  const answers = answersOf(was);
  return {
    ...blank,
    ...frame(village, (f) => shownValue(was, f), answers["persons"]),
    was,
    rid: was.id,
    area: was.area,
    answers,
  };
}

async function fromHeld(village: Village, id: string, blank: VisitDraft): Promise<VisitDraft | null> {
  const entry = village.outbox().find((e) => e.id === id);
  const first = entry?.items.find((i) => i[0] !== "judge");
  if (!entry || !first) return null;
  if (first[0] === "new") return anew(village, entry.items, blank);
  const d = await fromRecord(village, first[1], blank);
  const answers = d && withItems(d.answers, first[1], entry.items);
  const started = answers?.["started"];
  const dated = typeof started === "number" && started !== d?.started ? { started, dated: true } : {};
  return d && answers && { ...d, ...dated, answers, persons: ids(answers["persons"]) };
}

/** A visit as a line recorded it that was not taken over; null where the line records none. */
export function anew(village: Village, items: readonly Item[], blank: VisitDraft): VisitDraft | null {
  const first = items.find((i) => i[0] === "new");
  if (first?.[0] !== "new" || first[2] !== "visit") return null;
  const fields = first[4];
  const answers = withItems({}, first[1], [...items]);
  return {
    ...blank,
    ...frame(village, (f) => fields[f] ?? null, answers["persons"]),
    form: goneOn(village, fields),
    rid: first[1],
    area: first[3],
    answers,
  };
}

/** The newest of the form a visit was written by, where it is not the usual one of its type, which is "". */
function goneOn(village: Village, fields: { [field: string]: Json }): string {
  const name = String(fields["form"] ?? "").split("@")[0];
  const [usual, ...others] = village.formsOf(String(fields["type"] ?? ""));
  const same = usual?.body["name"] === name ? undefined : others.find((f) => f.body["name"] === name);
  return same ? name + "@" + same.body["version"] : "";
}

type Frame = Pick<VisitDraft, "type" | "household" | "form" | "started" | "persons">;

const ids = (v: Json | undefined): string[] =>
  Array.isArray(v) ? v.filter((p): p is string => typeof p === "string") : [];

function frame(village: Village, read: (field: string) => Json, persons: Json | undefined): Frame {
  const str = (v: Json): string => (typeof v === "string" ? v : "");
  const started = read("started");
  return {
    type: str(read("type")) || "routine",
    household: str(read("household")),
    form: str(read("form")),
    started: typeof started === "number" ? started : village.now(),
    persons: ids(persons),
  };
}
