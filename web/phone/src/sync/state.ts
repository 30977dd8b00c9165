/** What a phone remembers of its talks with the server. Sealed, and replaced with every reply. */
import type { AreaId, CommitId, DeviceId, Reply, Scope } from "../../../shared/wire";

export const day = 24 * 60 * 60 * 1000;
/** A line stays this long after a verified backup holds it. */
export const keepFor = 30 * day;

export interface SyncState {
  epoch: string | null;
  cursor: string | null;
  /** Of all lines answered in this epoch, the one whose first answer came latest. */
  last: CommitId | null;
  /** The server's time in the last reply; lines name it. */
  heard: number | null;
  /** The server's clock minus this phone's, then. */
  skew: number;
  safeAt: number | null;
  /** When which safe_at was first heard, by the server's clock, a day apart: what was safe 30 days ago. */
  safes: [safeAt: number, heard: number][];
  scope: Scope | null;
  /** Areas that were taken away; their rows go when all has been sent. */
  leaving: AreaId[];
  /** The device that was shut out, as long as no later reply lets this phone in again. */
  revoked: DeviceId | null;
  /** When all was last sent and read, by the server's clock, and the bytes that took. */
  at: number | null;
  sent: number;
  received: number;
  minApp: string;
}

export function noState(): SyncState {
  return {
    epoch: null,
    cursor: null,
    last: null,
    heard: null,
    skew: 0,
    safeAt: null,
    safes: [],
    scope: null,
    leaving: [],
    revoked: null,
    at: null,
    sent: 0,
    received: 0,
    minApp: "",
  };
}

/** Reads the state as it was stored; a lost one makes a phone start from nothing, which costs bytes only. */
export function readState(stored: unknown): SyncState {
  return typeof stored === "object" && stored !== null
    ? { ...noState(), ...(stored as Partial<SyncState>) }
    : noState();
}

/** The server was restored: nothing it said before counts any more, but the scope and what the user sees. */
export function startedOver(was: SyncState, epoch: string, time: number, now: number): SyncState {
  return { ...was, epoch, cursor: null, last: null, heard: time, skew: time - now, safeAt: null, safes: [] };
}

/** The state after a reply; the rest of what it changes is in the rows and the lines. */
export function after(was: SyncState, r: Reply, now: number): SyncState {
  const safes = r.safeAt === null ? was.safes : remember(was.safes, r.safeAt, r.time);
  const state: SyncState = {
    ...was,
    epoch: r.epoch,
    cursor: r.cursor,
    heard: r.time,
    skew: r.time - now,
    safeAt: r.safeAt,
    safes,
    minApp: r.minApp,
    revoked: null,
  };
  if (r.scope) {
    const keep = new Set([...r.scope.areas, ...r.scope.above]);
    const had = was.scope ? [...was.scope.areas, ...was.scope.above] : [];
    state.scope = r.scope;
    state.leaving = Array.from(new Set([...was.leaving, ...had])).filter((a) => !keep.has(a));
  }
  return state;
}

function remember(safes: SyncState["safes"], safeAt: number, time: number): SyncState["safes"] {
  const newest = safes[safes.length - 1];
  if (newest && (newest[0] >= safeAt || time - newest[1] < day)) {
    return safes;
  }
  const all: SyncState["safes"] = [...safes, [safeAt, time]];
  const old = all.filter((s) => time - s[1] > keepFor);
  return [...old.slice(-1), ...all.filter((s) => time - s[1] <= keepFor)];
}

interface Said {
  epoch: string;
  time: number;
}

/** Whether the server as it is now has answered; what one before a restore said counts for nothing. */
export function isAnswered(s: { epoch: string | null }, line: { answer: { epoch: string } | null }): boolean {
  return line.answer !== null && line.answer.epoch === s.epoch;
}

/** Whether a verified backup of this epoch holds what was acknowledged so. */
export function isSafe(s: SyncState, said: Said | null): boolean {
  return said !== null && s.safeAt !== null && said.epoch === s.epoch && said.time < s.safeAt;
}

/** Whether it has been safe for long enough to be dropped. */
export function isPast(s: SyncState, said: Said | null): boolean {
  const { heard } = s;
  return (
    isSafe(s, said) &&
    heard !== null &&
    s.safes.some(([safeAt, at]) => safeAt > (said as Said).time && heard - at > keepFor)
  );
}

const decided = ["released", "rejected", "amended"];

/** Held and not decided: its author still sees it and may have to do something. */
export function isOpen(said: { r: string; code?: string } | null): boolean {
  return said?.r === "held" && !decided.includes(said.code ?? "");
}

/** Whether the phone need not keep a line any longer. */
export function mayGo(
  s: SyncState,
  line: { answer: (Said & { r: string; code?: string }) | null; settled: boolean },
): boolean {
  return line.settled && !isOpen(line.answer) && isPast(s, line.answer);
}
