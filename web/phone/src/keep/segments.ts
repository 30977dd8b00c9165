import type { Bytes } from "../lock";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const json = (value: unknown): Bytes => encoder.encode(JSON.stringify(value));
export const parse = (bytes: Bytes): unknown => JSON.parse(decoder.decode(bytes));

export interface NewRow {
  id: string;
  light: unknown;
  line: Bytes;
}

/** What `idx` holds of a segment, sealed: where each row lies in the body, and what of it stays in memory. */
export interface Index {
  rows: [id: string, offset: number, length: number, light: unknown][];
  gone: string[];
}

/** A segment as two plain blobs; the body is NDJSON. */
export function pack(rows: readonly NewRow[], gone: readonly string[]): { index: Bytes; body: Bytes } {
  const size = rows.reduce((sum, r) => sum + r.line.length + 1, 0);
  const body = new Uint8Array(size);
  const index: Index = { rows: [], gone: [...gone] };
  let at = 0;
  for (const r of rows) {
    body.set(r.line, at);
    index.rows.push([r.id, at, r.line.length, r.light]);
    at += r.line.length;
    body[at++] = 0x0a;
  }
  return { index: json(index), body };
}

export function unpack(index: Bytes): Index {
  return parse(index) as Index;
}

/** Where the newest version of a row lies. */
export interface Spot {
  segment: number;
  offset: number;
  length: number;
  light: unknown;
}

/** Replays segments in order: the latest wins, a `gone` removes. */
export function replay(into: Map<string, Spot>, segment: number, index: Index): void {
  for (const id of index.gone) into.delete(id);
  for (const [id, offset, length, light] of index.rows) into.set(id, { segment, offset, length, light });
}

export interface SegmentSize {
  segment: number;
  rows: number;
}

const SMALL = 250;
const RUN = 16;

/**
 * What to compact, or null: the first run of 16 or more small segments beside each other, or all of them when more than
 * half of what is stored was overtaken.
 */
export function worthCompacting(segments: readonly SegmentSize[], living: number): number[] | null {
  const stored = segments.reduce((sum, s) => sum + s.rows, 0);
  if (segments.length > 1 && stored > 1000 && stored > 2 * living) return segments.map((s) => s.segment);
  let run: number[] = [];
  for (const s of segments) {
    if (s.rows < SMALL) run.push(s.segment);
    else if (run.length >= RUN) break;
    else run = [];
  }
  return run.length >= RUN ? run : null;
}
