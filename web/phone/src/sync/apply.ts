/** A reply, made into what the store takes. */
import { Malformed, type Reply, type Row } from "../../../shared/wire";
import type { AreaReply, KeptLine, ReplyToStore } from "../keep";
import { after, isAnswered, isSafe, type SyncState } from "./state";

export interface Applying {
  turn: number; // of the request
  now: number; // the phone's clock
  light: (row: Row, reply: number) => unknown;
}

/**
 * Every line that was sent must have got its answer, or nothing of the reply is used. The state's `last` becomes the
 * latest of the lines that were answered for the first time; a repeat would hide a roll-back.
 */
export function toStore(
  r: Reply,
  sent: readonly KeptLine[],
  was: SyncState,
  how: Applying,
): ReplyToStore & { state: SyncState } {
  const said = new Map(r.answers.map((a) => [a.id, a]));
  const state = after(was, r, how.now);
  const answers = sent.map((l) => {
    const a = said.get(l.id);
    if (!a) {
      throw new Malformed("a line without an answer");
    }
    return {
      key: [l.dev, l.n] as const,
      answer: {
        r: a.r,
        ...(a.code ? { code: a.code } : {}),
        ...(a.why ? { why: a.why } : {}),
        ...(a.fault ? { fault: a.fault } : {}),
        epoch: r.epoch,
        time: r.time,
      },
    };
  });
  const unanswered = new Set(sent.filter((l) => !isAnswered(r, l)).map((l) => l.id));
  for (const a of r.answers) {
    if (unanswered.has(a.id)) {
      state.last = a.id;
    }
  }
  return {
    turn: how.turn,
    state,
    answers,
    fresh: r.fresh,
    areas: byArea(r, how),
    safe: (said) => isSafe(state, said),
    more: r.more,
  };
}

/** The changes of each area; of one record in one area the last counts. */
function byArea(r: Reply, how: Applying): AreaReply[] {
  const utf8 = new TextEncoder();
  const areas = new Map<string, Map<string, { row: Row; raw: string } | null>>();
  for (const c of r.changes) {
    const { id, area } = c.row ?? c.gone;
    let of = areas.get(area);
    if (!of) {
      areas.set(area, (of = new Map()));
    }
    of.delete(id);
    of.set(id, c.row ? { row: c.row, raw: c.raw } : null);
  }
  return Array.from(areas, ([area, changes]) => {
    const part: AreaReply = { area, rows: [], gone: [] };
    changes.forEach((c, id) => {
      if (c) part.rows.push({ id, light: how.light(c.row, how.turn + 1), line: utf8.encode(c.raw) });
      else part.gone.push(id);
    });
    return part;
  });
}
