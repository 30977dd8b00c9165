/**
 * wrong: not this PIN. wait: too many wrong ones, `ms` says how long. none: no PIN was set yet. exists: one was set
 * already (a second would orphan all that is sealed). pin: the new PIN breaks a rule, see checkPin. damaged: sealed
 * bytes or the wrap itself cannot be right. locked: the keys were dropped. busy: another tab changed the wrap.
 */
export type LockCode = "wrong" | "wait" | "none" | "exists" | "pin" | "damaged" | "locked" | "busy";

export class LockError extends Error {
  constructor(
    readonly code: LockCode,
    readonly ms = 0,
  ) {
    super("lock: " + code);
    this.name = "LockError";
  }
}
