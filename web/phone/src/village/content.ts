/** Which of the public records is in force: forms, rules, calendars, departments. */
import { isObject, type AreaId } from "../../../shared/wire";
import type { Book, Entry } from "./book";
import type { Day, InForce } from "./types";

/** A division code without the zeros at its end covers all codes that begin with it: pairs, then threes. */
export function covers(area: AreaId, below: AreaId): boolean {
  return below.startsWith(prefix(area));
}

export function prefix(area: AreaId): string {
  const m = /^(\d{2})(\d{2})(\d{2})(\d{3})(\d{3})$/.exec(area);
  if (!m) {
    return area;
  }
  let parts = m.slice(1);
  while (parts.length > 1 && /^0+$/.test(parts[parts.length - 1] ?? "")) {
    parts = parts.slice(0, -1);
  }
  return parts.join("");
}

/**
 * All of a kind that can be read, are not void, and in effect on the day; by name the nearest, newest one. Of forms it is
 * one for each type of visit, unless `by` is their name.
 */
export function inForce(
  book: Book,
  kind: string,
  area: AreaId,
  day: Day,
  by: "type" | "name" = kind === "form" ? "type" : "name",
): InForce[] {
  const best = new Map<string, { entry: Entry; as: InForce; rank: [number, number, string] }>();
  for (const entry of book.of(kind)) {
    const as = read(entry);
    if (!as || !inEffect(entry, day) || !covers(entry.area, area)) {
      continue;
    }
    const name = String(as.body[by] ?? "");
    const version = as.body["version"];
    const rank: [number, number, string] = [
      prefix(entry.area).length,
      typeof version === "number" ? version : 0,
      entry.id,
    ];
    const other = best.get(name);
    if (name !== "" && (!other || before(other.rank, rank))) {
      best.set(name, { entry, as, rank });
    }
  }
  return Array.from(best.values(), (b) => b.as);
}

/** What of a record can be used, in force or not; null where its body cannot be read. */
export function read(entry: Entry): InForce | null {
  const { x } = entry.light;
  const body = x["body"];
  if (entry.light.v === 1 || !isObject(body) || (entry.light.k === "form" && !Array.isArray(body["sections"]))) {
    return null;
  }
  const source = x["source"];
  return {
    id: entry.id,
    area: entry.area,
    body,
    title: typeof x["title"] === "string" ? x["title"] : "",
    source: isObject(source)
      ? { document: String(source["document"] ?? ""), article: String(source["article"] ?? "") }
      : null,
  };
}

function inEffect(entry: Entry, day: Day): boolean {
  const e = entry.light.x["effective"];
  const { from, to } = isObject(e) ? e : { from: null, to: null };
  return !(typeof from === "string" && from > day) && !(typeof to === "string" && to < day);
}

function before(a: [number, number, string], b: [number, number, string]): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
}
