import type { Bytes, Opened, Sealer, Shelf } from "../lock";
import { type Cellar, loadBallast } from "./cellar";
import { tidy } from "./compact";
import { NAME, openDatabase } from "./database";
import { dropDraft, drafts, putDraft } from "./drafts";
import { KeepError } from "./errors";
import { dropLines, save } from "./lines";
import { load, type Read, readAll } from "./load";
import { digest, dropMedia, keepMedium, markMedium, medium, mediaStates } from "./media";
import { readNamed, readSecret, shelf, updateNamed, writeSecret } from "./named";
import { readPlan } from "./plan";
import { startAgain, storeReply } from "./reply";
import { rescue } from "./rescue";
import { Rows } from "./rows";
import { storageUse } from "./storage";
import type { Change, Draft, Freed, LightRow, LineKey, Loaded, MediaState, NewMedium } from "./types";
import type { ReplyToStore, RescueFile, RescueHeader, SaveOrder, Saved, StorageUse, StoredReply } from "./types";

export interface KeepOptions {
  name?: string;
  factory?: IDBFactory;
  now?: () => number;
  /** The connection was closed from outside: nothing can be saved here any more, the page must be loaded again. */
  onClosed?: () => void;
  onFreed?: (freed: Freed) => void;
}

export class Keep {
  /** For lock/. */
  readonly shelf: Shelf;
  private readonly c: Cellar;
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(change: Change) => void>();
  private opened: Opened | null = null;
  private rows: Rows;
  private ended = false;
  /** Moves with every change heard of another tab. */
  private heard = 0;
  /** Writes of people go one after the other: a draft never comes back after the save that ended it. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(db: IDBDatabase, name: string, o: KeepOptions) {
    this.channel = new BroadcastChannel("zoufang-keep " + name);
    this.c = {
      db,
      sealer: () => this.sealer(),
      now: o.now ?? Date.now,
      tell: (change) => {
        this.hear(change);
        if (!this.ended) this.channel.postMessage(change);
      },
      freed: (f) => void Promise.resolve(f).then(o.onFreed),
    };
    this.rows = new Rows(this.c);
    this.shelf = shelf(this.c);
    this.channel.onmessage = (e: MessageEvent<Change>) => {
      this.heard++;
      if (e.data.what === "rows") this.rows.moved(e.data.areas);
      this.hear(e.data);
    };
  }

  static async open(o: KeepOptions = {}): Promise<Keep> {
    const name = o.name ?? NAME;
    let keep: Keep | undefined;
    const onClosed = () => {
      keep?.end();
      o.onClosed?.();
    };
    keep = new Keep(await openDatabase({ name, factory: o.factory ?? indexedDB, onClosed }), name, o);
    return keep;
  }

  close(): void {
    this.lock();
    this.end();
    this.c.db.close();
  }

  /** Tells of every change on the disk, this tab's own included, after it is durable. Returns how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Reads everything while the PIN is still being stretched, then opens it. Fails as `opening` fails. Listen before: what
   * another tab changes from here on is told.
   */
  async unlock(opening: Promise<Opened>): Promise<Loaded> {
    const heard = this.heard;
    let reading: Promise<Read> = readAll(this.c);
    reading.catch(() => undefined);
    const opened = await opening;
    this.opened?.forget();
    this.opened = opened;
    this.rows = new Rows(this.c);
    if (heard !== this.heard) reading = readAll(this.c);
    return load(this.c, this.rows, await reading);
  }

  /** Drops the keys and everything opened. Lines and media stay, sealed. */
  lock(): void {
    this.opened?.forget();
    this.opened = null;
    this.rows = new Rows(this.c);
  }

  get locked(): boolean {
    return this.opened === null;
  }

  /** Wraps the content key to the server's recovery key, once per kid. */
  recoverable(recovery: Parameters<Opened["recoverable"]>[0]): Promise<boolean> {
    return this.need().recoverable(recovery);
  }

  save(order: SaveOrder): Promise<Saved> {
    return this.inTurn(() => save(this.c, order));
  }

  dropLines(keys: LineKey[]): Promise<void> {
    return dropLines(this.c, keys);
  }

  keepMedium(draft: string, m: NewMedium): Promise<void> {
    return this.inTurn(() => keepMedium(this.c, draft, m));
  }

  digest(bytes: Bytes): Promise<string> {
    return digest(bytes);
  }

  medium(sha256: string): Promise<Bytes | null> {
    return medium(this.c, sha256);
  }

  mediaStates(): Promise<(MediaState & { here: boolean })[]> {
    return mediaStates(this.c);
  }

  markMedium(sha256: string, mark: Pick<Partial<MediaState>, "upload" | "receipt">): Promise<void> {
    return markMedium(this.c, sha256, mark);
  }

  dropMedia(digests: string[]): Promise<string[]> {
    return dropMedia(this.c, digests);
  }

  putDraft(id: string, value: unknown): Promise<void> {
    return this.inTurn(() => putDraft(this.c, id, value));
  }

  drafts(): Promise<Draft[]> {
    return drafts(this.c);
  }

  dropDraft(id: string): Promise<void> {
    return this.inTurn(() => dropDraft(this.c, id));
  }

  /** The number a reply must name to be stored. Read it when the request is built. */
  async turn(): Promise<number> {
    return (await readPlan(this.c.db)).turn;
  }

  async storeReply(reply: ReplyToStore): Promise<StoredReply> {
    const { segments, ...stored } = await storeReply(this.c, reply);
    if (!stored.stored) return stored;
    const plan = await readPlan(this.c.db);
    this.rows.apply({ ...stored, segments }, plan);
    const areas = [...new Set([...segments.map((s) => s.key[0]), ...stored.switched, ...(reply.erase ?? [])])];
    if (areas.length > 0) this.c.tell({ what: "rows", areas, switched: stored.switched });
    if (reply.answers.length > 0 || !reply.more) this.c.tell({ what: "lines" });
    this.c.tell({ what: "state" });
    return stored;
  }

  async startAgain(turn: number, state: unknown): Promise<{ stored: boolean; turn: number }> {
    const done = await startAgain(this.c, turn, state);
    if (done.stored) for (const what of ["lines", "media", "state"] as const) this.c.tell({ what });
    return done;
  }

  /** Lines and state as they are on the disk now: after another tab changed them. Rows are not read again. */
  async reload(): Promise<Omit<Loaded, "rows" | "damaged">> {
    const { lines, state, turn, unreadable } = await load(this.c, null, await readAll(this.c, false));
    return { lines, state, turn, unreadable };
  }

  /** The light rows of one area. */
  area(area: string): Promise<LightRow[]> {
    return this.rows.area(area);
  }

  /** A row's line as the server sent it, or null. */
  row(area: string, id: string): Promise<Bytes | null> {
    return this.rows.row(area, id);
  }

  /** For idle moments: compacts one area (and returns it), else sees that the ballast is there. */
  async tidy(): Promise<string | null> {
    const area = await tidy(this.c, this.rows);
    if (area) this.c.tell({ what: "rows", areas: [area], switched: [] });
    else await loadBallast(this.c.db);
    return area;
  }

  readNamed(name: string): Promise<unknown> {
    return readNamed(this.c, name);
  }

  updateNamed(name: string, f: (old: unknown) => unknown): Promise<unknown> {
    return updateNamed(this.c, name, f);
  }

  readSecret(name: string): Promise<unknown> {
    return readSecret(this.c, name);
  }

  writeSecret(name: string, value: unknown): Promise<void> {
    return writeSecret(this.c, name, value);
  }

  rescue(header: RescueHeader): Promise<RescueFile> {
    return rescue(this.c, header);
  }

  storage(ask = false): Promise<StorageUse> {
    return storageUse(ask);
  }

  private need(): Opened {
    if (!this.opened) throw new KeepError("locked");
    return this.opened;
  }

  private sealer(): Sealer {
    return this.need();
  }

  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = this.queue.then(job, job);
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** Listeners run on their own: what fails there does not make a durable save look failed. */
  private hear(change: Change): void {
    for (const listener of this.listeners) void Promise.resolve(change).then(listener);
  }

  private end(): void {
    this.ended = true;
    this.channel.close();
  }
}
