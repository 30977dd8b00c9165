/** Gathers what is live for showing. */
import { canon, fieldOf, type CommitId, type Row } from "../../../shared/wire";
import type { Element, Head, Shown, Standing } from "./shown";
import type { Spot } from "./spot";

type Spots = ReadonlyMap<string, Spot>;

interface Live extends Pick<Shown, "fields" | "sets" | "logs" | "states"> {
  ids: Set<CommitId>;
}

export function collect(
  heads: Spots,
  sets: ReadonlyMap<string, Spots>,
  logs: ReadonlyMap<string, Head[]>,
  states: ReadonlyMap<string, Standing>,
): Live {
  // Without a prototype: a family's member may have any name.
  const empty = <T>(): { [field: string]: T } => Object.create(null) as { [field: string]: T };
  const out: Live = { fields: empty(), sets: empty(), logs: empty(), states: empty(), ids: new Set() };
  const name = (h: Head): void => void out.ids.add(h.id);
  heads.forEach((s, field) => {
    if (s.live.length > 0) {
      out.fields[field] = s.live;
      s.live.forEach(name);
    }
  });
  sets.forEach((of, field) => {
    const list: Element[] = [];
    of.forEach((s) => {
      if (s.live[0]) {
        list.push({ value: s.live[0].value, tags: s.live });
        s.live.forEach(name);
      }
    });
    if (list.length > 0) {
      out.sets[field] = list;
    }
  });
  logs.forEach((notes, field) => {
    out.logs[field] = notes;
    notes.forEach(name);
  });
  states.forEach((s, field) => {
    out.states[field] = s;
    name(s.head);
  });
  return out;
}

/**
 * The fields with more than one distinct value, sorted. Under a mask equal values
 * say nothing: there the row's word counts, and beside an own value on its way
 * they count as different until the server has compared them.
 */
export function conflicts(kind: string, fields: Shown["fields"], row: Row | null): string[] {
  return Object.keys(fields)
    .filter((field) => {
      const heads = fields[field] ?? [];
      const first = heads[0];
      if (!first || heads.length === 1) {
        return false;
      }
      if (fieldOf(kind, field)?.sealed && (heads.some((h) => h.pending) || row?.conflict.includes(field))) {
        return true;
      }
      return heads.some((h) => canon(h.value) !== canon(first.value));
    })
    .sort();
}
