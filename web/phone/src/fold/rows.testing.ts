/** For tests: a Shown as the row a server would send of it, and both as plain text to compare. */
import type { CommitId, Entry, Item, Row } from "../../../shared/wire";
import type { Head, Own, Shown } from "./index";

type Lines = { [spot: string]: string[] };

function line(id: string | undefined, value: unknown): string {
  return id + "=" + JSON.stringify(value);
}

/** What is live, by field; in the order of display or sorted. Elements of sets are always sorted. */
export function contentOf(s: Shown, ordered: boolean): Lines {
  const out: Lines = {};
  const put = (spot: string, lines: string[], keep: boolean): void => void (out[spot] = keep ? lines : lines.sort());
  const show = (h: Head): string => line(h.id, h.value);
  Object.keys(s.fields).forEach((f) => put("f " + f, (s.fields[f] ?? []).map(show), ordered));
  Object.keys(s.states).forEach((f) => put("f " + f, [show((s.states[f] as { head: Head }).head)], ordered));
  Object.keys(s.sets).forEach((f) =>
    put(
      "s " + f,
      (s.sets[f] ?? []).flatMap((e) => e.tags.map(show)),
      false,
    ),
  );
  Object.keys(s.logs).forEach((f) => put("l " + f, (s.logs[f] ?? []).map(show), ordered));
  return out;
}

export function contentOfRow(r: Row, ordered: boolean): Lines {
  const out: Lines = {};
  for (const [name, part] of [
    ["f ", r.f],
    ["s ", r.s],
    ["l ", r.l],
  ] as const) {
    for (const field of Object.keys(part)) {
      const lines = (part[field] as Entry[]).map(([k, value]) => line(r.by[k], value));
      out[name + field] = ordered && name !== "s " ? lines : lines.sort();
    }
  }
  return out;
}

/** The row a server would send, had it these commits; `of` says who wrote them and when. */
export function rowOf(s: Shown, of: { id: string; user: string; from: number; to: number }[]): Row {
  const k = (id: string): number => s.by.indexOf(id);
  const entries = (heads: Head[]): Entry[] => heads.map((h) => [k(h.id), h.value]);
  const row: Row = {
    id: s.id,
    kind: s.kind,
    area: s.area,
    seq: 1,
    by: s.by,
    c: k(s.created),
    f: {},
    s: {},
    l: {},
    conflict: s.conflicts,
    need: [],
    changed: s.changed,
    w: s.by.map((id) => {
      const c = of.find((one) => one.id === id);
      return [c?.user ?? "", c?.from ?? 0, c?.to ?? 0];
    }),
  };
  Object.keys(s.fields).forEach((f) => (row.f[f] = entries(s.fields[f] ?? [])));
  Object.keys(s.states).forEach((f) => (row.f[f] = entries([(s.states[f] as { head: Head }).head])));
  Object.keys(s.sets).forEach((f) => (row.s[f] = (s.sets[f] ?? []).flatMap((e) => entries(e.tags))));
  Object.keys(s.logs).forEach((f) => (row.l[f] = entries(s.logs[f] ?? [])));
  return row;
}

/** A line of li's phone that no server has. */
export function ownLine(id: CommitId, todo: Item[]): Own {
  const told = { dev: "d", n: 0, prev: null, nonce: "", user: "li", schema: 1, at: 100, mono: 0, page: "p", heard: 50 };
  return { answer: "none", commit: { id, ...told, do: todo } };
}

/** Numbers from 0 up to but not n, the same ones for the same seed. */
export type Dice = (n: number) => number;

export function dice(seed: number): Dice {
  let a = seed | 0;
  return (n) => {
    // mulberry32
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
}

export function shuffled<T>(list: readonly T[], roll: Dice): T[] {
  const out = list.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = roll(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
