/** The village as screens call it: over what is read and written, what follows the sync and the disk. */
import { shallowRef, type ShallowRef } from "vue";
import { fold } from "../fold";
import { hex, weight, type CommitId, type Row, type Server } from "../../../shared/wire";
import type { Change, Freed, Loaded, StorageUse } from "../keep";
import type { Report, Sync, SyncState } from "../sync";
import { lightOf, type Light } from "./light";
import { statusOf } from "./status";
import { Writing, type WritingDeps } from "./writing";
import type * as T from "./types";

export interface VillageDeps extends WritingDeps {
  app: string;
}

const slice = 8; // ms of a screen's time
const later = 300; // ms: first of all the screen is drawn

export class LiveVillage extends Writing<VillageDeps> implements T.Village {
  readonly status: ShallowRef<T.Status>;
  readonly drafts: ShallowRef<T.DraftEntry[]> = shallowRef([]);
  private loop: Sync | null = null;
  private report: Report = { phase: "idle", trouble: null, moved: null };
  private saver = false;
  private freed = 0;
  private full = false;
  private copied = true;
  private keyless = false;
  private storage: StorageUse = { usage: null, persisted: false };
  private readonly stops: (() => void)[] = [];
  private indexing: ReturnType<typeof setTimeout> | undefined;

  constructor(d: VillageDeps) {
    super(d);
    this.status = shallowRef(this.say());
  }

  async open(loaded: Loaded, meanwhile: readonly Change[]): Promise<void> {
    const named = Promise.all([this.d.keep.readNamed("handed"), this.d.keep.readNamed("saver")]);
    await this.m.open(loaded, meanwhile);
    const [handed, saver] = await named;
    this.handed = new Set(Array.isArray(handed) ? (handed as string[]) : []);
    this.saver = saver === true;
    const minute = setInterval(() => this.m.tick(), 60_000);
    this.stops.push(
      () => clearInterval(minute),
      () => clearTimeout(this.indexing),
      () => this.m.close(),
    );
    this.bump([]);
    void this.d.keep.freeOrphans().catch(() => undefined); // another start has them again
  }

  close(): void {
    this.loop?.stop();
    this.stops.splice(0).forEach((stop) => stop());
  }

  // Between the village and its sync.

  attach(loop: Sync): void {
    this.loop?.stop();
    this.loop = loop;
  }

  /** The phone was enrolled anew: what was kept goes on under another device. */
  become(me: T.Me, server: Server, enrolled: number): void {
    Object.assign(this.d, { me, server, enrolled });
    this.report = { phase: "idle", trouble: null, moved: null };
    this.keyless = false;
    this.bump(["content"]);
  }

  nudge(): void {
    this.loop?.nudge();
  }

  light = (row: Row, reply: number): Light => {
    const shown = fold(row.id, { row }, [], this.m.view());
    if (!shown) {
      throw new Error("a row that makes no record");
    }
    return lightOf(shown, hex(weight(row)), reply);
  };

  weight = (light: unknown): Uint8Array => {
    const { d } = light as Light;
    return Uint8Array.from({ length: 8 }, (_, i) => parseInt(d.slice(2 * i, 2 * i + 2), 16));
  };

  stored = (state: SyncState): void => {
    this.m.learn(state);
  };

  reported = (r: Report): void => {
    this.report = r;
    this.status.value = this.say();
  };

  mediaAllowed = (): boolean => {
    const line = (globalThis.navigator as { connection?: { type?: string } } | undefined)?.connection?.type;
    return !this.saver || line === "wifi" || line === "ethernet";
  };

  gaveUp({ media }: Freed): void {
    this.freed += media.reduce((n, digest) => n + (this.m.mediaBy.get(digest)?.size ?? 0), 0);
    this.status.value = this.say();
  }

  /** Whether the disk is full. With room again, what could not be stored before is fetched at once. */
  room(short: boolean): void {
    this.full = short;
    this.status.value = this.say();
    if (!short) {
      this.nudge();
    }
  }

  /** Whether the second home has all it should. */
  copiesAre(all: boolean): void {
    this.copied = all;
    this.status.value = this.say();
  }

  /** The phone's key went with its database: no server knows it, until it is enrolled again. */
  lost(): void {
    this.keyless = true;
    this.status.value = this.say();
  }

  /** What a verified backup is known to hold, for the rescue file. */
  safe(): { epoch: string; at: number } | null {
    const { epoch, safeAt } = this.m.state;
    return epoch !== null && safeAt !== null ? { epoch, at: safeAt } : null;
  }

  // Doing.

  async handOver(id: CommitId): Promise<void> {
    const now = await this.d.keep.updateNamed("handed", (old) => [
      ...(Array.isArray(old) ? (old as string[]).slice(-500) : []),
      id,
    ]);
    this.handed = new Set(now as string[]);
    this.bump(["lines"]);
  }

  async sync(how: { media?: boolean } = {}): Promise<void> {
    await this.loop?.sync(how.media === true);
    await this.m.settled();
  }

  wake(): void {
    this.loop?.wake();
  }

  async setDataSaver(on: boolean): Promise<void> {
    await this.d.keep.updateNamed("saver", () => on);
    this.saver = on;
    this.status.value = this.say();
    if (!on) {
      this.nudge();
    }
  }

  async persist(): Promise<boolean> {
    const { persisted } = await this.d.keep.storage(true);
    await this.measure();
    return persisted;
  }

  /** Asks the browser not to clear this storage, where it has not promised yet. It decides by itself, or asks the user. */
  stay(): void {
    void this.measure()
      .then(() => (this.storage.persisted ? undefined : this.persist()))
      .catch(() => undefined);
  }

  private async measure(): Promise<void> {
    this.storage = await this.d.keep.storage();
    this.status.value = this.say();
  }

  protected bump(what: (keyof T.Versions)[]): void {
    if (what.includes("drafts")) {
      this.drafts.value = this.m.drafts;
    }
    what.forEach((w) => this.versions[w].value++);
    this.status.value = this.say();
    if (what.includes("rows") || what.includes("lines")) {
      clearTimeout(this.indexing);
      this.indexing = setTimeout(() => this.index(), later);
    }
  }

  /** Readies the search in short slices, so that the first letter typed need not wait for it, nor anything for this. */
  private index(): void {
    void this.m.homes.search.ready();
    const until = performance.now() + slice;
    clearTimeout(this.indexing);
    if (!this.m.homes.search.index(() => performance.now() < until)) {
      this.indexing = setTimeout(() => this.index(), 4 * slice);
    }
  }

  private say(): T.Status {
    const { report, saver, storage, freed, full, copied, keyless, handed } = this;
    return statusOf(this.m, {
      app: this.d.app,
      device: this.d.me.device,
      report,
      saver,
      storage,
      freed,
      full,
      copied,
      keyless,
      handed,
      mediaAllowed: this.mediaAllowed(),
    });
  }
}
