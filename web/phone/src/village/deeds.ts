/** What own commits did, as data for a sentence. */
import { mediaOf, namesMedium, type Commit, type Digest, type RecordId } from "../wire";
import type { MediaState } from "../keep";
import type { Book } from "./book";
import { str } from "./light";
import { isOpenHeld, type OwnLine } from "./own";
import type { Deed, OutboxEntry } from "./types";

/** One deed a record and manner, in the order they were done. */
export function deedsOf(c: Commit, book: Book): Deed[] {
  const out: Deed[] = [];
  for (const it of c.do) {
    if (it[0] === "judge") {
      out.push({ deed: "judge", line: it[1], ruling: it[2] });
      continue;
    }
    const id = it[1];
    const e = book.get(id);
    const made = c.do.find((o) => o[0] === "new" && o[1] === id);
    const kind = made?.[0] === "new" ? made[2] : (e?.light.k ?? "");
    const typed = made?.[0] === "new" ? made[4]["type"] : null;
    const type = e ? str(e.light, "type") || null : typeof typed === "string" ? typed : null;
    const base = { kind, id, type, about: about(id, book) };
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

/** Whom a record is about: a name. */
function about(id: RecordId, book: Book): string {
  const e = book.get(id);
  if (!e) {
    return "";
  }
  if (e.light.k === "person") {
    return str(e.light, "name");
  }
  for (const person of [str(e.light, "person"), ...(Array.isArray(e.light.x["persons"]) ? e.light.x["persons"] : [])]) {
    const p = typeof person === "string" && person !== "" ? book.get(person) : null;
    if (p) {
      return str(p.light, "name");
    }
  }
  const household = book.householdOf(e);
  const h = household ? book.get(household) : null;
  return h ? str(h.light, "head") : "";
}

export function mediaNamed(c: Pick<Commit, "do">): Digest[] {
  return mediaOf(c.do, namesMedium);
}

/** Everything that is not both applied and complete on the server, oldest first. */
export function outboxOf(lines: readonly OwnLine[], media: ReadonlyMap<Digest, MediaState>, epoch: string | null, handed: ReadonlySet<string>, book: Book): OutboxEntry[] {
  const out: OutboxEntry[] = [];
  for (const l of lines) {
    const held = isOpenHeld(l);
    const named = mediaNamed(l.commit);
    const unsent = named.map((d) => media.get(d)).filter((m): m is MediaState => m !== undefined && m.receipt?.epoch !== epoch);
    if (l.answer !== "none" && !held && unsent.length === 0) {
      continue;
    }
    out.push({
      id: l.kept.id, at: l.commit.at, bytes: l.kept.bytes.length, deeds: deedsOf(l.commit, book),
      state: l.answer === "none" ? "unsent" : !held ? "sending" : l.code === "waiting" ? "waiting" : "held",
      code: held ? (l.code ?? "") : "", why: held ? (l.why ?? "") : "",
      media: { count: named.length, unsent: unsent.length, unsentBytes: unsent.reduce((n, m) => n + m.size, 0) },
      canAmend: held && amendable.includes(l.code ?? ""), handedOver: handed.has(l.kept.id), items: l.commit.do,
    });
  }
  return out;
}

/** Codes of which the protocol says that amending ends them. */
const amendable = ["schema", "invalid", "stale_state"];
