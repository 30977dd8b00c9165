/**
 * What an edit of a household or a person becomes. Only what was changed is written, and it names as seen what the
 * editor showed when it opened: a value that came since then stays beside it.
 */
import { elements, seenBy, seenElement, shownValue, type Shown } from "../../fold";
import { equal, fieldOf, isObject, item, type Item, type Json, type JsonObject } from "../../../../shared/wire";
import { reasonIn, textIn } from "../amending";

export interface Edited {
  texts: { [field: string]: string };
  place: Json;
  categories: string[];
  remark: string;
  /** A new identity number of a person, "" where what stands is to stay. */
  id: string;
  /** Why there is none. */
  noId: string;
}

/** What an editor has a box of its own for, beside those of the table. */
const ownBoxes = ["id_number", "no_id"];

export const textOf = (was: Shown, field: string): string => {
  const v = shownValue(was, field);
  return typeof v === "string" ? v : "";
};

export const categoriesOf = (was: Shown): string[] =>
  elements(was, "categories").filter((v): v is string => typeof v === "string");

/** The values beside the one in the box. They have to be on the screen, since an edit names them as seen. */
export function others(was: Shown, field: string): Json[] {
  const shown = shownValue(was, field);
  return (was.fields[field] ?? [])
    .map((h) => h.value)
    .filter((v, i, all) => !equal(v, shown) && all.findIndex((w) => equal(v, w)) === i);
}

/** The items of an edit; none where nothing was changed. Its texts are as they are to be written. */
export function editRoster(was: Shown, now: Edited, me: string): Item[] {
  const wanted: JsonObject = {};
  for (const field of Object.keys(now.texts)) {
    const text = now.texts[field] ?? "";
    if (text !== textOf(was, field)) wanted[field] = text.trim() || null;
  }
  wanted["place"] = now.place;
  if (was.kind === "person") {
    const reason = now.id ? "" : now.noId.trim(); // who has a number needs no reason
    if (now.id) wanted["id_number"] = now.id;
    if (reason !== reasonIn(shownValue(was, "no_id"))) wanted["no_id"] = reason ? { reason } : null;
  }
  const out: Item[] = [];
  for (const field of Object.keys(wanted)) {
    const v = wanted[field] ?? null;
    if (!equal(v, shownValue(was, field))) out.push(item.set(was.id, field, v, seenBy(was, field, me)));
  }
  const before = categoriesOf(was);
  now.categories.filter((c) => !before.includes(c)).forEach((c) => out.push(item.add(was.id, "categories", c)));
  before
    .filter((c) => !now.categories.includes(c))
    .forEach((c) => out.push(item.rm(was.id, "categories", c, seenElement(was, "categories", c))));
  const remark = now.remark.trim();
  if (remark) out.push(item.log(was.id, "remarks", remark));
  return out;
}

/** Lays what a held line wanted over what the record shows. */
export function lay(f: Edited, items: readonly Item[]): void {
  for (const i of items) {
    if (i[0] === "log") f.remark = i[3];
    else if (i[0] === "set" && i[2] === "place") f.place = isObject(i[3]) ? i[3] : null;
    else if (i[0] === "set" && i[2] === "id_number") f.id = textIn(i[3]);
    else if (i[0] === "set" && i[2] === "no_id") f.noId = reasonIn(i[3]);
    else if (i[0] === "set") f.texts[i[2]] = textIn(i[3]);
    else if (i[0] === "add" || i[0] === "rm")
      f.categories = f.categories.filter((c) => c !== i[3]).concat(i[0] === "add" ? [String(i[3])] : []);
  }
}

/** A record may be far larger than what a draft holds: of it stays what stands on the phone. */
export function slim(s: Shown): Shown {
  const onPhone = <T>(of: { [field: string]: T }): { [field: string]: T } =>
    Object.fromEntries(
      Object.entries(of).filter(([field]) => fieldOf(s.kind, field)?.phone || ownBoxes.includes(field)),
    );
  const logs = { remarks: (s.logs["remarks"] ?? []).slice(-5) };
  return { ...s, row: null, by: [], fields: onPhone(s.fields), sets: onPhone(s.sets), logs, states: {}, held: [] };
}
