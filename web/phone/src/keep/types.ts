import type { Keyless } from "./keyless";
import type { Fault } from "../../../shared/wire";
import type { Bytes } from "../lock";

export type LineKey = readonly [dev: string, n: number];

/** What the server said of a line. It stays readable while locked, so it must name rules only, never values. */
export interface Answer {
  r: "ok" | "dup" | "held";
  code?: string;
  why?: string;
  /** Absent also of answers that an older app stored. */
  fault?: Fault;
  /** Epoch and `time` of the reply that answered first. */
  epoch: string;
  time: number;
}

/** An own line as it stands on the disk. */
export interface KeptLine {
  dev: string;
  n: number;
  id: string;
  bytes: Bytes;
  answer: Answer | null;
  /** The turn of the reply that answered it: rows that came with it or later tell of the line. */
  reply: number | null;
  /** Answered, and a reply with `more` false followed: the rows hold it, so it is not folded any more. */
  settled: boolean;
  /** What was said of it when it was saved. */
  told?: unknown;
}

export interface NewMedium {
  sha256: string;
  type: string;
  bytes: Bytes;
}

/** A frozen line, and by digest the media it holds: given with the order, or kept before. */
export interface FrozenLine {
  id: string;
  bytes: Bytes;
  media?: string[];
  /** A few words of it for this phone alone, sealed beside it. JSON. */
  told?: unknown;
}

export interface SaveOrder {
  dev: string;
  /** Builds the line for a number. Called again with the next one when another tab was faster; must not wait. */
  freeze(n: number, prev: string | null): FrozenLine;
  /** Every medium the line names that this phone has: given with bytes, or by digest when kept for a draft before. */
  media?: (NewMedium | string)[];
  /** This draft became the line and goes in the same transaction. */
  draft?: string;
  /** Its version as this tab knows it: where it is another, nothing is saved (`overtaken`). */
  known?: Known;
}

/** Several lines as one durable step: after a crash either all of them are there or none. */
export interface SaveAllOrder {
  dev: string;
  /** As `freeze` of one line, in their order; `earlier` are the ids of those before in this step. Null: no line. */
  lines: ((n: number, prev: string | null, earlier: string[]) => FrozenLine | null)[];
  /** Those with bytes. Which line holds which is said by the lines. */
  media?: NewMedium[];
  /** This draft became the lines and goes in the same transaction. */
  draft?: string;
  /** Its version as this tab knows it: where it is another, nothing is saved (`overtaken`). */
  known?: Known;
}

export interface Saved {
  dev: string;
  n: number;
  id: string;
  bytes: Bytes;
  told?: unknown;
}

/** That the server had the whole medium at `time` of its stored clock. */
export interface Receipt {
  epoch: string;
  time: number;
}

export interface MediaState {
  sha256: string;
  type: string;
  size: number;
  /** When it was kept, by the phone's clock; orders oldest first. */
  at: number;
  /** Ids of the lines that name it. */
  lines: string[];
  /** Drafts that hold it. With neither, it goes. */
  drafts: string[];
  /** Where the upload goes on: its address and the bytes the server has. */
  upload: { url: string; offset: number } | null;
  receipt: Receipt | null;
}

/** The version of a draft that a tab knows: null, that there is none; undefined: it does not ask. */
export type Known = number | null | undefined;

export interface Draft {
  id: string;
  at: number;
  version: number;
  value: unknown;
}

/** What of a row stays in memory: whole for the roster, light for visits. JSON. */
export interface LightRow {
  area: string;
  id: string;
  light: unknown;
}

export interface AreaReply {
  area: string;
  rows: { id: string; light: unknown; line: Bytes }[];
  gone: string[];
}

export interface ReplyToStore {
  /** What `Keep.turn()` said when the request was built; a reply to an older turn is late. */
  turn: number;
  /** Replaces the state of sync: epoch, cursor, last, sums, scope. JSON, sealed. */
  state: unknown;
  answers: { key: LineKey; answer: Answer }[];
  /** Areas this reply begins from 0. */
  fresh: string[];
  areas: AreaReply[];
  /** Areas that left the scope: their rows go. */
  erase?: string[];
  /** Whether a verified backup holds what the server said it has: such media may go for rows. Absent: none. */
  safe?: (said: Receipt) => boolean;
  more: boolean;
}

export interface StoredReply {
  /** False: the reply was late, nothing of it was stored. */
  stored: boolean;
  turn: number;
  /** Areas read from 0 that are complete now: what was not sent again is gone. Read them anew with `area`. */
  switched: string[];
}

export interface Loaded {
  rows: LightRow[];
  /** Oldest first, also where the phone was enrolled anew between them. */
  lines: KeptLine[];
  state: unknown;
  turn: number;
  /** Areas with a segment that did not open: name them in `reread`. */
  damaged: string[];
  /** Lines that did not open. They stay, and go into the rescue file. */
  unreadable: LineKey[];
}

/** What changed on the disk, by this tab or another one. */
export type Change =
  | { what: "lines" | "media" | "drafts" | "state" }
  | { what: "rows"; areas: string[]; switched: string[] }
  | { what: "named"; name: string };

/** What only the second home still had. `torn`: copies of which nothing can be read. */
export interface Found {
  lines: number;
  drafts: number;
  media: number;
  torn: number;
}

/**
 * What the browser lost since the last opening. `all`: the database had no key any more, and the second home has one;
 * `told`: the browser itself says so; `key`: the key alone is gone, and this lies there sealed.
 */
export interface Loss extends Found {
  all: boolean;
  told: boolean;
  key: Keyless | null;
}

/** What was given up for space. Screens say so. */
export interface Freed {
  ballast: boolean;
  media: string[];
}

/** `usage` in bytes; the browser's quota lies and is not told. */
export interface StorageUse {
  usage: number | null;
  persisted: boolean;
}

export interface RescueHeader {
  /** Signs by the device's key that this wrap is its own; without it all lines wait for a person's word. */
  sign?: (kid: string, wrapped: Bytes) => Promise<string>;
  device: string;
  user: string;
  app: string;
  /** By the phone's clock. */
  at: number;
  /** What the server's backup is known to hold goes without; null, as while locked, leaves nothing out. */
  safe: { epoch: string; at: number } | null;
  /** What earlier files took: this one has the rest. */
  without?: ReadonlySet<string>;
  /** Bytes of one file. */
  most?: number;
}

export interface RescueFile {
  blob: Blob;
  lines: number;
  media: number;
  drafts: number;
  /** Entries that the bound of one file left out: another file has them, told what this one took. */
  left: number;
  took: string[];
}
