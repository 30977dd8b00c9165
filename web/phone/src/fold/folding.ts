/** A record while lines are laid over it. */
import {
  canon,
  fieldOf,
  kindOf,
  mask,
  stepOf,
  type AreaId,
  type Commit,
  type CommitId,
  type Item,
  type Json,
  type NewItem,
  type RecordId,
  type Row,
  type UserId,
} from "../../../shared/wire";
import { collect, conflicts } from "./collect";
import { Reviewed } from "./reviewed";
import type { Head, Own, Refused, Shown, Standing, View } from "./shown";
import { before, later, leave, ownHead, type Spot } from "./spot";

/** Items in the order a commit is applied in, whatever order they stand in. */
const passes: readonly (readonly Item[0][])[] = [["new"], ["set", "add", "rm", "log"], ["go"]];

export class Folding {
  private row: Row | null = null;
  private readonly heads = new Map<string, Spot>();
  private readonly sets = new Map<string, Map<string, Spot>>();
  private readonly logs = new Map<string, Head[]>();
  private readonly states = new Map<string, Standing>();
  private readonly reviewed = new Reviewed();
  private readonly pending: CommitId[] = [];
  private readonly noted: CommitId[] = [];
  private readonly refused: Refused[] = [];

  private constructor(
    private readonly id: RecordId,
    private readonly kind: string,
    private area: AreaId,
    private readonly created: CommitId,
    private readonly author: UserId,
    private readonly view: View,
  ) {}

  static ofRow(row: Row, view: View): Folding {
    const d = new Folding(row.id, row.kind, row.area, row.by[row.c] as CommitId, row.w[row.c]?.[0] ?? "", view);
    d.row = row;
    const head = ([k, value]: [number, Json]): Head => {
      const [user, from, to] = row.w[k] ?? ["", 0, 0];
      return { id: row.by[k] ?? "", value, user, from, to, at: null, pending: false };
    };
    for (const field of Object.keys(row.f)) {
      const live = (row.f[field] ?? []).map(head);
      if (fieldOf(row.kind, field)?.class === "state" && live[0]) {
        d.states.set(field, { value: String(live[0].value), head: live[0] });
      } else {
        d.heads.set(field, { live, dead: new Set() });
      }
    }
    for (const field of Object.keys(row.s)) {
      for (const e of row.s[field] ?? []) {
        const h = head(e);
        d.spot(field, h.value).live.push(h);
      }
    }
    for (const field of Object.keys(row.l)) {
      d.logs.set(field, (row.l[field] ?? []).map(head));
    }
    d.reviewed.ofRow(row, d.voided(), d.states, d.content());
    return d;
  }

  static ofNew(it: NewItem, c: Commit, view: View): Folding {
    const d = new Folding(it[1], it[2], it[3], c.id, c.user, view);
    for (const f of kindOf(it[2])?.fields ?? []) {
      if (f.class === "state") {
        const value = f.choices?.[0]?.value ?? "";
        d.states.set(f.name, { value, head: ownHead(c, value) });
      }
    }
    return d;
  }

  /** Lays one own line over the record. */
  line(l: Own): void {
    const c = l.commit;
    let wrote = false;
    let noted = false;
    for (const ops of passes) {
      for (const it of c.do) {
        if (it[1] === this.id && ops.includes(it[0])) {
          noted = noted || it[0] === "log";
          wrote = this.item(it, c, l) || wrote;
        }
      }
    }
    if ((wrote || noted) && !this.pending.includes(c.id)) {
      this.pending.push(c.id);
      if (!wrote) {
        this.noted.push(c.id);
      }
    }
  }

  /** Applies one item; false where it is a note or a step that is refused. One of an unknown field is for the server to hold. */
  private item(it: Item, c: Commit, l: Own): boolean {
    switch (it[0]) {
      case "new":
        this.fill(it, c);
        return true;
      case "set":
        if (["reg", "grp"].includes(this.classOf(it[2]))) {
          this.write(it[2], it[3], it[4], c);
        }
        return true;
      case "add":
        if (this.classOf(it[2]) === "set") {
          this.add(it[2], it[3], c);
        }
        return true;
      case "rm":
        if (this.classOf(it[2]) === "set") {
          leave(this.spot(it[2], it[3]), it[4]);
        }
        return true;
      case "log":
        if (this.classOf(it[2]) === "log") {
          this.note(it[2], it[3], c);
        }
        return false;
      case "go":
        return this.step(it[2], it[3], it[4], it[5], c, l);
      case "judge":
        return false;
    }
  }

  private fill(it: NewItem, c: Commit): void {
    if (it[2] !== this.kind) {
      return;
    }
    for (const field of Object.keys(it[4])) {
      const value = it[4][field] as Json;
      const of = this.classOf(field);
      if (of === "set" && Array.isArray(value)) {
        for (const e of value) {
          this.add(field, e, c);
        }
      } else if (of === "reg" || of === "grp") {
        this.write(field, value, [], c);
      }
    }
  }

  private write(field: string, value: Json, seen: readonly CommitId[], c: Commit): void {
    let s = this.heads.get(field);
    if (!s) {
      this.heads.set(field, (s = { live: [], dead: new Set() }));
    }
    leave(s, seen);
    this.enter(s, fieldOf(this.kind, field)?.sealed ? mask(value) : value, c);
    if (field === "void" && value !== null) {
      this.reviewed.voidedBy(c.id, seen);
    }
  }

  /** Makes the commit a head, unless it is one or somebody has replaced it unseen. */
  private enter(s: Spot, value: Json, c: Commit): void {
    if (s.dead.has(c.id) || s.live.some((h) => h.id === c.id)) {
      return;
    }
    const head = ownHead(c, value);
    const at = s.live.findIndex((h) => before(head, h, this.view));
    s.live.splice(at < 0 ? s.live.length : at, 0, head);
  }

  /** Media stand in the order in which they were added: one that is added once more goes to the end, as on the server. */
  private add(field: string, element: Json, c: Commit): void {
    const s = this.spot(field, element);
    const had = s.live.length;
    this.enter(s, element, c);
    if (s.live.length === had || fieldOf(this.kind, field)?.type !== "medium") return;
    const of = this.sets.get(field);
    of?.delete(canon(element));
    of?.set(canon(element), s);
  }

  private note(field: string, text: string, c: Commit): void {
    const notes = this.logs.get(field) ?? [];
    if (!notes.some((n) => n.id === c.id)) {
      const head = ownHead(c, text);
      const at = notes.findIndex((n) => later(n, head));
      notes.splice(at < 0 ? notes.length : at, 0, head);
    }
    this.logs.set(field, notes);
  }

  /** A guarded step: from where it stands, or refused. */
  private step(field: string, from: string, to: string, seen: readonly CommitId[], c: Commit, l: Own): boolean {
    const now = this.states.get(field);
    const value = field === "area" ? this.area : now?.value;
    if (value === to) {
      return true;
    }
    // A line that was applied, and stands on an older state than the row's: others have stepped on since.
    const overtaken = l.answer !== "none" && now !== undefined && !now.head.pending && !seen.includes(now.head.id);
    if (value !== from || (field !== "area" && overtaken)) {
      if (l.answer === "none") {
        this.refused.push({ id: c.id, field, from, to });
      }
      return false;
    }
    if (field === "area") {
      this.area = to;
    } else {
      this.states.set(field, { value: to, head: ownHead(c, to) });
      this.reviewed.stepped(stepOf(this.kind, field, from, to)?.review === true, c.id, seen);
    }
    return true;
  }

  private spot(field: string, element: Json): Spot {
    let of = this.sets.get(field);
    if (!of) {
      this.sets.set(field, (of = new Map<string, Spot>()));
    }
    const key = canon(element);
    let s = of.get(key);
    if (!s) {
      of.set(key, (s = { live: [], dead: new Set() }));
    }
    return s;
  }

  private classOf(field: string): string {
    return fieldOf(this.kind, field)?.class ?? "";
  }

  private voided(): boolean {
    return this.heads.get("void")?.live.some((h) => h.value !== null) ?? false;
  }

  /** All live heads and tags, by field. */
  private content(): { field: string; id: CommitId }[] {
    const out: { field: string; id: CommitId }[] = [];
    this.heads.forEach((s, field) => s.live.forEach((h) => out.push({ field, id: h.id })));
    this.sets.forEach((of, field) => of.forEach((s) => s.live.forEach((h) => out.push({ field, id: h.id }))));
    return out;
  }

  /** What there is to show. */
  shown(held: Own[], readOnly: boolean): Shown {
    const live = collect(this.heads, this.sets, this.logs, this.states);
    const voids = live.fields["void"]?.filter((h) => h.value !== null) ?? [];
    live.ids.delete(this.created);
    return {
      id: this.id,
      kind: this.kind,
      area: this.area,
      created: this.created,
      author: this.author,
      row: this.row,
      by: [this.created, ...Array.from(live.ids).sort()],
      fields: live.fields,
      sets: live.sets,
      logs: live.logs,
      states: live.states,
      conflicts: conflicts(this.kind, live.fields, this.row),
      need: this.row?.need ?? [],
      changed: this.reviewed.changed(voids.length > 0, this.content()),
      void: voids[0]?.value ?? null,
      pending: this.pending,
      noted: this.noted,
      refused: this.refused,
      held,
      readOnly,
    };
  }
}
