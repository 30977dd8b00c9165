/** One sync: lines, rows, media, and what may go. */
import { isProblem, Malformed, packRequest, startsOver, Sum, type AreaId, type CommitId, type DeviceId, type Reply, type Row, type Server } from "../wire";
import type { Keep, KeptLine } from "../keep";
import { toStore } from "./apply";
import { dropSafeMedia, lacking, sendMedia } from "./media";
import { isPast, readState, startedOver, type SyncState } from "./state";
import { Uploader } from "./upload";

export interface SessionDeps {
  keep: Keep;
  server: Server;
  device: DeviceId;
  app: string;
  now: () => number; // the phone's clock
  /** What of a row stays in memory, and its part of the area's sum. */
  light: (row: Row, reply: number) => unknown;
  weight: (light: unknown) => Uint8Array;
  /** Told of what moved, while it moves. */
  moved?: (rows: number, received: number, sent: number) => void;
  /** Told of the state after each stored reply. */
  stored?: (state: SyncState) => void;
  /** True when the session has to end: the lease was lost, the phone locked. */
  stopped?: () => boolean;
}

/** The server could not make up its mind, or answered nonsense again and again. */
const mostRestarts = 5;
const mostRounds = 2000;

export class Stopped extends Error {
  constructor() {
    super("sync was stopped");
    this.name = "Stopped";
  }
}

const decided = ["released", "rejected", "amended"];

export class Session {
  private state!: SyncState;
  private lines!: KeptLine[];
  private turn = 0;
  private reread: AreaId[] = [];
  private mending = false;
  private compared = false;
  private again = new Set<CommitId>(); // held lines to be asked about
  private limit = 500;
  private restarts = 0;
  private rows = 0;
  private received = 0;
  private sent = 0;

  constructor(private readonly d: SessionDeps) {}

  /** All of it. After an error the phone is as the last whole reply left it, and another session may begin. */
  async run(media: boolean): Promise<SyncState> {
    await this.load();
    this.reread = await this.damaged();
    this.mending = this.reread.length > 0;
    await this.talk();
    if (await this.doubtHeld()) {
      await this.talk();
    }
    if (media) {
      await sendMedia(this.d.keep, this.d.server, this.uploader(), this.state.epoch, false);
    }
    await this.leave(media);
    await this.drop();
    return this.state;
  }

  /** Hands over what a revoked phone holds and the server has not answered; then its media; then the rows go. */
  async lastWill(): Promise<SyncState> {
    await this.load();
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      const lines = this.lines.filter((l) => l.answer === null);
      if (lines.length === 0) {
        break;
      }
      const [packed, sent] = this.pack(lines);
      const reply = await this.d.server.lastWill(packed);
      if (startsOver(reply, this.state.epoch)) {
        await this.startOver(reply);
        continue;
      }
      const order = toStore({ ...reply, cursor: this.state.cursor, changes: [], fresh: [], more: true }, sent, this.state, this.how());
      await this.store(order, sent);
    }
    await sendMedia(this.d.keep, this.d.server, this.uploader(), this.state.epoch, true);
    const erase = this.state.scope ? [...this.state.scope.areas, ...this.state.scope.above, ...this.state.leaving] : [];
    if (erase.length > 0) {
      const state = { ...this.state, cursor: null, scope: null, leaving: [] };
      await this.store({ turn: this.turn, state, answers: [], fresh: [], areas: [], erase, more: true }, []);
    }
    return this.state;
  }

  private async load(): Promise<void> {
    const { lines, state, turn } = await this.d.keep.reload();
    this.lines = lines;
    this.state = readState(state);
    this.turn = turn;
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
      const lines = this.lines.filter((l) => l.answer === null || this.again.has(l.id));
      const [packed, sent] = this.pack(lines);
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
      if (startsOver(reply, this.state.epoch)) {
        await this.startOver(reply);
        continue;
      }
      const order = toStore(reply, sent, this.state, this.how());
      if (!reply.more) {
        Object.assign(order.state, { at: this.d.now(), sent: this.sent, received: this.received });
      }
      if (!(await this.store(order, sent))) {
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
      await this.load(); // lines saved meanwhile
      if (!this.lines.some((l) => l.answer === null)) {
        return;
      }
    }
    throw new Malformed("a server that never comes to an end");
  }

  private pack(lines: readonly KeptLine[]): [ReturnType<typeof packRequest>, KeptLine[]] {
    const { epoch, cursor, last } = this.state;
    const hello = { device: this.d.device, epoch, cursor, last, reread: this.reread, app: this.d.app };
    const packed = packRequest(hello, lines.map((l) => l.bytes), this.limit);
    return [packed, lines.slice(0, packed.count)];
  }

  /** Stores a reply; false where it came too late, because another tab was faster: then all is read from the disk again. */
  private async store(order: Parameters<Keep["storeReply"]>[0] & { state: SyncState }, sent: readonly KeptLine[]): Promise<boolean> {
    const done = await this.d.keep.storeReply(order);
    if (!done.stored) {
      await this.load();
      return false;
    }
    this.turn = done.turn;
    this.state = order.state;
    const said = new Map(order.answers.map((a, i) => [sent[i], a.answer]));
    this.lines = this.lines.map((l) => {
      const a = said.get(l);
      return a ? { ...l, answer: l.answer?.epoch === a.epoch ? { ...a, time: l.answer.time } : a } : l;
    });
    this.d.stored?.(this.state);
    return true;
  }

  private async startOver(r: Reply): Promise<void> {
    if (++this.restarts > mostRestarts) {
      throw new Malformed("told to start over again and again");
    }
    await this.d.keep.startAgain(this.turn, startedOver(this.state, r.epoch, r.time, this.d.now()));
    await this.load();
    this.reread = [];
    this.d.stored?.(this.state);
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
    const held = this.lines.filter((l) => l.answer?.r === "held" && !decided.includes(l.answer.code ?? ""));
    if (held.length === 0) {
      return false;
    }
    const listed = new Map((await this.d.server.held()).map((h) => [h.id, h.code]));
    held.filter((l) => listed.get(l.id) !== l.answer?.code).forEach((l) => this.again.add(l.id));
    return this.again.size > 0;
  }

  /** A change of the state alone goes like a reply without anything in it. */
  private note(change: Partial<SyncState>, erase: AreaId[] = []): Promise<boolean> {
    const state = { ...this.state, ...change };
    return this.store({ turn: this.turn, state, answers: [], fresh: [], areas: [], erase, more: false }, []);
  }

  /** Rows of areas that were taken away go when lines and media are there. */
  private async leave(media: boolean): Promise<void> {
    if (this.state.leaving.length > 0 && media) {
      await this.note({ leaving: [] }, this.state.leaving);
    }
  }

  /** What has been safe for 30 days, and media a verified backup holds. */
  private async drop(): Promise<void> {
    const past = this.lines.filter((l) => l.settled && isPast(this.state, l.answer));
    if (past.length > 0) {
      await this.d.keep.dropLines(past.map((l) => [l.dev, l.n] as const));
    }
    await dropSafeMedia(this.d.keep, this.d.server, this.state, this.lines);
  }

  private uploader(): Uploader {
    return new Uploader(this.d.server, this.d.now, () => this.d.stopped?.() === true || this.d.keep.locked, (n) => this.move(0, 0, n));
  }

  private how(): Parameters<typeof toStore>[3] {
    return { turn: this.turn, now: this.d.now(), light: this.d.light };
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

