/** The fold: lines laid over a row. */
import type { Commit, RecordId } from "../../../shared/wire";
import { Folding } from "./folding";
import type { Arrived, Own, Shown, View } from "./shown";

/**
 * Folds this phone's own lines, oldest first, over the row; null where neither
 * makes the record. Lines that do not touch it are passed over. Each line is
 * folded so that doing it twice, or over a row that already tells of it, changes
 * nothing: while a reply is only half read both happen.
 */
export function fold(id: RecordId, arrived: Arrived | null, lines: readonly Own[], view: View): Shown | null {
  const mine = lines.filter((l) => touches(l.commit, id));
  const held = mine.filter((l) => l.answer === "held" && isOpen(l.code)); // for as long as they are kept
  let folded = mine.filter((l) => l.answer !== "held" && !l.settled && !tells(arrived, l));
  const readOnly =
    arrived === null && !folded.some((l) => creates(l.commit, id)) && held.some((l) => creates(l.commit, id));
  if (readOnly) {
    folded = mine.filter((l) => l.answer !== "held" || isOpen(l.code));
  }
  const draft = arrived ? Folding.ofRow(arrived.row, view) : beginning(id, folded, view);
  if (!draft) {
    return null;
  }
  for (const l of folded) {
    draft.line(l);
  }
  return draft.shown(held, readOnly);
}

/** Whether the row was read after the line was applied, so that it needs no folding. */
function tells(arrived: Arrived | null, l: Own): boolean {
  return arrived?.reply !== undefined && l.reply !== undefined && l.answer !== "none" && arrived.reply >= l.reply;
}

/** A held line that still has to be applied or decided. */
function isOpen(code: string | undefined): boolean {
  return code !== "released" && code !== "rejected" && code !== "amended";
}

export function touches(c: Commit, id: RecordId): boolean {
  return c.do.some((it) => it[0] !== "judge" && it[1] === id);
}

function creates(c: Commit, id: RecordId): boolean {
  return c.do.some((it) => it[0] === "new" && it[1] === id);
}

function beginning(id: RecordId, lines: readonly Own[], view: View): Folding | null {
  for (const l of lines) {
    for (const it of l.commit.do) {
      if (it[0] === "new" && it[1] === id) {
        return Folding.ofNew(it, l.commit, view);
      }
    }
  }
  return null;
}
