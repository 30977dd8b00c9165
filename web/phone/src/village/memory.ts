/** What is in memory, kept true to the disk: this tab's own writes, other tabs' and the sync's. */
import { fold, type Shown } from "../fold";
import {
  parseRow,
  type AreaId,
  type CommitId,
  type Digest,
  type Json,
  type RecordId,
  type UserId,
} from "../../../shared/wire";
import type { Change, Keep, KeptLine, Loaded, MediaState } from "../keep";
import { isAnswered, readState, type SyncState } from "../sync";
import { Book, type Entry } from "./book";
import { Calm } from "./calm";
import { Clock } from "./clock";
import { Households } from "./households";
import { isContent, lightOf, type Light } from "./light";
import { OwnLines } from "./own";
import type { DraftEntry, Versions } from "./types";

export type Medium = MediaState & { here: boolean };

export interface MemoryDeps {
  keep: Keep;
  user: () => UserId;
  /** The phone's clock. */
  now: () => number;
  /** Told when something was taken in. */
  changed: (what: (keyof Versions)[]) => void;
}

export class Memory {
  readonly clock: Clock;
  readonly book = new Book();
  readonly own = new OwnLines((at, heard) => this.clock.told(at, heard));
  readonly calm: Calm;
  readonly homes: Households;
  state: SyncState = readState(null);
  kept: readonly KeptLine[] = [];
  media: readonly Medium[] = [];
  readonly mediaBy = new Map<Digest, Medium>();
  drafts: DraftEntry[] = [];
  /** Own lines whose seal did not open: only the rescue file has them. */
  unreadable = 0;
  private readonly wanted = { areas: new Set<AreaId>(), also: new Set<"lines" | "media" | "drafts">() };
  private work: Promise<unknown> = Promise.resolve();
  private saving = 0;
  private missed = false;
  private stop: (() => void) | null = null;

  constructor(private readonly d: MemoryDeps) {
    this.clock = new Clock(d.now, () => this.state);
    this.calm = new Calm(this.book, () => this.clock.now());
    this.homes = new Households(
      this.book,
      this.calm,
      d.user,
      () => d.changed(["rows"]),
      (digest) => {
        const said = this.mediaBy.get(digest)?.receipt;
        return said !== undefined && said !== null && said.epoch === this.state.epoch;
      },
    );
  }

  /** Takes in what the store held and what changed there while it was being read, and listens to it from then on. */
  async open(loaded: Loaded, meanwhile: readonly Change[]): Promise<void> {
    this.state = readState(loaded.state);
    this.unreadable = loaded.unreadable.length;
    this.calm.turn();
    const areas = new Map<AreaId, { id: RecordId; light: Light }[]>();
    for (const r of loaded.rows) {
      const of = areas.get(r.area);
      const row = { id: r.id, light: r.light as Light };
      if (of) of.push(row);
      else areas.set(r.area, [row]);
    }
    areas.forEach((rows, area) => this.book.replaceArea(area, rows));
    this.kept = loaded.lines;
    this.stop = this.d.keep.onChange((c) => this.heard(c));
    await this.cover(this.own.replace(loaded.lines));
    this.homes.refresh(true);
    await Promise.all([this.takeMedia(), this.takeDrafts()]);
    this.d.changed(["rows", "lines", "content"]);
    meanwhile.forEach((c) => this.heard(c));
  }

  close(): void {
    this.stop?.();
    this.stop = null;
  }

  /** Runs a save and shows its lines at once; what other tabs did meanwhile is looked at a little later. */
  async saved(save: () => Promise<Omit<KeptLine, "answer" | "reply" | "settled">[]>): Promise<CommitId[]> {
    this.saving++;
    try {
      const lines = await save();
      await this.inTurn(async () => {
        const here = new Set(this.kept.map((l) => l.id));
        const fresh = lines
          .filter((l) => !here.has(l.id))
          .map((l) => ({ ...l, answer: null, reply: null, settled: false }));
        if (fresh.length > 0) {
          await this.takeLines([...this.kept, ...fresh]);
        }
      }).catch(() => (this.missed = true)); // they are on the disk: whoever saves must not be told otherwise, and save again
      return lines.map((l) => l.id);
    } finally {
      this.saving--;
      if (this.missed && this.saving === 0) {
        this.missed = false;
        setTimeout(() => this.heard({ what: "lines" }), 1500);
      }
    }
  }

  /** A record as it is to be shown, its body read from the disk; null where that does not open, until it is read anew. */
  async record(id: RecordId): Promise<Shown | null> {
    const row = this.book.row(id);
    const bytes = row && (await this.d.keep.row(row.area, id));
    if (row && !bytes) {
      return null;
    }
    const arrived = row && bytes ? { row: parseRow(new TextDecoder().decode(bytes)), reply: row.light.r } : null;
    return fold(id, arrived, this.own.of(id), this.view());
  }

  user(): UserId {
    return this.d.user();
  }

  view(): { user: UserId; staff: (user: UserId) => boolean } {
    return { user: this.d.user(), staff: (user) => this.homes.staff(user) };
  }

  /** Resolves when all that was heard of changes has been taken in. */
  async settled(): Promise<void> {
    for (let was: unknown; was !== this.work; ) {
      was = this.work;
      await was;
    }
  }

  /** Looks at the disk without being told of a change. */
  reread(what: ("lines" | "drafts")[]): Promise<void> {
    what.forEach((w) => this.wanted.also.add(w));
    return this.inTurn(() => this.take());
  }

  /** Takes in what sync knows now. A phone whose clock is wrong learns of another day with the server's time. */
  learn(state: SyncState): void {
    const was = this.state.skew;
    this.state = state;
    if (Math.abs(state.skew - was) > 60_000) {
      void this.inTurn(() => this.takeDrafts()).catch(() => undefined);
    }
    if (this.calm.turn()) {
      this.homes.newDay();
      this.homes.refresh(true);
      this.d.changed(["clock"]);
    }
  }

  /** Another day, perhaps. */
  tick(): void {
    if (this.calm.turn()) {
      this.homes.newDay();
      this.homes.refresh(true);
    }
    this.d.changed(["clock"]);
  }

  private heard(c: Change): void {
    if (c.what === "named") {
      return;
    }
    if ((c.what === "lines" || c.what === "state") && this.saving > 0) {
      this.missed = true; // most likely this save's own
      return;
    }
    if (c.what === "rows") c.areas.forEach((a) => this.wanted.areas.add(a));
    else this.wanted.also.add(c.what === "state" ? "lines" : c.what);
    void this.inTurn(() => this.take()).catch(() => undefined); // locked meanwhile, or closed: the gate says so
  }

  /** One after the other; changes that come while one waits are taken with it. */
  private inTurn(job: () => Promise<void>): Promise<void> {
    const done = this.work.then(job);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async take(): Promise<void> {
    const areas = Array.from(this.wanted.areas);
    const also = Array.from(this.wanted.also);
    this.wanted.areas.clear();
    this.wanted.also.clear();
    if (!this.stop) {
      return;
    }
    if (also.includes("lines")) {
      const { lines, state, unreadable } = await this.d.keep.reload();
      this.learn(readState(state));
      this.unreadable = unreadable.length;
      await this.takeLines(lines);
    }
    if (areas.length > 0) await this.takeRows(areas);
    if (also.includes("media")) await this.takeMedia();
    if (also.includes("drafts")) await this.takeDrafts();
  }

  private async takeLines(lines: readonly KeptLine[]): Promise<void> {
    this.kept = lines;
    await this.cover(this.own.replace(lines));
    this.homes.refresh(false);
    this.d.changed(["lines", "media"]);
  }

  private async takeRows(areas: readonly AreaId[]): Promise<void> {
    const changed = new Set<RecordId>();
    let content = false;
    const note = (id: RecordId, e: Entry | null): void => {
      changed.add(id);
      content = content || e === null || isContent(e.light.k);
    };
    for (const area of areas) {
      const rows = (await this.d.keep.area(area)).map((r) => ({ id: r.id, light: r.light as Light }));
      this.book.replaceArea(area, rows).forEach((id) => note(id, this.book.get(id)));
    }
    await this.cover(changed);
    if (content) {
      this.calm.forget();
    }
    this.homes.refresh(content);
    this.d.changed(content ? ["rows", "content"] : ["rows"]);
  }

  /** Lays the own lines over the records they matter to, and takes off what no longer does. */
  private async cover(ids: Iterable<RecordId>): Promise<void> {
    for (const id of ids) {
      if (!this.own.matter(id)) {
        this.book.cover(id, null);
        continue;
      }
      const shown = await this.record(id).catch(() => null); // one that cannot be read costs only itself
      this.book.cover(id, shown && { id, area: shown.area, light: lightOf(shown, "", Infinity, this.unsent(id)) });
    }
  }

  /** Whether own work on a record is on this phone alone. */
  private unsent(id: RecordId): boolean {
    return this.own.of(id).some((l) => !isAnswered(this.state, l.kept));
  }

  async takeMedia(): Promise<void> {
    this.media = await this.d.keep.mediaStates();
    this.mediaBy.clear();
    this.media.forEach((m) => this.mediaBy.set(m.sha256, m));
    this.d.changed(["media"]);
  }

  private async takeDrafts(): Promise<void> {
    this.drafts = (await this.d.keep.drafts()).map((x) => ({
      id: x.id,
      at: this.clock.told(x.at),
      version: x.version,
      value: x.value as Json,
    }));
    this.d.changed(["drafts"]);
  }
}
