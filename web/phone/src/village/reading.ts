/** What screens ask of the village, answered from memory; whole records and photos from the disk. */
import { shallowRef } from "vue";
import type { Shown } from "../fold";
import {
  counts,
  type AreaId,
  type Digest,
  type Json,
  type RecordId,
  type Server,
  type UserId,
} from "../../../shared/wire";
import type { Keep } from "../keep";
import { dayOf } from "./day";
import { deedsOf, outboxOf } from "./deeds";
import { str } from "./light";
import { ownVisits, rosterOf, todayOf } from "./lists";
import { Memory } from "./memory";
import { isDecided } from "./own";
import type * as T from "./types";

export interface ReadingDeps {
  keep: Keep;
  server: Server;
  me: T.Me;
  now: () => number;
}

const types = ["routine", "care", "investigation", "gift", "errand", "followup", "disaster"];

/** Each function reads the versions of what it is made of, so that a computed of a screen is worked out again. */
export abstract class Reading<D extends ReadingDeps> {
  readonly versions: T.Versions = {
    rows: shallowRef(0),
    lines: shallowRef(0),
    media: shallowRef(0),
    drafts: shallowRef(0),
    content: shallowRef(0),
    clock: shallowRef(0),
  };
  protected readonly m: Memory;
  /** Held lines the user left to the township. */
  protected handed: ReadonlySet<string> = new Set();
  private found: { key: string; rows: T.RosterRow[] } | null = null;

  constructor(protected readonly d: D) {
    this.m = new Memory({ keep: d.keep, now: d.now, user: () => d.me.id, changed: (what) => this.bump(what) });
  }

  protected abstract bump(what: (keyof T.Versions)[]): void;

  get me(): T.Me {
    const scope = this.m.state.scope;
    return scope ? { ...this.d.me, areas: scope.areas } : this.d.me;
  }

  now(): number {
    return this.m.clock.now();
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

  ownVisits(): T.VisitLine[] {
    this.reads("rows", "lines", "content");
    return ownVisits(this.m);
  }

  groups(): string[] {
    this.reads("rows", "lines");
    return Array.from(new Set(this.m.homes.all().map((l) => l.group))).filter((g) => g !== "");
  }

  household(id: RecordId): T.HouseholdPage | null {
    const { homes } = this.m;
    const line = this.householdLine(id);
    return (
      line && {
        line,
        members: homes.people(id),
        visits: homes.visits(id),
        requests: homes.requests(id),
        cards: homes.cards(id),
      }
    );
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
    this.reads("rows", "lines", "media");
    return this.m.homes.visits(household);
  }

  visit(id: RecordId): T.VisitLine | null {
    this.reads("rows", "lines", "media");
    return this.m.homes.visit(id);
  }

  lastVisit(household: RecordId, type?: string): T.VisitLine | null {
    return (
      this.visitsOf(household).find(
        (v) => counts("visit", v.state, v.void) && (type === undefined || v.type === type),
      ) ?? null
    );
  }

  requests(): T.RequestLine[] {
    this.reads("rows", "lines", "content", "clock");
    return this.m.homes.requests(null);
  }

  forms(area?: AreaId): T.InForce[] {
    this.reads("rows", "content", "clock");
    const at = (f: T.InForce): number => (types.indexOf(String(f.body["type"])) + 99) % 99;
    return this.m.calm
      .inForce("form", area ?? this.home())
      .slice()
      .sort((a, b) => at(a) - at(b));
  }

  form(type: string, area?: AreaId): T.InForce | null {
    return this.forms(area).find((f) => f.body["type"] === type) ?? null;
  }

  formsOf(type: string, area?: AreaId): T.InForce[] {
    const usual = this.form(type, area);
    const others = this.m.calm
      .namedForms(area ?? this.home())
      .filter((f) => f.body["type"] === type && f.id !== usual?.id);
    return usual ? [usual, ...others] : [];
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

  categories(): T.Category[] {
    const listed = this.rules("categories").flatMap((r) => objects(r.body["list"]));
    const told = listed.some((c) => c["benefit"] === true); // an office's own list may be of before it was told
    return listed.map((c) => ({
      code: text(c["code"]),
      title: text(c["title"]),
      group: text(c["group"]),
      benefit: told ? c["benefit"] === true : c["group"] === "社会救助",
    }));
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
    return this.m.own
      .all()
      .filter(isDecided)
      .map((l) => ({
        id: l.kept.id,
        code: l.code ?? "",
        why: l.why ?? "",
        deeds: deedsOf(l.commit, this.m.book, l.kept.told),
        at: l.commit.at,
        items: l.commit.do,
      }));
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
      const said = await this.d.server.call({
        method: "GET",
        path: "/media/" + digest + (size ? "?size=" + size : ""),
      });
      return new Blob([said.body], { type: said.header("Content-Type") ?? type });
    } catch {
      return null;
    }
  }

  /**
   * Others who have this identity number: as this phone wrote it, and, where the server answers, in its areas. Numbers
   * arrive masked, so a phone without a net knows its own lines alone, and says so with `sure`.
   */
  async sameNumber(number: string, but: RecordId): Promise<{ ids: RecordId[]; sure: boolean }> {
    const ids = new Set<RecordId>();
    for (const l of this.m.own.all()) {
      for (const i of l.commit.do) {
        const value = i[0] === "new" ? i[4]["id_number"] : i[0] === "set" && i[2] === "id_number" ? i[3] : null;
        if (value === number) ids.add(String(i[1]));
      }
    }
    const said = await this.d.server.sameNumber(number).catch(() => null);
    (said ?? []).forEach((id) => ids.add(id));
    ids.delete(but);
    return { ids: Array.from(ids), sure: said !== null };
  }

  private home(): AreaId {
    return this.me.areas[0] ?? "";
  }

  private reads(...what: (keyof T.Versions)[]): number[] {
    return what.map((w) => this.versions[w].value);
  }
}

function objects(v: Json | undefined): { [key: string]: Json }[] {
  return Array.isArray(v)
    ? v.filter((o): o is { [key: string]: Json } => typeof o === "object" && o !== null && !Array.isArray(o))
    : [];
}

function text(v: Json | undefined): string {
  return typeof v === "string" ? v : "";
}
