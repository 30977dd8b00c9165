/** What whoever approved or voided a record had seen, as far as a phone can know it. */
import { fieldOf, type CommitId, type Row } from "../../../shared/wire";
import type { Standing } from "./shown";

type States = ReadonlyMap<string, Standing>;
type Content = readonly { field: string; id: CommitId }[];

/**
 * Rows say only whether a live value is unseen, not which. So all of a row that
 * says no were seen; of one that says yes, none is trusted until an own step or
 * void has seen them all.
 */
export class Reviewed {
  private approver = new Set<CommitId>();
  private voider = new Set<CommitId>();
  private bound = false;

  ofRow(row: Row, voided: boolean, states: States, content: Content): void {
    states.forEach((s, field) => {
      const steps = fieldOf(row.kind, field)?.steps ?? [];
      this.bound = this.bound || steps.some((step) => step.review === true && step.to === s.value);
    });
    const live = content.map((c) => c.id);
    if (voided && !row.changed) {
      this.voider = new Set(live);
    }
    if (!row.changed || voided) {
      // behind a void the row does not tell: trust what stands
      this.approver = new Set(live);
    }
  }

  voidedBy(id: CommitId, seen: readonly CommitId[]): void {
    [id, ...seen].forEach((s) => this.voider.add(s));
  }

  stepped(review: boolean, id: CommitId, seen: readonly CommitId[]): void {
    this.bound = review;
    this.approver = new Set(review ? [id, ...seen] : []);
  }

  /** A live value nobody who decided had seen. */
  changed(voided: boolean, content: Content): boolean {
    if (voided) {
      return content.some((c) => c.field !== "void" && !this.voider.has(c.id));
    }
    return this.bound && content.some((c) => !this.approver.has(c.id));
  }
}
