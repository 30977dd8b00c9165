/** Heads at one spot, a register, a group or one element of a set, and their order of display. */
import type { Commit, CommitId, Json } from "../../../shared/wire";
import type { Head, View } from "./shown";

/** Live heads and the ids that were seen before they came. */
export interface Spot {
  live: Head[];
  dead: Set<CommitId>;
}

export function ownHead(c: Commit, value: Json): Head {
  return { id: c.id, value, user: c.user, from: c.heard ?? 0, to: null, at: c.at, pending: true };
}

/** What was seen leaves; what was seen and is not here is dead before it comes. */
export function leave(s: Spot, seen: readonly CommitId[]): void {
  for (const id of seen) {
    const at = s.live.findIndex((h) => h.id === id);
    if (at >= 0) {
      s.live.splice(at, 1);
    }
    s.dead.add(id);
  }
}

/** The own clock, held to what the server was last heard to say. */
function clamped(h: Head): number {
  return Math.max(h.at ?? 0, h.from);
}

/**
 * Whether an own value that has not arrived is shown before another. Of what the
 * row tells, only an interval is known: the own value leads unless the other is
 * the staff's or certainly later.
 */
export function before(own: Head, other: Head, view: View): boolean {
  const staff = view.staff ?? (() => false);
  if (staff(own.user) !== staff(other.user)) {
    return staff(own.user);
  }
  if (!other.pending) {
    return clamped(own) >= other.from;
  }
  return clamped(own) !== clamped(other) ? clamped(own) > clamped(other) : own.id > other.id;
}

/** Whether a note stands after an own one that has not arrived. */
export function later(n: Head, own: Head): boolean {
  if (!n.pending) {
    return n.from > clamped(own);
  }
  return clamped(n) !== clamped(own) ? clamped(n) > clamped(own) : n.id > own.id;
}
