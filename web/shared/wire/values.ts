/** Values as the protocol compares them: as parsed JSON, numbers as doubles, object order ignored. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** What is not of the protocol's shape. Nothing of it has been used. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Malformed";
  }
}

/** A text that is the same for two values exactly when they are equal; a key for comparing, never stored or sent. */
export function canon(v: Json): string {
  if (typeof v === "number") {
    return String(v); // -0 reads "0"; what is out of range reads "Infinity"
  }
  if (v === null || typeof v !== "object") {
    return JSON.stringify(v);
  }
  if (Array.isArray(v)) {
    return "[" + v.map(canon).join(",") + "]";
  }
  return (
    "{" +
    Object.keys(v)
      .sort()
      .map((k) => JSON.stringify(k) + ":" + canon(v[k] as Json))
      .join(",") +
    "}"
  );
}

export function equal(a: Json, b: Json): boolean {
  return a === b || canon(a) === canon(b);
}

/**
 * Parses JSON whose members may have any name: JSON.parse makes "__proto__" an
 * own member, so reading is safe as long as nobody assigns by such a name.
 */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Malformed("not JSON");
  }
}

export function isObject(v: Json | undefined): v is JsonObject {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

/** Hides a sealed value as the server does: three characters at the front and four at the end stay of a long one. */
export function mask(v: Json): Json {
  if (v === null) {
    return null;
  }
  const runes = typeof v === "string" ? Array.from(v) : [];
  if (runes.length < 10) {
    return "*".repeat(Math.max(4, Math.min(runes.length, 9)));
  }
  return runes.slice(0, 3).join("") + "*".repeat(runes.length - 7) + runes.slice(-4).join("");
}
