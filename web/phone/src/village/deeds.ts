/** What own commits did, as data for a sentence. */
import {
  isObject,
  mediaOf,
  type Commit,
  type Digest,
  type Item,
  type Json,
  type JsonObject,
  type RecordId,
} from "../../../shared/wire";
import type { MediaState } from "../keep";
import type { Book } from "./book";
import { list, str } from "./light";
import { behindRejected, isOpenHeld, thingOf, type OwnLine } from "./own";
import type { Deed, OutboxEntry } from "./types";

/**
 * Of each record a commit is about: its kind, a visit's type, and whom it is of. Kept with the line when it is saved, since
 * the record may leave the phone before the line is dealt with.
 */
export interface Told {
  [id: RecordId]: [kind: string, type: string, about: string];
}

/** `earlier`: of commits saved in the same step, whose records are in no book yet. */
export function toldOf(items: readonly Item[], book: Book, earlier: Told = {}): Told {
  const made = madeIn(items);
  const out: Told = {};
  for (const it of items) {
    if (it[0] === "judge") {
      continue;
    }
    const id = it[1];
    const e = book.get(id);
    const own = made.get(id);
    const known = earlier[id];
    if (e) out[id] = [e.light.k, str(e.light, "type"), about(id, book, made)];
    else if (own) out[id] = [own.kind, text(own.x["type"]), about(id, book, made)];
    else if (known) out[id] = known;
  }
  return out;
}

/** One deed a record and manner, in the order they were done. `kept`: what was told of the records when it was saved. */
export function deedsOf(c: Pick<Commit, "do">, book: Book, kept: unknown): Deed[] {
  const out: Deed[] = [];
  const now = toldOf(c.do, book);
  const then = readTold(kept);
  for (const it of c.do) {
    if (it[0] === "judge") {
      out.push({ deed: "judge", line: it[1], ruling: it[2] });
      continue;
    }
    const id = it[1];
    // The book knows better, as long as it knows.
    const [kind, type, about] = (now[id]?.[2] ? now[id] : (then[id] ?? now[id])) ?? ["", "", ""];
    const base = { kind, id, type: type || null, about };
    switch (it[0]) {
      case "new":
        out.push({ deed: "new", ...base });
        break;
      case "go":
        out.push({ deed: "step", ...base, field: it[2], from: it[3], to: it[4] });
        break;
      case "log":
        out.push({ deed: "note", ...base, field: it[2] });
        break;
      default: {
        const same = out.find((d) => d.deed === "change" && d.id === id);
        if (same?.deed !== "change") {
          out.push({ deed: "change", ...base, fields: [it[2]] });
        } else if (!same.fields.includes(it[2])) {
          same.fields.push(it[2]);
        }
      }
    }
  }
  return out;
}

function readTold(kept: unknown): Told {
  const out: Told = {};
  const o = isObject(kept as Json) ? (kept as JsonObject) : {};
  for (const id of Object.keys(o)) {
    const v = o[id];
    if (Array.isArray(v)) {
      out[id] = [text(v[0]), text(v[1]), text(v[2])];
    }
  }
  return out;
}

type Made = ReadonlyMap<RecordId, { kind: string; x: JsonObject }>;

function madeIn(items: readonly Item[]): Made {
  const out = new Map<RecordId, { kind: string; x: JsonObject }>();
  items.forEach((it) => it[0] === "new" && out.set(it[1], { kind: it[2], x: it[4] }));
  return out;
}

/** Whom a record is of: a person's own name; of a visit, a card and the household itself the head's. */
function about(id: RecordId, book: Book, made: Made): string {
  const e = book.get(id);
  const look = (of: RecordId): JsonObject => book.get(of)?.light.x ?? made.get(of)?.x ?? {};
  const kind = e?.light.k ?? made.get(id)?.kind ?? "";
  const x = look(id);
  if (kind === "person" || kind === "household") {
    return text(x[kind === "person" ? "name" : "head"]);
  }
  const persons = [text(x["person"]), ...(e ? list(e.light, "persons") : texts(x["persons"]))].filter((p) => p !== "");
  const name = persons.map((p) => text(look(p)["name"])).find((n) => n !== "") ?? "";
  const home =
    (e && book.householdOf(e)) ||
    text(x["household"]) ||
    text(look(text(x["visit"]))["household"]) ||
    persons.map((p) => text(look(p)["household"])).find((h) => h !== "") ||
    "";
  const head = text(look(home)["head"]);
  return kind === "request" ? name || head : head || name;
}

const text = (v: Json | undefined): string => (typeof v === "string" ? v : "");
const texts = (v: Json | undefined): string[] => (Array.isArray(v) ? v.map(text) : []);

/** The media a commit names, by what they are. */
function mediaCount(c: Pick<Commit, "do">): Omit<OutboxEntry["media"], "unsent" | "unsentBytes"> {
  const of = { photos: new Set<Digest>(), signatures: new Set<Digest>(), voices: new Set<Digest>() };
  const note = (id: RecordId, field: string, v: Json): void => {
    const as = field.startsWith("signature.") ? of.signatures : field === "audio" ? of.voices : of.photos;
    mediaOf([["set", id, field, v, []]]).forEach((d) => as.add(d));
  };
  for (const it of c.do) {
    if (it[0] === "new") Object.keys(it[4]).forEach((field) => note(it[1], field, it[4][field] ?? null));
    else if (it[0] === "set" || it[0] === "add") note(it[1], it[2], it[3]);
  }
  return { photos: of.photos.size, signatures: of.signatures.size, voices: of.voices.size };
}

/** Everything that is not both applied and complete on the server, oldest first. */
export function outboxOf(
  lines: readonly OwnLine[],
  media: ReadonlyMap<Digest, MediaState>,
  epoch: string | null,
  handed: ReadonlySet<string>,
  book: Book,
): OutboxEntry[] {
  const out: OutboxEntry[] = [];
  const over = behindRejected(lines);
  for (const l of lines) {
    if (over.has(l.kept.id)) continue;
    const held = isOpenHeld(l);
    const named = mediaOf(l.commit.do);
    const unsent = named
      .map((d) => media.get(d))
      .filter((m): m is MediaState => m !== undefined && m.receipt?.epoch !== epoch);
    if (l.answer !== "none" && !held && unsent.length === 0) {
      continue;
    }
    out.push({
      id: l.kept.id,
      thing: thingOf(l.commit),
      at: l.commit.at,
      bytes: l.kept.bytes.length,
      deeds: deedsOf(l.commit, book, l.kept.told),
      state: l.answer === "none" ? "unsent" : !held ? "sending" : l.code === "waiting" ? "waiting" : "held",
      code: held ? (l.code ?? "") : "",
      why: held ? (l.why ?? "") : "",
      ...(held && l.fault ? { fault: l.fault } : {}),
      media: { ...mediaCount(l.commit), unsent: unsent.length, unsentBytes: unsent.reduce((n, m) => n + m.size, 0) },
      canAmend: held && amendable.includes(l.code ?? ""),
      handedOver: handed.has(l.kept.id) || l.code === "revoked",
      items: l.commit.do,
    });
  }
  return out;
}

/** Codes of which the protocol says that amending ends them. */
const amendable = ["schema", "invalid", "stale_state"];
