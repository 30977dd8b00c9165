import type { Answer, LineKey } from "./types";

// What lies in the stores, as the browser's structured clone. Keys are beside: see steps.ts.

/** meta `ctr`: the last number this device gave out, and the id of that line. */
export interface Counter {
  dev: string;
  n: number;
  prev: string | null;
  /** Devices this phone was before it was enrolled anew, the first of them first. Absent: none. */
  former?: string[];
}

/** lines [dev, n] */
export interface LineRecord {
  id: string;
  answer: (Answer & { turn: number }) | null;
  sealed: ArrayBuffer;
  /** Words of it for this phone alone. Absent: none. */
  told?: ArrayBuffer;
}

/** drafts id */
export interface DraftRecord {
  at: number;
  /** Counted up by every write, so that no tab writes over what it has not read. Absent, of an older app: 0. */
  version?: number;
  sealed: ArrayBuffer;
  /** What it would become, sealed as it is: that is what a rescue file has of it. Absent: nobody knew. */
  intent?: ArrayBuffer;
}

/** Where an area's segments are: the generation shown (0: none yet), the one being filled (0: none), the next numbers. */
export interface AreaPlan {
  live: number;
  filling: number;
  nextGeneration: number;
  nextSegment: number;
}

/** meta `plan`: one turn per stored reply; `rev` moves whenever segments are added, merged or dropped. */
export interface Plan {
  rev: number;
  turn: number;
  /** The turn of the last reply with `more` false: lines answered up to it are settled. */
  settled: number;
  areas: Record<string, AreaPlan>;
}

export const NO_PLAN: Plan = { rev: 0, turn: 0, settled: 0, areas: {} };

export type SegmentKey = readonly [area: string, generation: number, segment: number];

/** Names in meta that belong to this room. */
export const RESERVED: readonly string[] = ["ctr", "plan", "sync", "wrap", "tries", "ballast"];

export const key = (k: LineKey | SegmentKey): (string | number)[] => [...k];
