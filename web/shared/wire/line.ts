/** Lines: commits frozen into bytes. The bytes never change again; the id is theirs. */
import { commitId, utf8, type CommitId, type DeviceId, type UserId } from "./ids";
import { readItem, type Item } from "./items";
import { namesMedium } from "./kinds";
import { isObject, Malformed, parseJson, type Json } from "./values";

export const maxLine = 64 * 1024; // bytes, line feed excluded
export const maxNested = 32; // levels of JSON in a line
export const schema = 1;

/** All that a line says, in the order it says it. `nonce` is 9 random bytes as b64; `heard` is the time of the last reply. */
export interface Action {
  dev: DeviceId;
  n: number;
  prev: CommitId | null;
  nonce: string;
  user: UserId;
  at: number;
  mono: number;
  page: string;
  heard: number | null;
  do: Item[];
}

/** A line with its id. `bytes` are what is stored, sealed and sent; `text` is the same for reading. */
export interface Frozen {
  id: CommitId;
  bytes: Uint8Array<ArrayBuffer>;
  text: string;
}

/** A line as read: the draft, its schema, and its id. Items of an unknown name are left out. */
export interface Commit extends Action {
  id: CommitId;
  schema: number;
}

/**
 * Freezes a commit. It fails where the server could only hold the line for its
 * form: nothing to do, over 64 KiB, nested too deep, or a number JSON cannot say.
 */
export function freeze(d: Action): Frozen {
  if (d.do.length === 0) {
    throw new Malformed("a commit that does nothing");
  }
  const text = JSON.stringify(
    {
      dev: d.dev,
      n: d.n,
      prev: d.prev,
      nonce: d.nonce,
      user: d.user,
      schema,
      at: whole(d.at),
      mono: finite(d.mono),
      page: d.page,
      heard: d.heard === null ? null : whole(d.heard),
      do: d.do,
    },
    sayable,
  );
  if (depth(text) > maxNested) {
    throw new Malformed("nested too deep");
  }
  const bytes = utf8(text);
  if (bytes.length > maxLine) {
    throw new Malformed("over 64 KiB");
  }
  return { id: commitId(bytes), bytes, text };
}

/** Reads a line of one's own or of `/held`. Its id is worked out, not believed. */
export function readLine(line: Uint8Array | string): Commit {
  const bytes = typeof line === "string" ? utf8(line) : line;
  const text = typeof line === "string" ? line : new TextDecoder("utf-8", { fatal: false }).decode(line);
  const v = parseJson(text);
  if (!isObject(v) || !Array.isArray(v["do"])) {
    throw new Malformed("a line is an object that does something");
  }
  const items: Item[] = [];
  for (const raw of v["do"]) {
    const it = readItem(raw);
    if (it) {
      items.push(it);
    }
  }
  return {
    id: commitId(bytes),
    dev: string(v["dev"]),
    n: number(v["n"]),
    prev: stringOrNull(v["prev"]),
    nonce: string(v["nonce"]),
    user: string(v["user"]),
    schema: number(v["schema"]),
    at: number(v["at"]),
    mono: number(v["mono"]),
    page: string(v["page"]),
    heard: v["heard"] === null || v["heard"] === undefined ? null : number(v["heard"]),
    do: items,
  };
}

/** The media a line names: all texts of 64 hex digits in places where a medium may stand. */
export function mediaOf(items: readonly Item[]): string[] {
  const out = new Set<string>();
  const visit = (field: string, v: Json): void => {
    for (const one of Array.isArray(v) ? v : [v]) {
      if (typeof one === "string" && namesMedium(field, null)) {
        out.add(one);
      } else if (isObject(one)) {
        for (const m of Object.keys(one)) {
          const inner = one[m];
          if (typeof inner === "string" && namesMedium(field, m)) {
            out.add(inner);
          }
        }
      }
    }
  };
  for (const it of items) {
    if (it[0] === "new") {
      for (const field of Object.keys(it[4])) {
        visit(field, it[4][field] as Json);
      }
    } else if (it[0] === "set" || it[0] === "add") {
      visit(it[2], it[3]);
    }
  }
  return Array.from(out)
    .filter((d) => /^[0-9a-f]{64}$/.test(d))
    .sort();
}

/** JSON.stringify writes NaN and infinities as null, and leaves out what is undefined: neither is what was entered. */
function sayable(_key: string, v: unknown): unknown {
  if (typeof v === "number") {
    return finite(v);
  }
  if (v === undefined || typeof v === "function" || typeof v === "symbol") {
    throw new Malformed("a value JSON cannot say");
  }
  return v;
}

function finite(n: number): number {
  if (!Number.isFinite(n)) {
    throw new Malformed("a number JSON cannot say");
  }
  return n;
}

function whole(n: number): number {
  return Math.floor(finite(n));
}

function depth(json: string): number {
  let deepest = 0;
  let now = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (quoted) {
      if (c === "\\") {
        i++;
      } else if (c === '"') {
        quoted = false;
      }
    } else if (c === '"') {
      quoted = true;
    } else if (c === "{" || c === "[") {
      deepest = Math.max(deepest, ++now);
    } else if (c === "}" || c === "]") {
      now--;
    }
  }
  return deepest;
}

function string(v: Json | undefined): string {
  if (typeof v !== "string") {
    throw new Malformed("a line without one of its texts");
  }
  return v;
}

function stringOrNull(v: Json | undefined): string | null {
  return v === null || v === undefined ? null : string(v);
}

function number(v: Json | undefined): number {
  if (typeof v !== "number") {
    throw new Malformed("a line without one of its numbers");
  }
  return v;
}
