/** All light records in memory, by what screens ask for. */
import type { AreaId, RecordId } from "../../../shared/wire";
import { list, str, type Light } from "./light";

export interface Entry {
  id: RecordId;
  area: AreaId;
  light: Light;
}

/** A household's other records. */
export interface Ties {
  persons: Set<RecordId>;
  visits: Set<RecordId>;
  cards: Set<RecordId>;
}

const tied: { [kind: string]: keyof Ties } = { person: "persons", visit: "visits", card: "cards" };

/**
 * Rows of the server by area, as they were last sent, under an overlay of records the own lines change. What is looked
 * up is the overlay where there is one. A record that two areas tell of (it was moved, and one area is not read yet) is
 * the one that came last.
 */
export class Book {
  private readonly areas = new Map<AreaId, Map<RecordId, Light>>();
  private readonly over = new Map<RecordId, Entry>();
  private readonly kinds = new Map<string, Map<RecordId, Entry>>();
  private readonly ties = new Map<RecordId, Ties>();
  private readonly memberOf = new Map<RecordId, RecordId>(); // a person a household names
  private readonly tiedTo = new Map<RecordId, RecordId>();
  private readonly all = new Map<RecordId, Entry>();
  private touched = new Set<RecordId>();

  /** Households of which something changed since this was asked last. */
  takeTouched(): Set<RecordId> {
    const t = this.touched;
    this.touched = new Set();
    return t;
  }

  get(id: RecordId): Entry | null {
    return this.all.get(id) ?? null;
  }

  of(kind: string): Iterable<Entry> {
    return this.kinds.get(kind)?.values() ?? [];
  }

  count(kind: string): number {
    return this.kinds.get(kind)?.size ?? 0;
  }

  tiesOf(household: RecordId): Ties | null {
    return this.ties.get(household) ?? null;
  }

  /** The household a record belongs to, or itself. */
  householdOf(e: Entry): RecordId | null {
    switch (e.light.k) {
      case "household":
        return e.id;
      case "person":
        return str(e.light, "household") || (this.memberOf.get(e.id) ?? null);
      case "visit":
      case "card":
        return str(e.light, "household") || this.viaPerson(e);
      case "request":
        return this.viaPerson(e) ?? (str(e.light, "household") || null);
    }
    return null;
  }

  /** The server's light row of an area, without the overlay. */
  row(id: RecordId): Entry | null {
    let light: Light | undefined;
    let where = "";
    for (const [area, rows] of this.areas) {
      const here = rows.get(id);
      if (here && (!light || here.r >= light.r)) {
        light = here;
        where = area;
      }
    }
    return light ? { id, area: where, light } : null;
  }

  /** Takes an area's rows as they are on the disk now; returns what changed. */
  replaceArea(area: AreaId, rows: readonly { id: RecordId; light: Light }[]): RecordId[] {
    const was = this.areas.get(area);
    const now = new Map<RecordId, Light>();
    const changed: RecordId[] = [];
    for (const r of rows) {
      now.set(r.id, r.light);
      if (was?.get(r.id) !== r.light) {
        changed.push(r.id);
      }
    }
    was?.forEach((_, id) => {
      if (!now.has(id)) {
        changed.push(id);
      }
    });
    this.areas.set(area, now);
    const later: RecordId[] = [];
    const people: RecordId[] = [];
    for (const id of changed) {
      const kind = (now.get(id) ?? was?.get(id))?.k;
      if (kind === "household") this.settle(id);
      else (kind === "person" ? people : later).push(id);
    }
    people.forEach((id) => this.settle(id));
    later.forEach((id) => this.settle(id)); // what belongs to them
    return changed;
  }

  /** Lays own work over a record, or takes it off. */
  cover(id: RecordId, entry: Entry | null): void {
    if (entry) {
      this.over.set(id, entry);
    } else {
      this.over.delete(id);
    }
    this.settle(id);
  }

  covered(): RecordId[] {
    return Array.from(this.over.keys());
  }

  private settle(id: RecordId): void {
    const was = this.all.get(id);
    const now = (this.over.size > 0 ? this.over.get(id) : undefined) ?? this.row(id);
    if (was) {
      this.untie(was);
      if (was.light.k !== now?.light.k) {
        this.kinds.get(was.light.k)?.delete(id);
      }
    }
    if (!now) {
      this.all.delete(id);
      return;
    }
    this.all.set(id, now);
    let kind = this.kinds.get(now.light.k);
    if (!kind) {
      this.kinds.set(now.light.k, (kind = new Map()));
    }
    kind.set(id, now);
    this.tie(now);
  }

  private tie(e: Entry): void {
    const household = this.householdOf(e);
    if (household) {
      this.touched.add(household);
      const as = tied[e.light.k];
      if (as) {
        this.tiesFor(household)[as].add(e.id);
        this.tiedTo.set(e.id, household);
      }
    }
    if (e.light.k === "household") {
      for (const person of list(e.light, "members")) {
        this.memberOf.set(person, e.id);
      }
    }
  }

  private untie(e: Entry): void {
    const as = tied[e.light.k];
    const household = this.tiedTo.get(e.id) ?? this.householdOf(e);
    if (household) {
      this.touched.add(household);
      if (as) {
        this.ties.get(household)?.[as].delete(e.id);
        this.tiedTo.delete(e.id);
      }
    }
    if (e.light.k === "household") {
      for (const person of list(e.light, "members")) {
        if (this.memberOf.get(person) === e.id) {
          this.memberOf.delete(person);
        }
      }
    }
  }

  private tiesFor(household: RecordId): Ties {
    let t = this.ties.get(household);
    if (!t) {
      this.ties.set(household, (t = { persons: new Set(), visits: new Set(), cards: new Set() }));
    }
    return t;
  }

  private viaPerson(e: Entry): RecordId | null {
    for (const id of [str(e.light, "person"), ...list(e.light, "persons")]) {
      const person = id ? this.all.get(id) : undefined;
      const household = person ? this.householdOf(person) : null;
      if (household) {
        return household;
      }
    }
    return null;
  }
}
