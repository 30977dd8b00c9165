import type { DraftRecord, LineRecord } from "./shapes";
import type { MediaState } from "./types";

// What lies in the second home, as second.ts keeps it: each thing under its name, sealed as it is in the database.

export type CopyName =
  | readonly ["step", dev: string, first: string, last: string, id: string]
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

export interface CopiedLine {
  n: number;
  record: LineRecord;
  /** Digests of what the line holds. */
  media: string[];
}

/** Lines that were saved as one step, in their order: in the second home, too, all of them are there or none. */
export function stepCopy(dev: string, lines: readonly CopiedLine[]): Copy {
  const [first, last] = [lines[0] as CopiedLine, lines[lines.length - 1] as CopiedLine];
  const head = lines.map(({ record, media }) => ({ id: record.id, media, told: record.told ? 1 : 0 }));
  return {
    name: ["step", dev, String(first.n), String(last.n), first.record.id],
    head: { lines: head },
    parts: lines.flatMap(({ record }) => (record.told ? [record.sealed, record.told] : [record.sealed])),
  };
}

/** The lines of a step again, without what was answered. */
export function linesOf({ name, head, parts }: Copy): CopiedLine[] {
  let at = 0;
  return (head["lines"] as { id: string; media: string[]; told: number }[]).map(({ id, media, told }, i) => {
    const sealed = parts[at++] as ArrayBuffer;
    const record: LineRecord = { id, answer: null, sealed, ...(told ? { told: parts[at++] as ArrayBuffer } : {}) };
    return { n: Number(name[2]) + i, record, media };
  });
}

/** The keys of the lines in a step, as text. */
export function keysOf([, dev, first, last]: Of<"step">): string[] {
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${dev},${Number(first) + i}`);
}

export function draftCopy(id: string, { at, sealed, intent }: DraftRecord): Copy {
  return { name: ["draft", id], head: { at }, parts: intent ? [sealed, intent] : [sealed] };
}

/** Which lines hold it they say themselves; which drafts, only this. */
export function mediumCopy({ sha256, type, size, at, drafts }: MediaState, sealed: ArrayBuffer): Copy {
  return { name: ["media", sha256], head: { type, size, at, drafts }, parts: [sealed] };
}
