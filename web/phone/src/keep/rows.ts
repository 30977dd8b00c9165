import { type Bytes, LockError } from "../lock";
import type { Cellar } from "./cellar";
import { areaOf, planIn, shown } from "./plan";
import type { Applied } from "./reply";
import { type Index, replay, type SegmentSize, type Spot, unpack } from "./segments";
import { key, type Plan, type SegmentKey } from "./shapes";
import { got, transact, under } from "./transact";
import type { LightRow } from "./types";

/** One area as this tab knows it: the generation, its segments, and where each living row lies. */
export interface Directory {
  generation: number;
  segments: SegmentSize[];
  spots: Map<string, Spot>;
}

const OPEN_BODIES = 3;

/** The rows of the server: light in memory, whole on the disk, a body decrypted only when a record is opened. */
export class Rows {
  private readonly areas = new Map<string, Directory>();
  private readonly stale = new Set<string>();
  private readonly loading = new Map<string, Promise<Directory>>();
  private readonly bodies = new Map<string, Promise<Bytes | null>>();
  private readonly bad = new Set<string>(); // bodies that did not open: told once

  constructor(private readonly c: Cellar) {}

  /** Builds the directories from all sealed indexes; returns areas with one that did not open. */
  async build(plan: Plan, keys: IDBValidKey[], sealed: ArrayBuffer[]): Promise<string[]> {
    const damaged = new Set<string>();
    const mine = keys
      .map((k, i) => ({ key: k as unknown as SegmentKey, sealed: sealed[i] as ArrayBuffer }))
      .filter((s) => s.key[1] === shown(areaOf(plan, s.key[0])));
    const opened = await Promise.all(mine.map((s) => this.open(s.key, s.sealed)));
    for (const area of new Set([...mine.map((s) => s.key[0]), ...Object.keys(plan.areas)])) {
      this.areas.set(area, { generation: shown(areaOf(plan, area)), segments: [], spots: new Map() });
    }
    mine.forEach((s, i) => {
      const index = opened[i];
      if (!index) damaged.add(s.key[0]);
      else this.add(s.key, index);
    });
    return [...damaged];
  }

  /** Takes over what this tab itself has just stored. */
  apply(reply: Applied, plan: Plan): void {
    for (const s of reply.segments) {
      const d = this.areas.get(s.key[0]);
      if (d && d.generation === s.key[1] && !this.stale.has(s.key[0]) && !this.loading.has(s.key[0]))
        this.addPacked(s.key, s.part);
      else this.stale.add(s.key[0]);
    }
    for (const area of Object.keys(plan.areas)) {
      if (this.areas.get(area)?.generation !== shown(areaOf(plan, area))) this.stale.add(area);
    }
  }

  /** Another tab, or a compaction, moved what lies in these areas. */
  moved(areas: readonly string[]): void {
    for (const a of areas) this.stale.add(a);
  }

  /** The light rows of one area as they are on the disk. */
  async area(area: string): Promise<LightRow[]> {
    return light(area, (await this.directory(area)).spots);
  }

  all(): LightRow[] {
    return [...this.areas].flatMap(([area, d]) => light(area, d.spots));
  }

  /** The line of a row as the server sent it, or null where the area has no such row. */
  async row(area: string, id: string): Promise<Bytes | null> {
    for (let again = false; ; again = true) {
      const d = await this.directory(area);
      const spot = d.spots.get(id);
      if (!spot) return null;
      const body = await this.body([area, d.generation, spot.segment]);
      if (body) return body.slice(spot.offset, spot.offset + spot.length);
      if (again || body === null) return null;
      this.stale.add(area);
    }
  }

  directory(area: string): Promise<Directory> {
    const loading = this.loading.get(area);
    if (loading) return loading;
    const known = this.areas.get(area);
    if (known && !this.stale.has(area)) return Promise.resolve(known);
    this.stale.delete(area);
    const load = this.load(area).finally(() => this.loading.delete(area));
    this.loading.set(area, load);
    return load;
  }

  private async load(area: string): Promise<Directory> {
    const [plan, keys, sealed] = await transact(this.c.db, ["meta", "idx"], "readonly", async (tx) => {
      const p = await planIn(tx);
      const range = under(area, shown(areaOf(p, area)));
      const idx = tx.objectStore("idx");
      return [p, ...(await Promise.all([got(idx.getAllKeys(range)), got(idx.getAll(range))]))] as const;
    });
    const opened = await Promise.all(
      keys.map((k, i) => this.open(k as unknown as SegmentKey, sealed[i] as ArrayBuffer)),
    );
    const d: Directory = { generation: shown(areaOf(plan, area)), segments: [], spots: new Map() };
    this.areas.set(area, d);
    keys.forEach((k, i) => {
      const index = opened[i];
      if (index) this.add(k as unknown as SegmentKey, index);
      else this.c.damaged(area);
    });
    return d;
  }

  async open(k: SegmentKey, sealed: ArrayBuffer): Promise<Index | null> {
    const plain = await this.c
      .sealer()
      .open(["idx", ...k], sealed)
      .catch(() => null);
    return plain && unpack(plain);
  }

  /** A segment's rows; undefined where it is not there (any more), null where it does not open: then the area is read anew. */
  async body(k: SegmentKey): Promise<Bytes | null | undefined> {
    const name = k.join("/");
    const open = this.bodies.get(name);
    if (open) return open;
    if (this.bad.has(name)) return null;
    const sealed = (await transact(this.c.db, ["body"], "readonly", (tx) =>
      got(tx.objectStore("body").get(key(k))),
    )) as ArrayBuffer | undefined;
    if (!sealed) return undefined;
    const opening = this.c
      .sealer()
      .open(["body", ...k], sealed)
      .catch((e: unknown) => {
        if (!(e instanceof LockError) || e.code !== "damaged") {
          this.bodies.delete(name);
          throw e;
        }
        this.bad.add(name);
        this.c.damaged(k[0]);
        return null;
      });
    this.bodies.set(name, opening);
    for (const oldest of this.bodies.keys()) {
      if (this.bodies.size <= OPEN_BODIES) break;
      this.bodies.delete(oldest);
    }
    return opening;
  }

  private add(k: SegmentKey, index: Index): void {
    const d = this.areas.get(k[0]);
    if (!d) return;
    d.segments.push({ segment: k[2], rows: index.rows.length });
    replay(d.spots, k[2], index);
  }

  private addPacked(
    k: SegmentKey,
    part: { rows: readonly { id: string; light: unknown; line: Bytes }[]; gone: string[] },
  ): void {
    let at = 0;
    const index: Index = { rows: [], gone: part.gone };
    for (const r of part.rows) {
      index.rows.push([r.id, at, r.line.length, r.light]);
      at += r.line.length + 1;
    }
    this.add(k, index);
  }
}

function light(area: string, spots: Map<string, Spot>): LightRow[] {
  return Array.from(spots, ([id, s]) => ({ area, id, light: s.light }));
}
