/**
 * record says what a record says: its fields in the order of the table, each with its label and its value in words; and
 * which of them an editor has a box for. It follows the table alone: a field is added in one line of Go. What depends on
 * the reader, the language and the names behind ids, is given.
 */
import { clean } from "../fold/clean";
import { isObject, kindOf, type Field, type Json, type JsonObject } from "../wire";

export interface Reader {
  /** Words of the table in the reader's language; other words as they are. */
  named(title: string): string;
  yes: string;
  no: string;
  date(ms: number): string;
  /** Who or what an id stands for. */
  name(id: string): string;
}

export interface Line {
  name: string;
  label: string;
  value: Json;
  text: string;
}

/** The fields that say something; `wanted` picks among them. */
export function linesOf(kind: string, values: JsonObject, as: Reader, wanted: (f: Field) => unknown): Line[] {
  const lines = (kindOf(kind)?.fields ?? []).filter(wanted).map((f) => {
    const value = values[f.name] ?? null;
    return { name: f.name, label: as.named(f.title), value, text: inWords(f, value, as) };
  });
  return lines.filter((l) => l.text);
}

/** A value as people read it; "" where there is none. Of a place: where it is, and how surely. */
export function inWords(f: Pick<Field, "type" | "choices"> | undefined, v: Json, as: Reader): string {
  if (v === null) return "";
  if (typeof v === "boolean") return v ? as.yes : as.no;
  if (Array.isArray(v)) return v.map((e) => inWords(f, e, as)).join("、");
  if (isObject(v)) {
    if ("lat" in v) return `${String(v["lat"])}, ${String(v["lon"])} ±${String(v["accuracy"] ?? "?")} m`;
    const words = Object.keys(v).map((k) => inWords(undefined, v[k] ?? null, as));
    return words.filter(Boolean).join(" · ");
  }
  if (f?.type === "ms") return as.date(Number(v));
  if (f?.type === "record") return as.name(String(v));
  return as.named(f?.choices?.find((c) => c.value === v)?.title ?? clean(String(v)));
}

/** The registers an editor on the phone has a box for. What is masked cannot be written back. */
export function boxesOf(kind: string): readonly Field[] {
  return (kindOf(kind)?.fields ?? []).filter(
    (f) => f.phone && f.class === "reg" && (f.type === "text" || f.type === "choice") && !f.sealed,
  );
}
