/** One sync: lines, rows, media, and what may go. */
import { Malformed, readLine, startsOver, Sum, type AreaId, type CommitId, type Row } from "../../../shared/wire";
import { KeepError, type KeptLine } from "../keep";
import { toStore } from "./apply";
import { dropSafeMedia, lacking, sendMedia, unsentMedia } from "./media";
import { mostRounds, Sending, type SendingDeps } from "./sending";
import { Standing } from "./standing";
import { isAnswered, isOpen, isSafe, mayGo } from "./state";
import { Uploader } from "./upload";
import { lastWill } from "./will";

export interface SessionDeps extends SendingDeps {
  /** What of a row stays in memory, and its part of the area's sum. */
  light: (row: Row, reply: number) => unknown;
  weight: (light: unknown) => Uint8Array;
  /** Told of what moved, while it moves. */
  moved?: (rows: number, received: number, sent: number) => void;
  /** Sees to it that the server of this epoch (null: not known yet) could open what this phone seals. */
  recoverable?: (epoch: string | null) => Promise<void>;
  /** True when the session has to end: the lease was lost, the phone locked. */
  stopped?: () => boolean;
}

export class Stopped extends Error {
  constructor() {
    super("sync was stopped");
    this.name = "Stopped";
  }
}

export class Session {
  private readonly s: Standing;
  private readonly out: Sending;
  private reread: AreaId[] = [];
  private mending: AreaId[] = []; // areas of which a segment does not open
  private compared = false;
  private again = new Set<CommitId>(); // held lines to be asked about
  private rows = 0;
  private received = 0;
  private sent = 0;

  constructor(private readonly d: SessionDeps) {
    this.s = new Standing(d);
    this.out = new Sending(d, this.s);
  }

  /**
   * All of it. After an error the phone is as the last whole reply left it, and another session may begin. What one
   * medium failed of is told when all the rest is done.
   */
  async run(media: boolean): Promise<{ fault: unknown }> {
    await this.s.load();
    await this.d.recoverable?.(this.s.state.epoch); // first of all: whatever comes next, its rescue file can be opened
    this.reread = this.mending = await this.d.keep.damaged();
    try {
      await this.talk();
      if (await this.doubtHeld()) {
        await this.talk();
      }
    } catch (e) {
      if (media && e instanceof KeepError && e.code === "full") {
        await sendMedia(this.d.keep, this.d.server, this.uploader(), this.s.state.epoch, false); // what is sent makes room once it is safe
      }
      throw e;
    }
    await this.d.recoverable?.(this.s.state.epoch);
    const fault = media
      ? await sendMedia(this.d.keep, this.d.server, this.uploader(), this.s.state.epoch, false)
      : null;
    if (this.sent > this.s.state.sent) {
      await this.s.note({ sent: this.sent }); // what a sync sent are its media too
    }
    await this.leave(media);
    await this.drop();
    return { fault };
  }

  /** What is left to a phone that was shut out. */
  async lastWill(): Promise<{ fault: unknown }> {
    await this.s.load();
    return lastWill(this.d, this.s, this.out, this.uploader(), () => this.check());
  }

  /** Round trips until every line is answered and nothing more is to be read. */
  private async talk(): Promise<void> {
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      this.check();
      const lines = this.s.lines.filter((l) => !isAnswered(this.s.state, l) || this.again.has(l.id));
      const [packed, sent] = await this.out.pack(lines, this.reread);
      const reply = await this.out.halving(packed, () =>
        this.d.server.sync(packed, { heard: (n) => this.move(0, n, 0) }),
      );
      if (!reply) {
        continue;
      }
      this.move(reply.changes.length, 0, packed.body.length);
      this.check();
      if (startsOver(reply, this.s.state.epoch)) {
        await this.s.startOver(reply);
        this.reread = [];
        continue;
      }
      const order = toStore(reply, sent, this.s.state, { turn: this.s.turn, now: this.d.now(), light: this.d.light });
      if (!reply.more) {
        Object.assign(order.state, { at: reply.time, sent: this.sent, received: this.received });
      }
      if (!(await this.s.store(order, sent))) {
        continue;
      }
      this.reread = [];
      sent.forEach((l) => this.again.delete(l.id));
      await lacking(
        this.d.keep,
        reply.changes.flatMap((c) => (c.row ? [c.row] : [])),
        reply.time,
      );
      if (reply.more) {
        continue;
      }
      const differ = await this.differing(reply.sum);
      if (differ.length > 0 && !this.compared) {
        this.compared = true;
        this.reread = differ;
        continue;
      }
      if (this.mending.length > 0) {
        await this.d.keep.mended(this.mending);
        this.mending = [];
      }
      await this.s.load(); // lines saved meanwhile
      if (this.s.lines.every((l) => isAnswered(this.s.state, l))) {
        return;
      }
    }
    throw new Malformed("a server that never comes to an end");
  }

  /** Areas of which the phone and the server hold different rows. */
  private async differing(sums: { [area: string]: string }): Promise<AreaId[]> {
    const out: AreaId[] = [];
    for (const area of Object.keys(sums).sort()) {
      const sum = new Sum();
      for (const r of await this.d.keep.area(area)) {
        sum.add(this.d.weight(r.light));
      }
      if (sum.toString() !== sums[area]) {
        out.push(area);
      }
    }
    return out;
  }

  /**
   * Looks at the list of held lines where this phone has some, and marks those of which it says something else, or
   * nothing: they are sent once more, and their answer tells. Returns whether there are any.
   */
  private async doubtHeld(): Promise<boolean> {
    const held = this.s.lines.filter((l) => isOpen(l.answer));
    if (held.length === 0) {
      return false;
    }
    const listed = new Map((await this.d.server.held()).map((h) => [h.id, h.code]));
    held.filter((l) => listed.get(l.id) !== l.answer?.code).forEach((l) => this.again.add(l.id));
    return this.again.size > 0;
  }

  /** Rows of areas that were taken away go when lines and media of theirs are there, or could not be sent. */
  private async leave(media: boolean): Promise<void> {
    const { leaving } = this.s.state;
    if (leaving.length > 0 && (media || !(await this.waitsIn(leaving)))) {
      await this.s.note({ leaving: [] }, leaving);
    }
  }

  /** Whether a medium that waits is named by a line about a record of these areas. */
  private async waitsIn(areas: readonly AreaId[]): Promise<boolean> {
    const hold = new Set(unsentMedia(await this.d.keep.mediaStates(), this.s.state.epoch).flatMap((m) => m.lines));
    const records = new Set<string>();
    for (const area of hold.size > 0 ? areas : []) {
      (await this.d.keep.area(area)).forEach((r) => records.add(r.id));
    }
    const isIn = (l: KeptLine): boolean =>
      readLine(l.bytes).do.some((it) => records.has(it[1]) || (it[0] === "new" && areas.includes(it[3])));
    try {
      return this.s.lines.some((l) => hold.has(l.id) && isIn(l));
    } catch {
      return true; // a line this app cannot read
    }
  }

  /** What has been safe for 30 days, and media a verified backup holds. */
  private async drop(): Promise<void> {
    const past = this.s.lines.filter((l) => mayGo(this.s.state, l));
    if (past.length > 0) {
      await this.d.keep.dropLines(past.map((l) => [l.dev, l.n] as const));
    }
    await dropSafeMedia(this.d.keep, this.d.server, this.s.state, this.s.unreadable);
    await this.d.keep.settle((key, said) => !this.s.unreadable.has(String(key)) && isSafe(this.s.state, said));
  }

  private uploader(): Uploader {
    return new Uploader(
      this.d.server,
      this.d.now,
      () => this.d.stopped?.() === true || this.d.keep.locked,
      (n) => this.move(0, 0, n),
    );
  }

  private move(rows: number, received: number, sent: number): void {
    this.rows += rows;
    this.received += received;
    this.sent += sent;
    this.d.moved?.(this.rows, this.received, this.sent);
  }

  private check(): void {
    if (this.d.stopped?.() || this.d.keep.locked) {
      throw new Stopped();
    }
  }
}
