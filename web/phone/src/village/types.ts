/** What screens read and do. Names of people are whole here: a screen masks where its reader has no need of them. */
import type { ShallowRef } from "vue";
import type {
  AreaId,
  CommitId,
  DeviceId,
  Digest,
  Fault,
  Item,
  Json,
  RecordId,
  Role,
  UserId,
} from "../../../shared/wire";
import type { Shown } from "../fold";
import type {
  Day,
  Filters,
  HouseholdLine,
  HouseholdPage,
  InForce,
  PersonLine,
  RequestLine,
  RosterRow,
  Today,
  VisitLine,
} from "./lines";

export type * from "./lines";

export interface Me {
  id: UserId;
  name: string;
  role: Role;
  device: DeviceId;
  areas: AreaId[]; // those the phone reads and writes
}

export interface Status {
  /** syncing: a request is under way. waiting: the last try failed, another comes by itself. */
  phase: "idle" | "syncing" | "waiting";
  /** The browser says that there is no net. */
  offline: boolean;
  /** There is one, as far as the browser knows, and the last try found no server of ours: it is down, or a portal stands before it. */
  unreached: boolean;
  /** When all was last sent and read, by the server's clock as far as it is known; null: never yet. */
  lastSync: number | null;
  /** Bytes of that sync. */
  sent: number;
  received: number;
  /** While the first sync (or a reading from the beginning) runs. */
  progress: { rows: number; bytes: number } | null;
  unsent: { things: number; lines: number; bytes: number; media: number; mediaBytes: number };
  /** Things with held lines somebody has to look at, which nothing is to replace yet; and lines that wait for another by themselves. */
  held: number;
  waiting: number;
  /** This phone was shut out. What it had was handed over as its last will, or will be. */
  revoked: boolean;
  /** The server does not know this phone (it was restored from before, or the phone lost its key): scan a new code, all is kept. */
  unknown: boolean;
  /** It lost its key with its database: not all that was written here need be here still. */
  lost: boolean;
  /** The server asks for a newer app. Work goes on. */
  outdated: boolean;
  /** Photos wait for Wi-Fi or for "send now". */
  dataSaver: boolean;
  /** There are some, and they do wait. */
  mediaWait: boolean;
  /**
   * `freed`: bytes of photos the server has that were given up for room. `copied`: what only this phone has lies in its
   * second home too.
   */
  storage: { usage: number | null; persisted: boolean; freed: number; copied: boolean };
  /** The disk is full, or the reserve for that is used up: what is short may still be saved, photos may not. */
  full: boolean;
  /** Own lines that did not open, a photo that cannot be sent, or another fault: the rescue file has all. */
  damaged: boolean;
  /** When a server last answered, by the clock of `now`; null: never yet. */
  contact: number | null;
  /** The phone's clock was wrong by more than ten minutes when a server last answered. Times shown are the server's. */
  clockWrong: boolean;
}

/** What one saved commit did, for a sentence. */
export type Deed =
  | { deed: "new"; kind: string; id: RecordId; type: string | null; about: string }
  | { deed: "change"; kind: string; id: RecordId; fields: string[]; type: string | null; about: string }
  | { deed: "note"; kind: string; id: RecordId; field: string; type: string | null; about: string }
  | {
      deed: "step";
      kind: string;
      id: RecordId;
      field: string;
      from: string;
      to: string;
      type: string | null;
      about: string;
    }
  | { deed: "judge"; ruling: string; line: CommitId };

/** A class of people, by the office's list. `benefit`: granted and paid, so that ending it is for the office. */
export interface Category {
  code: string;
  title: string;
  group: string;
  benefit: boolean;
}

export interface OutboxEntry {
  id: CommitId;
  /** What it is about, as people count: a visit's content and its submission are one. */
  thing: string;
  at: number; // when it was saved, by the server's clock as far as it is known
  bytes: number;
  deeds: Deed[];
  /**
   * unsent: still here alone. waiting: on the server, which waits for what it belongs to. held: on the server, to be
   * judged by a person. sending: on the server, its media are not all there yet.
   */
  state: "unsent" | "waiting" | "held" | "sending";
  code: string; // of a held one
  why: string;
  fault?: Fault;
  media: { photos: number; signatures: number; voices: number; unsent: number; unsentBytes: number };
  canAmend: boolean;
  /** The user left it to the township. */
  handedOver: boolean;
  /** The commit's items, for an editor that amends it. */
  items: Item[];
}

export interface DraftEntry {
  id: string;
  at: number;
  /** Counted up by every write of any tab. */
  version: number;
  value: Json;
}

/** What a draft would become if it were saved now: for whoever reads it in a rescue file, in Chinese. */
export interface Intent {
  what: string; // 报问题
  who: string;
  area: AreaId; // "": none is known yet
  about: RecordId | null; // the record it is about
  form: string | null; // "routine@1"
  items: Item[];
}

export interface NewPhoto {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** A photo with its bytes, or the name of one that is kept. */
export type Media = ((NewPhoto & { sha256: Digest }) | Digest)[];

/** One commit of several; what names those before it is told their ids. No items: no commit. */
export type Step = Item[] | ((earlier: CommitId[]) => Item[]);

export interface SaveOptions {
  /** The draft that became this; it goes in the same step. */
  draft?: string;
}

/** The versions of each kind of thing, counted up when it changed. Reading functions of the village read them already. */
export interface Versions {
  rows: ShallowRef<number>;
  lines: ShallowRef<number>;
  media: ShallowRef<number>;
  drafts: ShallowRef<number>;
  content: ShallowRef<number>; // forms, rules, calendars, areas, users
  clock: ShallowRef<number>; // the day, and minutes
}

export interface Village {
  readonly me: Me;
  readonly status: Readonly<ShallowRef<Status>>;
  readonly versions: Versions;

  // Reading. All of it at once and from memory; inside a computed it is worked out again when something changed.
  today(): Today;
  roster(query: string, filters?: Filters): RosterRow[];
  groups(): string[];
  household(id: RecordId): HouseholdPage | null;
  householdLine(id: RecordId): HouseholdLine | null;
  person(id: RecordId): PersonLine | null;
  /** Others who have this identity number; not `sure` where the server did not answer. */
  sameNumber(number: string, but: RecordId): Promise<{ ids: RecordId[]; sure: boolean }>;
  visitsOf(household: RecordId): VisitLine[];
  visit(id: RecordId): VisitLine | null;
  /** Those the user wrote and that stand on this phone, newest first. */
  ownVisits(): VisitLine[];
  lastVisit(household: RecordId, type?: string): VisitLine | null;
  requests(): RequestLine[];
  /** One form per type, in the order of the types; for a household's area where it is given. */
  forms(area?: AreaId): InForce[];
  form(type: string, area?: AreaId): InForce | null;
  /** All forms of a type, the usual one first; then others an office has for it, each by its name. */
  formsOf(type: string, area?: AreaId): InForce[];
  /** A form as a visit's `form` names it, "routine@1", whether or not it is in force; null: gone, show the answers as they are. */
  formNamed(name: string): InForce | null;
  rules(kind: string, area?: AreaId): InForce[];
  departments(area?: AreaId): InForce[];
  /** Numbers to call at once, from the rules of kind report. */
  alarmCalls(when: string): { title: string; phone: string }[];
  categories(): Category[];
  /** Everybody with an account, for the pick of visitors. */
  users(): { id: UserId; name: string; role: string }[];
  userName(id: UserId): string;
  areas(): { id: AreaId; name: string }[]; // those one may write in
  areaName(id: AreaId): string;
  /** Now, by the server's clock as far as it is known. */
  now(): number;
  day(ms?: number): Day;
  outbox(): OutboxEntry[];
  /** Held lines that were decided in the last 30 days. */
  decided(): { id: CommitId; code: string; why: string; deeds: Deed[]; at: number; items: Item[] }[];

  // Reading whole things from the disk.
  record(id: RecordId): Promise<Shown | null>;
  /** A medium's bytes: from the phone, else from the server (size 320: a small one), else null. Free the URL after use. */
  photo(digest: Digest, size?: 320): Promise<Blob | null>;

  // Writing. Each resolves when it is on the disk; nothing before.
  save(items: Item[], media?: Media, options?: SaveOptions): Promise<CommitId>;
  /** Several commits as one step of the disk: after a crash all of them are there, or none and the draft still is. */
  saveSteps(steps: Step[], media?: Media, options?: SaveOptions): Promise<CommitId[]>;
  /** A new record's id. */
  newId(): RecordId;
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<Digest>;
  /** Replaces a held line by other items. */
  amend(id: CommitId, items: Item[], media?: Media, options?: SaveOptions): Promise<CommitId>;
  /** Leaves a held line to the township: it no longer counts as mine to do. */
  handOver(id: CommitId): Promise<void>;
  readonly drafts: Readonly<ShallowRef<DraftEntry[]>>;
  /** Reads a draft from the disk; what this tab writes from now on goes over that, and over nothing it has not read. `waited`: another tab had it, and may have saved lines. */
  takeDraft(id: string, waited?: boolean): Promise<void>;
  /** Fails with code `overtaken`, and changes nothing, where another tab wrote, ended or dropped the draft meanwhile. So do `dropDraft` and a save that ends it. */
  saveDraft(id: string, value: Json, intent?: Intent): Promise<void>;
  dropDraft(id: string): Promise<void>;
  /** A draft holds media that another one holds. */
  holdMedia(draft: string, digests: Digest[]): Promise<void>;
  /** Keeps a photo for a draft, durably: it is taken once. */
  keepPhoto(draft: string, photo: NewPhoto): Promise<Digest>;

  // Doing.
  /** Asks for a sync; resolves when one is over. `media`: photos too, whatever the data saver says. */
  sync(how?: { media?: boolean }): Promise<void>;
  /** The browser believes that the net is back. It is tried once; if that was wrong, the pauses stay as they have grown. */
  wake(): void;
  setDataSaver(on: boolean): Promise<void>;
  /** Asks the browser not to clear this storage; true where it promised. */
  persist(): Promise<boolean>;
}
