/** Where this phone stands in its talk with the server: what the disk says, and each change of it through the disk. */
import { Malformed, type AreaId, type Reply } from "../../../shared/wire";
import type { Keep, KeptLine, ReplyToStore } from "../keep";
import { noState, readState, startedOver, type SyncState } from "./state";

export interface StandingDeps {
  keep: Keep;
  now: () => number; // the phone's clock
  /** Told of the state after each stored reply. */
  stored?: (state: SyncState) => void;
}

/** The server could not make up its mind. */
const mostRestarts = 5;

export class Standing {
  state!: SyncState;
  lines!: readonly KeptLine[]; // oldest first
  turn = 0;
  unreadable: ReadonlySet<string> = new Set(); // lines whose seal does not open: their keys as text
  private restarts = 0;

  constructor(private readonly d: StandingDeps) {}

  /** A state that was stored and is not there, or does not open, may hide a restored server: then all starts over too. */
  async load(): Promise<void> {
    const { lines, state, turn, unreadable } = await this.d.keep.reload();
    if (state === null && turn > 0) {
      await this.d.keep.startAgain(turn, { ...noState(), leaving: await this.d.keep.areas() }); // until a reply says which are ours
      return this.load();
    }
    this.lines = lines;
    this.state = readState(state);
    this.turn = turn;
    this.unreadable = new Set(unreadable.map(String));
  }

  /** Stores a reply; false where it came too late, because another tab was faster: then all is read from the disk again. */
  async store(order: ReplyToStore & { state: SyncState }, sent: readonly KeptLine[]): Promise<boolean> {
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

  /** A change of the state alone goes like a reply without anything in it. */
  note(change: Partial<SyncState>, erase: AreaId[] = [], more = false): Promise<boolean> {
    const state = { ...this.state, ...change };
    return this.store({ turn: this.turn, state, answers: [], fresh: [], areas: [], erase, more }, []);
  }

  /** The server is another than it was: all that is kept counts as unsent, and everything is read anew. */
  async startOver(r: Reply): Promise<void> {
    if (++this.restarts > mostRestarts) {
      throw new Malformed("told to start over again and again");
    }
    await this.d.keep.startAgain(this.turn, startedOver(this.state, r.epoch, r.time, this.d.now()));
    await this.load();
    this.d.stored?.(this.state);
  }
}
