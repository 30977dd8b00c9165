/** Held lines: which editor shows all that one wanted, and what replaces it. */
import type { OutboxEntry, Village } from "../village";
import type { CommitId, Item, Json, NewItem, RecordId } from "../../../shared/wire";
import { filedAs } from "../words";

/** What the roster's editors show of a household and of a person. Nothing else of a held line may be left out unseen. */
export const rosterFields: { [kind: string]: readonly string[] } = {
  household: ["head", "address", "group", "phone", "place", "remarks"],
  person: ["name", "phone", "categories"],
};

export interface HeldLine {
  entry: OutboxEntry;
  /** What it wanted, its own rulings apart. */
  items: Exclude<Item, { 0: "judge" }>[];
}

export function heldLine(village: Village, id: CommitId): HeldLine | null {
  const entry = id ? village.outbox().find((e) => e.id === id && e.state === "held") : undefined;
  return entry ? { entry, items: wanted(entry) } : null;
}

function wanted(e: OutboxEntry): HeldLine["items"] {
  return e.items.filter((i): i is Exclude<Item, { 0: "judge" }> => i[0] !== "judge");
}

/** The `new` of a kind among a held line's items. */
export function newOf(held: HeldLine | null, kind: string): NewItem | null {
  return held?.items.find((i): i is NewItem => i[0] === "new" && i[2] === kind) ?? null;
}

/** A value for a box of text, also where an older app wrote another type. */
export function textIn(v: Json | undefined): string {
  return typeof v === "string" ? v : typeof v === "number" ? String(v) : "";
}

/**
 * Saves what replaces a held line. One that was itself to replace another, and was held too, takes that with it: else
 * nothing would ever end it.
 */
export function amend(village: Village, held: HeldLine, items: Item[], draft: string): Promise<CommitId> {
  const open = new Set(
    village
      .outbox()
      .filter((e) => e.state === "held")
      .map((e) => e.id),
  );
  const before = held.entry.items.filter((i) => i[0] === "judge" && open.has(i[1]) && i[1] !== held.entry.id);
  return village.amend(held.entry.id, [...before, ...items], [], { draft });
}

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
    (i) => i[1] === rid && i[0] !== "new" && i[0] !== "go" && rosterFields[kind]?.includes(i[2]),
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
  const home = householdOf(village, request[4]["person"]);
  return request[4]["item"] === filedAs.change && home ? `/household/${home}/change${end}` : "/report" + end;
}

/** The household of the person a request is about, where both are on the phone. */
export function householdOf(village: Village, person: Json | undefined): RecordId {
  const home = typeof person === "string" ? (village.person(person)?.household ?? "") : "";
  return home && village.householdLine(home) ? home : "";
}
