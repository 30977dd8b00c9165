/** Which editor shows all that a held line wanted, and which lines others are to replace. */
import { boxesOf } from "../../../shared/record";
import type { CommitId, NewItem } from "../../../shared/wire";
import type { OutboxEntry, Village } from "../village";
import { filedAs } from "../words";
import { householdOf, wanted } from "./amending";

/** What the roster's editors show beside the boxes of the table. Nothing else of a held line may be left out unseen. */
const beside: { [kind: string]: readonly string[] } = {
  household: ["place", "remarks"],
  person: ["categories", "id_number", "no_id"],
};

/** The lines that another one is to replace, with that one. */
export function replacements(entries: readonly OutboxEntry[]): Map<CommitId, OutboxEntry> {
  const out = new Map<CommitId, OutboxEntry>();
  entries.forEach((e) => e.items.forEach((i) => i[0] === "judge" && out.set(i[1], e)));
  return out;
}

/** Where a held line is amended; "" where no editor shows all of it and only the township can help. */
export function editorOf(village: Village, e: OutboxEntry): string {
  const items = wanted(e);
  const first = items[0];
  if (!e.canAmend || e.handedOver || !first) return "";
  const rid = first[1];
  const end = "?amend=" + e.id;
  if (items.length === 1 && first[0] === "log" && first[2] === "remarks") return "/remark/" + rid + end;
  const kinds = e.deeds.map((d) => (d.deed === "judge" ? "" : d.kind)).filter(Boolean);
  if (kinds.includes("visit")) return first[0] === "log" ? "" : "/form/" + village.newId() + end;
  if (items.every((i) => i[0] === "new")) return newEditor(village, items as NewItem[], end);
  const kind = kinds.every((k) => k === kinds[0]) ? (kinds[0] ?? "") : "";
  const shown = items.every(
    (i) =>
      i[1] === rid &&
      i[0] !== "new" &&
      i[0] !== "go" &&
      beside[kind]?.concat(boxesOf(kind).map((f) => f.name)).includes(i[2]),
  );
  return shown ? `/${kind}/${rid}/edit${end}` : "";
}

/** Of reports, proposals and discoveries: by what they are filed under, and what goes with them. */
function newEditor(village: Village, items: NewItem[], end: string): string {
  const kinds = items
    .map((i) => i[2])
    .sort()
    .join();
  if (kinds === "household,person,request") return "/discover" + end;
  const request = items[0];
  if (kinds !== "request" || !request) return "";
  const home = householdOf(village, request[4]["person"]); // a change is of one person
  return request[4]["item"] === filedAs.change && home ? `/household/${home}/change${end}` : "/report" + end;
}
