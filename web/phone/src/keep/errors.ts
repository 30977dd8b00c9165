/**
 * full: the disk is full and nothing may be given up. closed: the database was closed, by another version or by hand.
 * no_recovery: the server's recovery key was never fetched, so nobody could open a rescue file.
 * locked: sealed things were asked for before unlock. too_large: over a bound of this room. no_media: a save names a
 * medium by digest that is not kept. name: a name keep/ reserves. blocked: another tab holds an older version open.
 * broken: the browser cannot open its own files, and knows no other place.
 * overtaken: a draft is not as this tab knew it, another one has written, ended or dropped it; nothing was done.
 * busy: other tabs were faster too often. failed: the browser's store failed; `reason` says how.
 */
export type KeepCode =
  | "full"
  | "closed"
  | "locked"
  | "too_large"
  | "no_media"
  | "no_recovery"
  | "name"
  | "blocked"
  | "broken"
  | "busy"
  | "overtaken"
  | "failed";

export class KeepError extends Error {
  readonly reason: unknown;
  constructor(
    readonly code: KeepCode,
    reason?: unknown,
  ) {
    super("keep: " + code);
    this.name = "KeepError";
    this.reason = reason;
  }
}

export function isQuota(e: unknown): boolean {
  return e instanceof Error || e instanceof DOMException ? e.name === "QuotaExceededError" : false;
}
