/** What a record looks like once its row and the own lines are folded. */
import type { AreaId, Commit, CommitId, Digest, Fault, Json, RecordId, Row, UserId } from "../../../shared/wire";

/** A live value with who wrote it and when: between `from` and `to`, Unix ms; `to` is null while it has not arrived. */
export interface Head {
  id: CommitId;
  value: Json; // masked where the field is sealed
  user: UserId;
  from: number;
  to: number | null;
  at: number | null; // the own clock of a value that has not arrived; null of others
  pending: boolean; // from an own line that the row does not tell of yet
}

/** A live element of a set with all its additions, equal ones under one element. */
export interface Element {
  value: Json;
  tags: Head[];
}

/** A note of a log, oldest first. */
export type Note = Head;

/** Where a state field stands. */
export interface Standing {
  value: string;
  head: Head;
}

/** An own step that does not apply to where the record stands now. */
export interface Refused {
  id: CommitId;
  field: string;
  from: string;
  to: string;
}

/** One of this phone's kept lines, as far as it may touch the record. */
export interface Own {
  commit: Commit;
  answer: "none" | "ok" | "dup" | "held";
  code?: string; // of a held one
  why?: string;
  fault?: Fault;
  /** The number of the reply that answered it, counted up by the phone; see Arrived.reply. */
  reply?: number;
  /** A reply with `more` false has followed its answer: the rows say what became of it. */
  settled?: boolean;
}

/**
 * A row and the number of the reply it came with. A row that came with the reply
 * that answered a line, or a later one, was read after that line was applied: the
 * line is not folded again over it. Without numbers only ids tell.
 */
export interface Arrived {
  row: Row;
  reply?: number;
}

/** What the fold must be told of who looks. */
export interface View {
  user: UserId; // whose phone it is
  /** Who reviews for a living: their values are shown first. Nobody, where left out. */
  staff?: (user: UserId) => boolean;
}

export interface Shown {
  id: RecordId;
  kind: string;
  area: AreaId;
  created: CommitId;
  author: UserId;
  row: Row | null;
  by: CommitId[]; // the creating commit and all live heads, tags, notes and states, each once
  fields: { [field: string]: Head[] }; // registers and groups: the first is the one to show
  sets: { [field: string]: Element[] };
  logs: { [field: string]: Note[] };
  states: { [field: string]: Standing };
  conflicts: string[]; // fields with more than one distinct value, sorted
  need: Digest[]; // media the server does not have yet
  changed: boolean; // a live value that whoever approved or voided it had not seen
  void: Json; // the reason it is void, or null
  pending: CommitId[]; // own lines folded in, oldest first
  noted: CommitId[]; // those of them that wrote notes alone
  refused: Refused[];
  held: Own[]; // own lines about it that the server holds: shown beside it, not folded
  readOnly: boolean; // shown from held lines alone
}
