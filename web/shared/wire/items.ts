/** The items of a commit: what one saved user action does to records. */
import { Malformed, type Json, type JsonObject } from "./values";
import type { AreaId, CommitId, RecordId } from "./ids";

export type Ruling = "release" | "amend" | "reject";

export type NewItem = ["new", RecordId, string, AreaId, JsonObject];
export type SetItem = ["set", RecordId, string, Json, CommitId[]];
export type AddItem = ["add", RecordId, string, Json];
export type RmItem = ["rm", RecordId, string, Json, CommitId[]];
export type LogItem = ["log", RecordId, string, string];
export type GoItem = ["go", RecordId, string, string, string, CommitId[]];
export type JudgeItem = ["judge", CommitId, Ruling, string];
export type Item = NewItem | SetItem | AddItem | RmItem | LogItem | GoItem | JudgeItem;

/** Makes items; `seen` is always all that the editor showed, see fold's seen* functions. */
export const item = {
  create: (rid: RecordId, kind: string, area: AreaId, fields: JsonObject): NewItem => ["new", rid, kind, area, fields],
  set: (rid: RecordId, field: string, value: Json, seen: CommitId[]): SetItem => ["set", rid, field, value, seen],
  add: (rid: RecordId, field: string, element: Json): AddItem => ["add", rid, field, element],
  rm: (rid: RecordId, field: string, element: Json, seen: CommitId[]): RmItem => ["rm", rid, field, element, seen],
  log: (rid: RecordId, field: string, text: string): LogItem => ["log", rid, field, text],
  go: (rid: RecordId, field: string, from: string, to: string, seen: CommitId[]): GoItem => [
    "go",
    rid,
    field,
    from,
    to,
    seen,
  ],
  judge: (id: CommitId, ruling: Ruling, reason: string): JudgeItem => ["judge", id, ruling, reason],
};

const shapes: { [op: string]: string } = {
  new: "tttto",
  set: "tttvi",
  add: "tttv",
  rm: "tttvi",
  log: "tttt",
  go: "ttttti",
  judge: "tttt",
};

/** Reads an item; null for one of a name this app does not know. */
export function readItem(raw: Json): Item | null {
  if (!Array.isArray(raw) || typeof raw[0] !== "string") {
    throw new Malformed("an item is a list that begins with its name");
  }
  const op = raw[0];
  const shape = Object.prototype.hasOwnProperty.call(shapes, op) ? shapes[op] : undefined;
  if (shape === undefined) {
    return null;
  }
  if (raw.length !== shape.length || !raw.every((part, i) => fits(shape[i] as string, part))) {
    throw new Malformed("an item " + op + " is not of its shape");
  }
  return raw as Item;
}

function fits(want: string, v: Json): boolean {
  switch (want) {
    case "t":
      return typeof v === "string";
    case "o":
      return typeof v === "object" && v !== null && !Array.isArray(v);
    case "i":
      return Array.isArray(v) && v.every((id) => typeof id === "string");
  }
  return true;
}
