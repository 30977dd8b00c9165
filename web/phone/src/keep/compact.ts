import { type Cellar, writeIdle } from "./cellar";
import { areaOf, planIn, readPlan, shown } from "./plan";
import type { Directory, Rows } from "./rows";
import { type NewRow, pack, type Spot, worthCompacting } from "./segments";
import { key, type SegmentKey } from "./shapes";
import { got, transact } from "./transact";

const ROWS = 500;

/**
 * Compacts one area that needs it and returns its name, or null when none does: for an idle moment. The merged segments
 * get numbers between the last of their run and the next, so that the order of segments stays true and no number ever
 * names two contents: a tab that still looks for an old one finds nothing, and reads the index again.
 */
export async function tidy(c: Cellar, rows: Rows): Promise<string | null> {
  const plan = await readPlan(c.db);
  for (const area of Object.keys(plan.areas)) {
    const d = await rows.directory(area);
    const run = worthCompacting(d.segments, d.spots.size);
    if (!run || d.generation !== shown(areaOf(plan, area))) continue;
    if (await merge(c, rows, area, d, run, plan.rev)) return area;
    rows.moved([area]);
  }
  return null;
}

async function merge(c: Cellar, rows: Rows, area: string, d: Directory, run: number[], rev: number): Promise<boolean> {
  const inRun = new Set(run);
  const living: NewRow[] = [];
  for (const [id, s] of d.spots) {
    if (!inRun.has(s.segment)) continue;
    const body = await rows.body([area, d.generation, s.segment]);
    if (!body) return false;
    living.push({ id, light: s.light, line: body.slice(s.offset, s.offset + s.length) });
  }
  const first = d.segments[0]?.segment === run[0];
  const gone = first
    ? []
    : await goneOf(
        c,
        rows,
        run.map((n): SegmentKey => [area, d.generation, n]),
        d.spots,
      );
  const last = run[run.length - 1];
  if (!gone || last === undefined) return false;
  const sealer = c.sealer();
  const merged: { key: SegmentKey; idx: ArrayBuffer; body: ArrayBuffer }[] = [];
  const count = Math.max(1, Math.ceil(living.length / ROWS));
  for (let i = 0; i < count; i++) {
    const segment = last + ((Math.floor(last) + 1 - last) * (i + 1)) / (count + 1);
    const { index, body } = pack(living.slice(i * ROWS, (i + 1) * ROWS), i === 0 ? gone : []);
    const k: SegmentKey = [area, d.generation, segment];
    merged.push({
      key: k,
      idx: await sealer.seal(["idx", ...k], index),
      body: await sealer.seal(["body", ...k], body),
    });
  }
  const done = await writeIdle(c, ["meta", "idx", "body"], async (tx) => {
    const now = await planIn(tx);
    if (now.rev !== rev) return false;
    for (const store of ["idx", "body"] as const) {
      for (const n of run) tx.objectStore(store).delete([area, d.generation, n]);
      for (const m of merged) tx.objectStore(store).put(m[store], key(m.key));
    }
    tx.objectStore("meta").put({ ...now, rev: now.rev + 1 }, "plan");
    return true;
  });
  if (done) rows.moved([area]);
  return done;
}

/** The removals of a run that still matter: an id that lives needs none. */
async function goneOf(c: Cellar, rows: Rows, run: SegmentKey[], spots: Map<string, Spot>): Promise<string[] | null> {
  const gone = new Set<string>();
  for (const k of run) {
    const sealed = (await transact(c.db, ["idx"], "readonly", (tx) => got(tx.objectStore("idx").get(key(k))))) as
      | ArrayBuffer
      | undefined;
    const index = sealed && (await rows.open(k, sealed));
    if (!index) return null;
    for (const id of index.gone) if (!spots.has(id)) gone.add(id);
  }
  return [...gone];
}
