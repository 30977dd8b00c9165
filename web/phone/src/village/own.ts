/** The own lines, read once and kept by id. */
import { readLine, type Commit, type CommitId, type RecordId } from "../../../shared/wire";
import type { Own } from "../fold";
import type { KeptLine } from "../keep";

export interface OwnLine extends Own {
  kept: KeptLine;
}

const decided = ["released", "rejected", "amended"];

export class OwnLines {
  private lines: OwnLine[] = [];
  private readonly read = new Map<CommitId, Commit>();
  private readonly touching = new Map<RecordId, OwnLine[]>();
  /** Lines whose bytes this app cannot read; they are sent all the same. */
  unread = 0;

  /** `told`: a moment by this phone's clock as the server's tells it; it cannot have been before `heard`. */
  constructor(private readonly told: (at: number, heard: number) => number = (at) => at) {}

  /** Takes the lines as they are on the disk. Returns the records whose folding may have changed. */
  replace(kept: readonly KeptLine[]): RecordId[] {
    const before = new Map(this.lines.map((l) => [l.kept.id, l]));
    const changed = new Set<RecordId>();
    const now: OwnLine[] = [];
    this.unread = 0;
    for (const k of kept) {
      const line = this.line(k);
      if (!line) {
        this.unread++;
        continue;
      }
      const was = before.get(k.id);
      before.delete(k.id);
      if (
        !was ||
        was.answer !== line.answer ||
        was.code !== line.code ||
        was.settled !== line.settled ||
        was.reply !== line.reply ||
        was.commit.at !== line.commit.at
      ) {
        recordsOf(line.commit).forEach((id) => changed.add(id));
      }
      now.push(line);
    }
    before.forEach((l) => {
      this.read.delete(l.kept.id);
      recordsOf(l.commit).forEach((id) => changed.add(id));
    });
    this.lines = now;
    this.touching.clear();
    for (const l of now) {
      for (const id of recordsOf(l.commit)) {
        const list = this.touching.get(id);
        if (list) list.push(l);
        else this.touching.set(id, [l]);
      }
    }
    return Array.from(changed);
  }

  all(): readonly OwnLine[] {
    return this.lines;
  }

  get(id: CommitId): OwnLine | null {
    return this.lines.find((l) => l.kept.id === id) ?? null;
  }

  /** The lines about a record, oldest first. */
  of(id: RecordId): OwnLine[] {
    return this.touching.get(id) ?? [];
  }

  /** Whether a record looks different for them: some line is not told of by the rows, or is held. */
  matter(id: RecordId): boolean {
    return this.of(id).some((l) => !l.settled || isOpenHeld(l));
  }

  private line(k: KeptLine): OwnLine | null {
    let commit = this.read.get(k.id);
    if (!commit) {
      try {
        commit = readLine(k.bytes);
      } catch {
        return null;
      }
      this.read.set(k.id, commit);
    }
    const a = k.answer;
    const at = this.told(commit.at, commit.heard ?? 0);
    return {
      kept: k,
      commit: at === commit.at ? commit : { ...commit, at },
      answer: a?.r ?? "none",
      settled: k.settled,
      ...(a?.code !== undefined ? { code: a.code } : {}),
      ...(a?.why !== undefined ? { why: a.why } : {}),
      ...(a?.fault !== undefined ? { fault: a.fault } : {}),
      ...(k.reply !== null ? { reply: k.reply } : {}),
    };
  }
}

/** On the server, and still to be applied or decided. */
export function isOpenHeld(l: Own): boolean {
  return l.answer === "held" && !decided.includes(l.code ?? "");
}

export function isDecided(l: Own): boolean {
  return l.answer === "held" && decided.includes(l.code ?? "");
}

export function recordsOf(c: Commit): RecordId[] {
  return Array.from(new Set(c.do.filter((it) => it[0] !== "judge").map((it) => it[1])));
}

/** What people count: a visit and its submission are one thing, whatever number of lines tell of it. */
export function thingOf(c: Pick<Commit, "id" | "do">): string {
  return c.do.find((it) => it[0] !== "judge")?.[1] ?? c.id;
}

export const thingsIn = (lines: readonly OwnLine[]): number => new Set(lines.map((l) => thingOf(l.commit))).size;

/** The lines that others of this phone are to replace. Where one of those was turned down itself, it replaces nothing. */
export function replacedBy(lines: readonly OwnLine[]): ReadonlySet<CommitId> {
  const out = new Set<CommitId>();
  for (const l of lines) {
    if (l.code !== "rejected") l.commit.do.forEach((it) => it[0] === "judge" && out.add(it[1]));
  }
  return out;
}

/** Waiting lines about a record that the township turned down, and that was not recorded anew: nothing will end them. */
export function behindRejected(lines: readonly OwnLine[]): ReadonlySet<CommitId> {
  const news = (of: readonly OwnLine[]): Set<RecordId> =>
    new Set(of.flatMap((l) => l.commit.do.filter((it) => it[0] === "new").map((it) => it[1])));
  const rejected = news(lines.filter((l) => l.code === "rejected"));
  const there = news(lines.filter((l) => l.code !== "rejected"));
  const gone = (id: RecordId): boolean => rejected.has(id) && !there.has(id);
  return new Set(
    lines
      .filter((l) => l.code === "waiting" && recordsOf(l.commit).length > 0 && recordsOf(l.commit).every(gone))
      .map((l) => l.kept.id),
  );
}
