import type { DraftRecord, LineRecord } from "./shapes";
import type { MediaState } from "./types";

// What lies in the second home, as second.ts keeps it: each thing under its name, sealed as it is in the database.

export type CopyName =
  | readonly ["line", dev: string, n: string, id: string]
  | readonly ["draft", id: string]
  | readonly ["media", sha256: string]
  | readonly ["spare"]
  | readonly ["who"];

/** `head` tells nothing of people and lies open; `parts` are sealed. */
export interface Copy {
  name: CopyName;
  head: { [key: string]: unknown };
  parts: ArrayBuffer[];
}

/**
 * The second home, to those who write. Nothing here throws: what is in the database is saved, and a copy that does not
 * come about is noted and tried again with the next sync and the next opening.
 */
export interface Copies {
  put(copies: Copy[]): Promise<void>;
  drop(names: CopyName[]): Promise<void>;
  /** Gives up copies of media for room; `spare` says of which. False: there are none. */
  giveUp(db: IDBDatabase, spare: (s: MediaState) => boolean): Promise<boolean>;
}

export type Of<K extends CopyName[0]> = Extract<CopyName, readonly [K, ...string[]]>;

export const only = <K extends CopyName[0]>(names: readonly CopyName[], kind: K): Of<K>[] =>
  names.filter((n): n is Of<K> => n[0] === kind);

/** Of the cache that is the second home of a database. */
export const secondName = (database: string): string => "zoufang-second-" + database;

export const lineName = (dev: string, n: number, id: string): CopyName => ["line", dev, String(n), id];

/** `media`: digests of what the line holds. */
export function lineCopy(dev: string, n: number, record: LineRecord, media: string[]): Copy {
  const { id, sealed, told } = record;
  return { name: lineName(dev, n, id), head: { media }, parts: told ? [sealed, told] : [sealed] };
}

export function draftCopy(id: string, { at, sealed, intent }: DraftRecord): Copy {
  return { name: ["draft", id], head: { at }, parts: intent ? [sealed, intent] : [sealed] };
}

/** Which lines hold it they say themselves; which drafts, only this. */
export function mediumCopy({ sha256, type, size, at, drafts }: MediaState, sealed: ArrayBuffer): Copy {
  return { name: ["media", sha256], head: { type, size, at, drafts }, parts: [sealed] };
}
