/** One sync: lines, rows, media, and what may go. */
import { isProblem, Malformed, packRequest, startsOver, Sum, type Packed, type AreaId, type CommitId, type DeviceId, type Reply, type Row, type Server } from "../wire";
import type { KeptLine } from "../keep";
import { toStore } from "./apply";
import { dropSafeMedia, lacking, sendMedia } from "./media";
import { Standing, type StandingDeps } from "./standing";
import { isOpen, mayGo, type SyncState } from "./state";
import { Uploader } from "./upload";

export interface SessionDeps extends StandingDeps {
  server: Server;
  device: DeviceId;
  app: string;
  /** What of a row stays in memory, and its part of the area's sum. */
  light: (row: Row, reply: number) => unknown;
  weight: (light: unknown) => Uint8Array;
  /** Told of what moved, while it moves. */
  moved?: (rows: number, received: number, sent: number) => void;
  /** True when the session has to end: the lease was lost, the phone locked. */
  stopped?: () => boolean;
}

/** A server that answers nonsense again and again. */
const mostRounds = 2000;

export class Stopped extends Error {
  constructor() {
    super("sync was stopped");
    this.name = "Stopped";
  }
}

export class Session {
  private readonly s: Standing;
  private reread: AreaId[] = [];
  private mending = false;
  private compared = false;
  private again = new Set<CommitId>(); // held lines to be asked about
  private limit = 500;
  private rows = 0;
  private received = 0;
  private sent = 0;

  constructor(private readonly d: SessionDeps) {
    this.s = new Standing(d);
  }

  /** All of it. After an error the phone is as the last whole reply left it, and another session may begin. */
  async run(media: boolean): Promise<SyncState> {
    await this.s.load();
    this.reread = await this.damaged();
    this.mending = this.reread.length > 0;
    await this.talk();
    if (await this.doubtHeld()) {
      await this.talk();
    }
    if (media) {
      await sendMedia(this.d.keep, this.d.server, this.uploader(), this.s.state.epoch, false);
    }
    await this.leave(media);
    await this.drop();
    return this.s.state;
  }

  /** Hands over what a revoked phone holds and the server has not answered; then its media; then the rows go. */
  async lastWill(): Promise<SyncState> {
    await this.s.load();
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      const lines = this.s.lines.filter((l) => l.answer === null);
      if (lines.length === 0) {
        break;
      }
      const [packed, sent] = await this.pack(lines);
      const reply = await this.d.server.lastWill(packed);
      if (startsOver(reply, this.s.state.epoch)) {
        await this.s.startOver(reply);
        continue;
      }
      const order = toStore({ ...reply, cursor: this.s.state.cursor, changes: [], fresh: [], more: true }, sent, this.s.state, this.how());
      await this.s.store(order, sent);
    }
    await sendMedia(this.d.keep, this.d.server, this.uploader(), this.s.state.epoch, true);
    const erase = this.s.state.scope ? [...this.s.state.scope.areas, ...this.s.state.scope.above, ...this.s.state.leaving] : [];
    if (erase.length > 0) {
      await this.s.note({ cursor: null, scope: null, leaving: [] }, erase, true);
    }
    return this.s.state;
  }

  /** Areas of which a segment did not open. */
  private async damaged(): Promise<AreaId[]> {
    const said = await this.d.keep.readNamed("damaged");
    return Array.isArray(said) ? said.filter((a): a is string => typeof a === "string") : [];
  }

  /** Round trips until every line is answered and nothing more is to be read. */
  private async talk(): Promise<void> {
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      this.check();
      const lines = this.s.lines.filter((l) => l.answer === null || this.again.has(l.id));
      const [packed, sent] = await this.pack(lines);
      let reply: Reply;
      try {
        reply = await this.d.server.sync(packed, { heard: (n) => this.move(0, n, 0) });
      } catch (e) {
        if (isProblem(e, "too_large") && packed.count > 1) {
          this.limit = Math.max(1, Math.floor(packed.count / 2));
          continue;
        }
        throw e;
      }
      this.move(reply.changes.length, 0, packed.body.length);
      this.check();
      if (startsOver(reply, this.s.state.epoch)) {
        await this.s.startOver(reply);
        this.reread = [];
        continue;
      }
      const order = toStore(reply, sent, this.s.state, this.how());
      if (!reply.more) {
        Object.assign(order.state, { at: this.d.now(), sent: this.sent, received: this.received });
      }
      if (!(await this.s.store(order, sent))) {
        continue;
      }
      this.reread = [];
      sent.forEach((l) => this.again.delete(l.id));
      await lacking(this.d.keep, reply.changes.flatMap((c) => (c.row ? [c.row] : [])), reply.time);
      if (reply.more) {
        continue;
      }
      const differ = await this.differing(reply.sum);
      if (differ.length > 0 && !this.compared) {
        this.compared = true;
        this.reread = differ;
        continue;
      }
      if (this.mending) {
        await this.d.keep.updateNamed("damaged", () => undefined);
        this.mending = false;
      }
      await this.s.load(); // lines saved meanwhile
      if (!this.s.lines.some((l) => l.answer === null)) {
        return;
      }
    }
    throw new Malformed("a server that never comes to an end");
  }

  private async pack(lines: readonly KeptLine[]): Promise<[Packed, KeptLine[]]> {
    const { epoch, cursor, last } = this.s.state;
    const hello = { device: this.d.device, epoch, cursor, last, reread: this.reread, app: this.d.app };
    const packed = await packRequest(hello, lines.map((l) => l.bytes), this.limit);
    return [packed, lines.slice(0, packed.count)];
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

  /** Rows of areas that were taken away go when lines and media are there. */
  private async leave(media: boolean): Promise<void> {
    if (this.s.state.leaving.length > 0 && media) {
      await this.s.note({ leaving: [] }, this.s.state.leaving);
    }
  }

  /** What has been safe for 30 days, and media a verified backup holds. */
  private async drop(): Promise<void> {
    const past = this.s.lines.filter((l) => mayGo(this.s.state, l));
    if (past.length > 0) {
      await this.d.keep.dropLines(past.map((l) => [l.dev, l.n] as const));
    }
    if (this.s.unreadable === 0) { // else nobody knows which media belong to a line that was never sent
      await dropSafeMedia(this.d.keep, this.d.server, this.s.state, this.s.lines);
    }
  }

  private uploader(): Uploader {
    return new Uploader(this.d.server, this.d.now, () => this.d.stopped?.() === true || this.d.keep.locked, (n) => this.move(0, 0, n));
  }

  private how(): Parameters<typeof toStore>[3] {
    return { turn: this.s.turn, now: this.d.now(), light: this.d.light };
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
