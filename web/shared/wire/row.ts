/** Rows: records as the server last sent them. */
import { utf8, type AreaId, type CommitId, type Digest, type RecordId, type UserId } from "./ids";
import { isObject, Malformed, parseJson, type Json } from "./values";

/** Who wrote a commit, and the interval it was written in. */
export type Writer = [user: UserId, from: number, to: number];
/** A value and the index of its commit in `by`. */
export type Entry = [k: number, value: Json];

export interface Row {
  id: RecordId;
  kind: string;
  area: AreaId;
  seq: number;
  by: CommitId[];
  w: Writer[];
  c: number;
  f: { [field: string]: Entry[] };
  s: { [field: string]: Entry[] };
  l: { [field: string]: Entry[] };
  conflict: string[];
  need: Digest[];
  /** Media that came and cannot be seen or heard, and why, in the server's word. Absent where there are none. */
  flaws?: { [digest: Digest]: string };
  changed: boolean;
}

/** A record that left an area. */
export interface Gone {
  id: RecordId;
  area: AreaId;
}

/** Reads a row, from its JSON or from the line `{"row":…}` that a phone keeps, and holds it to what the protocol promises. */
export function parseRow(from: string | Json): Row {
  let v = typeof from === "string" ? parseJson(from) : from;
  if (isObject(v) && isObject(v["row"])) {
    v = v["row"];
  }
  if (!isObject(v)) {
    throw new Malformed("a row is an object");
  }
  const row: Row = {
    id: text(v["id"]),
    kind: text(v["kind"]),
    area: text(v["area"]),
    seq: whole(v["seq"]),
    by: texts(v["by"]),
    w: writers(v["w"]),
    c: whole(v["c"]),
    f: entries(v["f"]),
    s: entries(v["s"]),
    l: entries(v["l"]),
    conflict: texts(v["conflict"]),
    need: texts(v["need"]),
    changed: v["changed"] === true,
  };
  const flaws = v["flaws"];
  if (isObject(flaws)) {
    row.flaws = Object.fromEntries(
      Object.entries(flaws).filter((f): f is [string, string] => typeof f[1] === "string"),
    );
  }
  checkIds(row);
  return row;
}

/** `by` names exactly what the row shows, each id once, and somebody wrote each. */
function checkIds(r: Row): void {
  if (r.by.length === 0 || r.w.length !== r.by.length || new Set(r.by).size !== r.by.length) {
    throw new Malformed("row " + r.id + ": its commits");
  }
  const used = new Set<number>([r.c]);
  for (const part of [r.f, r.s, r.l]) {
    for (const field of Object.keys(part)) {
      for (const e of part[field] as Entry[]) {
        used.add(e[0]);
      }
    }
  }
  for (const k of Array.from(used)) {
    if (k < 0 || k >= r.by.length) {
      throw new Malformed("row " + r.id + ": a commit it does not name");
    }
  }
  if (used.size !== r.by.length) {
    throw new Malformed("row " + r.id + ": a commit that wrote nothing shown");
  }
}

/** The text whose SHA-256 weighs the row in its area's sum. */
export function weighed(r: Pick<Row, "id" | "seq" | "by">): Uint8Array {
  return utf8(r.id + ":" + r.seq + ":" + r.by.join(","));
}

function text(v: Json | undefined): string {
  if (typeof v !== "string" || v === "") {
    throw new Malformed("a row without id, kind or area");
  }
  return v;
}

function whole(v: Json | undefined): number {
  if (typeof v !== "number" || !Number.isSafeInteger(v)) {
    throw new Malformed("a row's number");
  }
  return v;
}

function texts(v: Json | undefined): string[] {
  if (v === undefined || v === null) {
    return [];
  }
  if (!Array.isArray(v) || !v.every((s) => typeof s === "string")) {
    throw new Malformed("a row's list");
  }
  return v as string[];
}

function writers(v: Json | undefined): Writer[] {
  if (!Array.isArray(v)) {
    throw new Malformed("a row without writers");
  }
  return v.map((w) => {
    if (!Array.isArray(w) || typeof w[0] !== "string" || typeof w[1] !== "number" || typeof w[2] !== "number") {
      throw new Malformed("a writer is [user, from, to]");
    }
    return [w[0], w[1], w[2]];
  });
}

function entries(v: Json | undefined): { [field: string]: Entry[] } {
  const out = Object.create(null) as { [field: string]: Entry[] };
  if (v === undefined || v === null) {
    return out;
  }
  if (!isObject(v)) {
    throw new Malformed("a row's fields");
  }
  for (const field of Object.keys(v)) {
    const list = v[field];
    if (!Array.isArray(list)) {
      throw new Malformed("a row's field");
    }
    out[field] = list.map((e) => {
      if (!Array.isArray(e) || e.length < 2 || typeof e[0] !== "number" || !Number.isInteger(e[0])) {
        throw new Malformed("an entry is [k, value]");
      }
      return [e[0], e[1] as Json];
    });
  }
  return out;
}
