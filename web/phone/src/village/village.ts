/** The village as screens call it. */
import { shallowRef, type ShallowRef } from "vue";
import { fold, type Shown } from "../fold";
import { freeze, hex, randomToken, recordId, weight, type AreaId, type CommitId, type Digest, type Item, type Json, type RecordId, type Row, type Server, type UserId } from "../wire";
import type { Keep, Loaded, StorageUse } from "../keep";
import type { Report, Sync, SyncState } from "../sync";
import { dayOf } from "./day";
import { deedsOf, mediaNamed, outboxOf } from "./deeds";
import { lightOf, str, type Light } from "./light";
import { rosterOf, todayOf } from "./lists";
import { Memory } from "./memory";
import { isDecided } from "./own";
import { statusOf } from "./status";
import type * as T from "./types";

export interface VillageDeps {
  keep: Keep;
  server: Server;
  me: T.Me;
  app: string;
  now: () => number;
  mono: () => number;
  page: string; // random, of this page load
  /** The time the enrolment told: what lines name as heard before the first reply. */
  enrolled: number;
}

type Media = (T.NewPhoto & { sha256: Digest } | Digest)[];

const types = ["routine", "care", "investigation", "gift", "errand", "followup", "disaster"];

export class LiveVillage implements T.Village {
  readonly status: ShallowRef<T.Status>;
  readonly drafts: ShallowRef<T.DraftEntry[]> = shallowRef([]);
  readonly versions: T.Versions = {
    rows: shallowRef(0), lines: shallowRef(0), media: shallowRef(0), drafts: shallowRef(0), content: shallowRef(0), clock: shallowRef(0),
  };
  private readonly m: Memory;
  private loop: Sync | null = null;
  private report: Report = { phase: "idle", trouble: null, moved: null };
  private handed = new Set<string>();
  private saver = false;
  private freed = 0;
  private storage: StorageUse = { usage: null, persisted: false };
  private found: { key: string; rows: T.RosterRow[] } | null = null;
  private readonly stops: (() => void)[] = [];

  constructor(private readonly d: VillageDeps) {
    this.m = new Memory({ keep: d.keep, now: d.now, user: () => d.me.id, changed: (what) => this.bump(what) });
    this.status = shallowRef(this.say());
  }

  get me(): T.Me {
    const scope = this.m.state.scope;
    return scope ? { ...this.d.me, areas: scope.areas } : this.d.me;
  }

  async open(loaded: Loaded): Promise<void> {
    const named = Promise.all([this.d.keep.readNamed("handed"), this.d.keep.readNamed("saver")]);
    await this.m.open(loaded);
    const [handed, saver] = await named;
    this.handed = new Set(Array.isArray(handed) ? (handed as string[]) : []);
    this.saver = saver === true;
    const minute = setInterval(() => this.m.tick(), 60_000);
    const idle = setTimeout(() => this.m.homes.search.ready(), 1500);
    this.stops.push(() => clearInterval(minute), () => clearTimeout(idle), () => this.m.close());
    this.bump([]);
    void this.measure();
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
  become(me: T.Me, server: Server): void {
    this.d.me = me;
    this.d.server = server;
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

  gaveUp(count: number): void {
    this.freed += count;
    this.status.value = this.say();
  }

  /** What a verified backup is known to hold, for the rescue file. */
  safe(): { epoch: string; at: number } | null {
    const { epoch, safeAt } = this.m.state;
    return epoch !== null && safeAt !== null ? { epoch, at: safeAt } : null;
  }

  // Reading.

  now(): number {
    return this.m.now();
  }

  day(ms?: number): T.Day {
    return ms === undefined ? this.m.calm.day() : dayOf(ms);
  }

  today(): T.Today {
    this.reads("rows", "lines", "content", "clock", "drafts");
    return todayOf(this.m);
  }

  roster(query: string, filters: T.Filters = {}): T.RosterRow[] {
    const key = JSON.stringify([query, filters, this.m.calm.day(), this.reads("rows", "lines", "content", "clock")]);
    if (this.found?.key !== key) {
      this.found = { key, rows: rosterOf(this.m, query, filters) };
    }
    return this.found.rows;
  }

  groups(): string[] {
    this.reads("rows", "lines");
    return Array.from(new Set(this.m.homes.all().map((l) => l.group))).filter((g) => g !== "");
  }

  household(id: RecordId): T.HouseholdPage | null {
    const { homes } = this.m;
    const line = this.householdLine(id);
    return line && { line, members: homes.people(id), visits: homes.visits(id), requests: homes.requests(id), cards: homes.cards(id) };
  }

  householdLine(id: RecordId): T.HouseholdLine | null {
    this.reads("rows", "lines", "content", "clock");
    return this.m.homes.line(id);
  }

  person(id: RecordId): T.PersonLine | null {
    this.reads("rows", "lines");
    return this.m.homes.person(id);
  }

  visitsOf(household: RecordId): T.VisitLine[] {
    this.reads("rows", "lines");
    return this.m.homes.visits(household);
  }

  visit(id: RecordId): T.VisitLine | null {
    this.reads("rows", "lines");
    return this.m.homes.visit(id);
  }

  lastVisit(household: RecordId, type?: string): T.VisitLine | null {
    return this.visitsOf(household).find((v) => !v.void && (type === undefined || v.type === type)) ?? null;
  }

  requests(): T.RequestLine[] {
    this.reads("rows", "lines", "content", "clock");
    return this.m.homes.requests(null);
  }

  forms(area?: AreaId): T.InForce[] {
    this.reads("rows", "content", "clock");
    const at = (f: T.InForce): number => (types.indexOf(String(f.body["type"])) + 99) % 99;
    return this.m.calm.inForce("form", area ?? this.home()).slice().sort((a, b) => at(a) - at(b));
  }

  form(type: string, area?: AreaId): T.InForce | null {
    return this.forms(area).find((f) => f.body["type"] === type) ?? null;
  }

  formNamed(name: string): T.InForce | null {
    this.reads("rows", "content");
    return this.m.calm.formNamed(name);
  }

  rules(kind: string, area?: AreaId): T.InForce[] {
    this.reads("rows", "content", "clock");
    return this.m.calm.rules(kind, area ?? this.home());
  }

  departments(area?: AreaId): T.InForce[] {
    this.reads("rows", "content", "clock");
    return this.m.calm.inForce("department", area ?? this.home());
  }

  alarmCalls(when: string): { title: string; phone: string }[] {
    const rule = this.rules("report").find((r) => r.body["when"] === when);
    return objects(rule?.body["calls"]).map((c) => ({ title: text(c["title"]), phone: text(c["phone"]) }));
  }

  categories(): { code: string; title: string; group: string }[] {
    const listed = this.rules("categories").flatMap((r) => objects(r.body["list"]));
    return listed.map((c) => ({ code: text(c["code"]), title: text(c["title"]), group: text(c["group"]) }));
  }

  users(): { id: UserId; name: string; role: string }[] {
    this.reads("rows", "content");
    const active = Array.from(this.m.book.of("user")).filter((e) => e.light.x["active"] !== false && e.light.v !== 1);
    return active.map((e) => ({ id: e.id, name: str(e.light, "name"), role: str(e.light, "role") }));
  }

  userName(id: UserId): string {
    this.reads("rows", "content");
    return this.m.calm.userName(id) || (id === this.d.me.id ? this.d.me.name : "");
  }

  areas(): { id: AreaId; name: string }[] {
    return this.me.areas.map((id) => ({ id, name: this.areaName(id) }));
  }

  areaName(id: AreaId): string {
    this.reads("rows", "content");
    return this.m.calm.areaName(id);
  }

  outbox(): T.OutboxEntry[] {
    this.reads("rows", "lines", "media");
    return outboxOf(this.m.own.all(), this.m.mediaBy, this.m.state.epoch, this.handed, this.m.book);
  }

  decided(): ReturnType<T.Village["decided"]> {
    this.reads("rows", "lines");
    return this.m.own.all().filter(isDecided).map((l) => ({ id: l.kept.id, code: l.code ?? "", why: l.why ?? "", deeds: deedsOf(l.commit, this.m.book), at: l.commit.at }));
  }

  record(id: RecordId): Promise<Shown | null> {
    return this.m.record(id);
  }

  async photo(digest: Digest, size?: 320): Promise<Blob | null> {
    const type = this.m.mediaBy.get(digest)?.type ?? "image/jpeg";
    const here = await this.d.keep.medium(digest).catch(() => null);
    if (here) {
      return new Blob([here], { type });
    }
    try {
      const said = await this.d.server.call({ method: "GET", path: "/media/" + digest + (size ? "?size=" + size : "") });
      return new Blob([said.body], { type: said.header("Content-Type") ?? type });
    } catch {
      return null;
    }
  }

  // Writing.

  newId(): RecordId {
    return recordId(this.d.now());
  }

  digest(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
    return this.d.keep.digest(bytes);
  }

  async save(items: Item[], media: Media = [], options: T.SaveOptions = {}): Promise<CommitId> {
    const given = new Map(media.map((m) => [typeof m === "string" ? m : m.sha256, m]));
    for (const digest of mediaNamed({ do: items })) {
      if (!given.has(digest) && this.m.mediaBy.has(digest)) {
        given.set(digest, digest); // named again, or kept for a draft
      }
    }
    const { device: dev, id: user } = this.d.me;
    const id = await this.m.saved(() => this.d.keep.save({
      dev, media: Array.from(given.values()), ...(options.draft !== undefined ? { draft: options.draft } : {}),
      freeze: (n, prev) => freeze({
        dev, n, prev, nonce: randomToken(9), user, at: this.d.now(), mono: this.d.mono(), page: this.d.page,
        heard: this.m.state.heard ?? this.d.enrolled, do: items,
      }),
    }));
    this.nudge();
    return id;
  }

  amend(id: CommitId, items: Item[], media: Media = [], options: T.SaveOptions = {}): Promise<CommitId> {
    return this.save([["judge", id, "amend", ""], ...items], media, options);
  }

  async handOver(id: CommitId): Promise<void> {
    const now = await this.d.keep.updateNamed("handed", (old) => [...(Array.isArray(old) ? (old as string[]).slice(-500) : []), id]);
    this.handed = new Set(now as string[]);
    this.bump(["lines"]);
  }

  saveDraft(id: string, value: Json): Promise<void> {
    return this.d.keep.putDraft(id, value);
  }

  dropDraft(id: string): Promise<void> {
    return this.d.keep.dropDraft(id);
  }

  async keepPhoto(draft: string, photo: T.NewPhoto): Promise<Digest> {
    const sha256 = await this.digest(photo.bytes);
    await this.d.keep.keepMedium(draft, { ...photo, sha256 });
    await this.m.takeMedia();
    return sha256;
  }

  // Doing.

  async sync(how: { media?: boolean } = {}): Promise<void> {
    await this.loop?.sync(how.media === true);
    await this.m.settled();
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

  private async measure(): Promise<void> {
    this.storage = await this.d.keep.storage();
    this.status.value = this.say();
  }

  private home(): AreaId {
    return this.me.areas[0] ?? "";
  }

  private reads(...what: (keyof T.Versions)[]): number[] {
    return what.map((w) => this.versions[w].value);
  }

  private bump(what: (keyof T.Versions)[]): void {
    if (what.includes("drafts")) {
      this.drafts.value = this.m.drafts;
    }
    what.forEach((w) => this.versions[w].value++);
    this.status.value = this.say();
  }

  private say(): T.Status {
    return statusOf(this.m, { app: this.d.app, report: this.report, saver: this.saver, storage: this.storage, freed: this.freed, handed: this.handed });
  }
}

function objects(v: Json | undefined): { [key: string]: Json }[] {
  return Array.isArray(v) ? v.filter((o): o is { [key: string]: Json } => typeof o === "object" && o !== null && !Array.isArray(o)) : [];
}

function text(v: Json | undefined): string {
  return typeof v === "string" ? v : "";
}
