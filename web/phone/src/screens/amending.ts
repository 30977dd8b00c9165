/** Held lines: what one wanted, and what replaces it. */
import type { OutboxEntry, Village } from "../village";
import { isObject, type CommitId, type Item, type Json, type NewItem, type RecordId } from "../../../shared/wire";

export interface HeldLine {
  entry: OutboxEntry;
  items: Exclude<Item, { 0: "judge" }>[];
}

export function heldLine(village: Village, id: CommitId): HeldLine | null {
  const entry = id ? village.outbox().find((e) => e.id === id && e.state === "held") : undefined;
  return entry ? { entry, items: wanted(entry) } : null;
}

/** What a line wants, its own rulings apart. */
export function wanted(e: OutboxEntry): HeldLine["items"] {
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

/** The reason of a group such as no_id. */
export const reasonIn = (v: Json | undefined): string => (isObject(v) ? textIn(v["reason"]) : "");

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

/** The household of the person a request is about, where both are on the phone. */
export function householdOf(village: Village, person: Json | undefined): RecordId {
  const home = typeof person === "string" ? (village.person(person)?.household ?? "") : "";
  return home && village.householdLine(home) ? home : "";
}
