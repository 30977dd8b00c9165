/** What reviewers said of a visit: what is to be done now, and what was said in earlier rounds. */
import type { UserId } from "../../../shared/wire";
import type { Head, Shown } from "./shown";

/** What a comment is on that is on no field in particular. */
export const whole = "visit";

export interface Comment {
  field: string; // without "comments."
  text: string;
  user: UserId;
  at: number;
}

/** A return and the words that go with it are saved in one go: so far apart they are told to be, at most. */
const TOGETHER = 60_000;

/**
 * `open`: said with the return that stands, oldest first. Rows do not tell when a visit was submitted before, but what
 * its author wrote between two returns stands in it, and all that was said before that is of an earlier round.
 */
export function commentsOf(s: Shown): { open: Comment[]; earlier: Comment[] } {
  const all: Comment[] = [];
  for (const name of Object.keys(s.logs)) {
    if (!name.startsWith("comments.")) continue;
    s.logs[name]?.forEach((n) =>
      all.push({ field: name.slice("comments.".length), text: String(n.value), user: n.user, at: time(n) }),
    );
  }
  all.sort((a, b) => a.at - b.at);
  const state = s.states["state"];
  const from =
    state?.value === "returned" ? Math.max(time(state.head) - TOGETHER, writtenBefore(s, time(state.head))) : Infinity;
  return { open: all.filter((c) => c.at >= from), earlier: all.filter((c) => c.at < from) };
}

/** When the newest content that had arrived before a moment arrived. */
function writtenBefore(s: Shown, moment: number): number {
  let last = 0;
  const look = (h: Head): void => {
    if (h.to !== null && h.to < moment) last = Math.max(last, h.to);
  };
  Object.keys(s.fields).forEach((f) => s.fields[f]?.forEach(look));
  Object.keys(s.sets).forEach((f) => s.sets[f]?.forEach((e) => e.tags.forEach(look)));
  return last;
}

function time(h: Head): number {
  return h.to ?? h.at ?? h.from;
}
