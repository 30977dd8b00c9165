import type { Bytes, Opened, Shelf } from "../lock";
import { type Cellar, loadBallast } from "./cellar";
import { Changes } from "./changes";
import { NAME, openSomewhere } from "./database";
import { dropDraft, drafts, freeOrphans, putDraft } from "./drafts";
import { KeepError } from "./errors";
import { Home } from "./home";
import { keyless } from "./keyless";
import { dropLines, save, saveAll } from "./lines";
import { load, type Read, readAll } from "./load";
import { digest, dropMedia, holdMedia, keepMedium, markMedium, medium, mediaStates } from "./media";
import { damaged, noteDamaged, readNamed, readSecret, shelf, updateNamed, writeSecret } from "./named";
import { readPlan, shownAreas } from "./plan";
import { startAgain, storeReply } from "./reply";
import { Rows } from "./rows";
import { storageUse } from "./storage";
import type {
  Answer,
  Change,
  Draft,
  Found,
  Freed,
  Known,
  LightRow,
  LineKey,
  Loaded,
  Loss,
  MediaState,
  NewMedium,
} from "./types";
import type {
  ReplyToStore,
  RescueFile,
  RescueHeader,
  SaveAllOrder,
  SaveOrder,
  Saved,
  StorageUse,
  StoredReply,
} from "./types";

export interface KeepOptions {
  name?: string;
  factory?: IDBFactory;
  now?: () => number;
  /** The connection was closed from outside: nothing can be saved here any more, the page must be loaded again. */
  onClosed?: () => void;
  onFreed?: (freed: Freed) => void;
  /** The disk became full, or its reserve was used up; and false when there is room again. */
  onShort?: (short: boolean) => void;
  /** A copy for the second home did not come about; and true when all are there again. */
  onCopied?: (all: boolean) => void;
}

export class Keep {
  /** For lock/. */
  readonly shelf: Shelf;
  private readonly c: Cellar;
  private readonly changes: Changes;
  private opened: Opened | null = null;
  private rows: Rows;
  /** The two homes were compared. */
  private readonly compared: Promise<Found>;
  private lost: Pick<Loss, "all" | "told" | "key"> = { all: false, told: false, key: null };
  /** Writes of people go one after the other: a draft never comes back after the save that ended it. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    db: IDBDatabase,
    name: string,
    o: KeepOptions,
    private readonly home: Home,
  ) {
    let short = false;
    this.changes = new Changes("zoufang-keep " + name, (c) => c.what === "rows" && this.rows.moved(c.areas));
    this.c = {
      db,
      second: home,
      sealer: () => this.need(),
      now: o.now ?? Date.now,
      tell: (change) => this.changes.tell(change),
      damaged: (area) => void noteDamaged(this.c, [area]).catch(() => undefined),
      freed: (f) => void Promise.resolve(f).then(o.onFreed),
      short: (is = short) => {
        if (is !== short) void Promise.resolve(is).then(o.onShort);
        return (short = is);
      },
    };
    this.rows = new Rows(this.c);
    this.shelf = shelf(this.c, home.spares);
    this.compared = home.mend(db);
    this.compared.catch(() => undefined);
  }

  static async open(o: KeepOptions = {}): Promise<Keep> {
    const name = o.name ?? NAME;
    let keep: Keep | undefined;
    const onClosed = () => {
      keep?.changes.end();
      o.onClosed?.();
    };
    const home = new Home(name, (all) => o.onCopied?.(all));
    let told = false;
    const onLost = () => void (told = true);
    const db = await openSomewhere({ name, factory: o.factory ?? indexedDB, onClosed, onLost });
    const sealed = await keyless(db);
    keep = new Keep(db, name, o, home);
    const all = !(await keep.shelf.wrap()) && (await home.spares.spare()) !== undefined;
    const key = all || (sealed && sealed.lines + sealed.drafts + sealed.media > 0) ? sealed : null; // else a new key is all it takes
    keep.lost = { told, all, key };
    return keep;
  }

  /**
   * What the browser lost since the last opening, and what of it the second home had: that is in the database again when
   * this resolves. Null: nothing.
   */
  async loss(): Promise<Loss | null> {
    const found = await this.compared;
    const { all, told, key } = this.lost;
    return all || told || key || found.lines + found.drafts + found.media + found.torn > 0
      ? { ...found, ...this.lost }
      : null;
  }

  close(): void {
    this.lock();
    this.changes.end();
    this.c.db.close();
  }

  /** Tells of every change on the disk, this tab's own included, after it is durable. Returns how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    return this.changes.listen(listener);
  }

  /**
   * Reads everything while the PIN is still being stretched, then opens it. Fails as `opening` fails. Listen before: what
   * another tab changes from here on is told.
   */
  async unlock(opening: Promise<Opened>): Promise<Loaded> {
    const heard = this.changes.heard;
    let reading: Promise<Read> = this.compared.catch(() => undefined).then(() => readAll(this.c));
    reading.catch(() => undefined);
    const opened = await opening;
    this.opened?.forget();
    this.opened = opened;
    this.rows = new Rows(this.c);
    if (heard !== this.changes.heard) reading = readAll(this.c);
    const loaded = await load(this.c, this.rows, await reading);
    void this.settle(null);
    if (loaded.damaged.length > 0) await noteDamaged(this.c, loaded.damaged).catch(() => undefined); // sums tell, too
    return loaded;
  }

  /**
   * Makes the second home hold what it has to, and nothing that is safe: for the end of each sync. Null, where nobody
   * knows what is safe: what was never answered gets its copy, and all copies stay.
   */
  settle(safe: ((key: LineKey, answer: Answer | null) => boolean) | null): Promise<void> {
    return this.inTurn(() => this.home.settle(this.c, safe));
  }

  /** Has the second home remember who this phone is; JSON, sealed. `open`: what of it is to be read without the PIN. */
  remember(who: unknown, open: { [key: string]: unknown } = {}): Promise<void> {
    return this.home.remember(this.c, who, open);
  }

  rememberedOpen(): Promise<{ [key: string]: unknown }> {
    return this.home.rememberedOpen();
  }

  /** After all was lost: who this phone was, or undefined. Its numbers go on behind the newest line that was found. */
  remembered(): Promise<unknown> {
    return this.home.remembered(this.c);
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
    return this.refilled(this.inTurn(() => save(this.c, order)));
  }

  /** Several lines as one durable step. */
  saveAll(order: SaveAllOrder): Promise<Saved[]> {
    return this.refilled(this.inTurn(() => saveAll(this.c, order)));
  }

  dropLines(keys: LineKey[]): Promise<void> {
    return dropLines(this.c, keys);
  }

  keepMedium(draft: string, m: NewMedium): Promise<void> {
    return this.refilled(this.inTurn(() => keepMedium(this.c, draft, m)));
  }

  holdMedia(draft: string, digests: string[]): Promise<void> {
    return this.inTurn(() => holdMedia(this.c, draft, digests));
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

  dropMedia(digests: string[], safe: (key: LineKey, answer: Answer | null) => boolean): Promise<string[]> {
    return dropMedia(this.c, digests, safe);
  }

  /** Returns the draft's version. Fails as `overtaken` where the draft is not at the version `known`. */
  putDraft(id: string, value: unknown, intent?: unknown, known?: Known): Promise<number> {
    return this.inTurn(() => putDraft(this.c, id, value, intent, known));
  }

  drafts(): Promise<Draft[]> {
    return drafts(this.c);
  }

  dropDraft(id: string, known?: Known): Promise<void> {
    return this.refilled(this.inTurn(() => dropDraft(this.c, id, known)));
  }

  /** For the start: frees what drafts held that are gone. */
  freeOrphans(): Promise<void> {
    return this.inTurn(() => freeOrphans(this.c));
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

  /** Areas of which there are rows. */
  areas(): Promise<string[]> {
    return shownAreas(this.c.db);
  }

  /** Areas with a segment that did not open, to be named in `reread`; and what became of that. */
  damaged(): Promise<string[]> {
    return damaged(this.c);
  }

  mended(areas: string[]): Promise<void> {
    return noteDamaged(this.c, [], areas);
  }

  /** For idle moments: compacts one area (and returns it), else sees that the ballast is there. */
  async tidy(): Promise<string | null> {
    const area = await (await import("./second")).tidy(this.c, this.rows);
    if (area) this.c.tell({ what: "rows", areas: [area], switched: [] });
    else await this.inTurn(() => loadBallast(this.c));
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

  async rescue(header: RescueHeader): Promise<RescueFile> {
    return (await import("./second")).rescue(this.c, header, async () => this.shelf.spare?.());
  }

  storage(ask = false): Promise<StorageUse> {
    return storageUse(ask);
  }

  /** Keys, while unlocked. */
  private need(): Opened {
    if (!this.opened) throw new KeepError("locked");
    return this.opened;
  }

  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = this.queue.then(job, job);
    this.queue = done.catch(() => undefined);
    return done;
  }

  /**
   * After a write while the disk was short: looks whether there is room again. In turn, because what the try takes for a
   * moment could make a person's next write fail.
   */
  private refilled<T>(done: Promise<T>): Promise<T> {
    const look = async () => void (this.c.short() && (await loadBallast(this.c)));
    done.then(
      () => this.inTurn(look).catch(() => undefined),
      () => undefined,
    );
    return done;
  }
}
