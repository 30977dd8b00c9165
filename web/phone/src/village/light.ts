/** What of a record stays in memory. */
import { isolated } from "../../../shared/fold/clean";
import { kindOf, type Digest, type Json, type JsonObject, type UserId } from "../../../shared/wire";
import { commentsOf, elements, shownValue, type Shown } from "../fold";

/** Stored with each row, sealed, so names are short. */
export interface Light {
  k: string; // kind
  d: string; // its part of the area's sum, 16 hex digits
  r: number; // the reply it came with
  a: UserId; // who made it
  t: number; // when it was made, at the latest
  x: JsonObject; // registers and groups: the value shown first. Sets: their elements. States
  v?: 1; // void
  c?: string[]; // fields with two values
  n?: Digest[]; // media the server lacks
  g?: 1; // changed since it was approved
  m?: Comment[]; // of a returned visit: what the reviewers said
  o?: 1; // own work on it has not arrived
}

export interface Comment {
  field: string;
  text: string;
  by: UserId;
  at: number;
}

/** Of a visit and of an item only these stay; of all else everything that is no log, sealed values as their masks. */
const parts: { [kind: string]: readonly string[] } = {
  visit: ["type", "household", "persons", "way", "started", "ended", "risk", "photos", "form", "state"],
  item: ["name", "code", "level", "effective"],
};

/** `unsent`: own work on it is on this phone alone. */
export function lightOf(s: Shown, weight: string, reply: number, unsent = false): Light {
  const light: Light = { k: s.kind, d: weight, r: reply, a: s.author, t: made(s), x: {} };
  const only = parts[s.kind];
  const keep = (field: string): boolean => only === undefined || only.includes(field);
  for (const field of Object.keys(s.fields)) {
    if (keep(field) && field !== "void") {
      const value = shownValue(s, field);
      light.x[field] = s.kind === "visit" && field === "risk" ? level(value) : value;
    }
  }
  for (const field of Object.keys(s.sets)) {
    if (keep(field)) {
      light.x[field] = elements(s, field);
    }
  }
  for (const field of Object.keys(s.states)) {
    light.x[field] = s.states[field]?.value ?? null;
  }
  if (s.void !== null) light.v = 1;
  if (s.conflicts.length > 0) light.c = s.conflicts;
  if (s.need.length > 0) light.n = s.need;
  if (s.changed) light.g = 1;
  if (unsent || s.readOnly) light.o = 1;
  if (light.x["state"] === "returned") light.m = comments(s);
  return light;
}

/** The newest word of reviewers on each field, of those that go with the return. */
function comments(s: Shown): Comment[] {
  const newest = new Map(
    commentsOf(s).open.map((c) => [c.field, { field: c.field, text: c.text, by: c.user, at: c.at }]),
  );
  return Array.from(newest.values());
}

function made(s: Shown): number {
  const row = s.row;
  if (row) {
    return row.w[row.c]?.[2] ?? 0;
  }
  let at = 0;
  for (const field of Object.keys(s.fields)) {
    for (const h of s.fields[field] ?? []) {
      if (h.id === s.created) at = h.at ?? h.from;
    }
  }
  return at;
}

function level(v: Json): Json {
  return typeof v === "object" && v !== null && !Array.isArray(v) ? { level: v["level"] ?? null } : v;
}

/** Whether a kind's records are public rules and names, not people. */
export function isContent(kind: string): boolean {
  return kindOf(kind)?.public === true;
}

// Reading a light's values, whatever an office or an older app put there: for showing, so none turns what is beside it.

export function str(l: Light, field: string): string {
  const v = l.x[field];
  return typeof v === "string" ? isolated(v) : "";
}

export function num(l: Light, field: string): number | null {
  const v = l.x[field];
  return typeof v === "number" && Number.isFinite(v) ? v : null;
}

export function list(l: Light, field: string): string[] {
  const v = l.x[field];
  return Array.isArray(v) ? v.filter((e): e is string => typeof e === "string") : [];
}

export function member(l: Light, field: string, name: string): Json {
  const v = l.x[field];
  return typeof v === "object" && v !== null && !Array.isArray(v) ? (v[name] ?? null) : null;
}
