import { type AreaPlan, NO_PLAN, type Plan } from "./shapes";
import { got, transact, under } from "./transact";

const NEW_AREA: AreaPlan = { live: 0, filling: 0, nextGeneration: 1, nextSegment: 0 };

export async function planIn(tx: IDBTransaction): Promise<Plan> {
  return ((await got(tx.objectStore("meta").get("plan"))) as Plan | undefined) ?? NO_PLAN;
}

export function readPlan(db: IDBDatabase): Promise<Plan> {
  return transact(db, ["meta"], "readonly", planIn);
}

export function areaOf(plan: Plan, area: string): AreaPlan {
  return plan.areas[area] ?? NEW_AREA;
}

/** The generation to show: the one being filled only while there is no other. */
export function shown(a: AreaPlan): number {
  return a.live || a.filling;
}

export async function shownAreas(db: IDBDatabase): Promise<string[]> {
  const plan = await readPlan(db);
  return Object.keys(plan.areas).filter((a) => shown(areaOf(plan, a)) > 0);
}

export interface Drop {
  area: string;
  generation: number;
}

/** What becomes of the plan by one reply: which generation and segment each area's rows go to, and what goes. */
export function nextPlan(
  was: Plan,
  reply: { fresh: readonly string[]; areas: readonly string[]; erase: readonly string[]; more: boolean },
): { plan: Plan; into: Map<string, { generation: number; segment: number }>; drops: Drop[]; switched: string[] } {
  const areas: Record<string, AreaPlan> = { ...was.areas };
  const drops: Drop[] = [];
  const into = new Map<string, { generation: number; segment: number }>();
  for (const area of reply.erase) {
    const a = areas[area];
    if (!a) continue;
    for (const generation of [a.live, a.filling]) if (generation) drops.push({ area, generation });
    areas[area] = { ...a, live: 0, filling: 0 };
  }
  for (const area of new Set(reply.fresh)) {
    const a = areas[area] ?? NEW_AREA;
    if (a.filling) drops.push({ area, generation: a.filling });
    areas[area] = { ...a, filling: a.nextGeneration, nextGeneration: a.nextGeneration + 1 };
  }
  for (const area of reply.areas) {
    let a = areas[area] ?? NEW_AREA;
    if (!a.live && !a.filling) a = { ...a, live: a.nextGeneration, nextGeneration: a.nextGeneration + 1 };
    into.set(area, { generation: a.filling || a.live, segment: a.nextSegment });
    areas[area] = { ...a, nextSegment: a.nextSegment + 1 };
  }
  const switched: string[] = [];
  if (!reply.more) {
    for (const [area, a] of Object.entries(areas)) {
      if (!a.filling) continue;
      if (a.live) drops.push({ area, generation: a.live });
      areas[area] = { ...a, live: a.filling, filling: 0 };
      switched.push(area);
    }
  }
  const turn = was.turn + 1;
  const plan: Plan = { rev: was.rev + 1, turn, settled: reply.more ? was.settled : turn, areas };
  return { plan, into, drops, switched };
}

/** Deletes a generation's segments, within a transaction over idx and body. */
export function drop(tx: IDBTransaction, d: Drop): void {
  for (const store of ["idx", "body"]) tx.objectStore(store).delete(under(d.area, d.generation));
}
