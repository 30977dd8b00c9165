/** When a household is to be visited next, by the cadence rules in force. */
import { isObject, type JsonObject } from "../../../shared/wire";
import { addDays, dayOf } from "./day";
import type { Day, InForce, Risk } from "./types";

interface Cadence {
  title: string;
  categories: string[] | null;
  risk: string[] | null;
  every: number;
  ways: string[];
}

/** What a rule looks at. `visits`: counted ones, newest first. */
export interface Visited {
  categories: readonly string[];
  risk: Risk | null;
  visits: readonly { at: number; way: string | null }[];
}

export function cadences(rules: readonly InForce[]): Cadence[] {
  const out: Cadence[] = [];
  for (const r of rules) {
    const every = r.body["every"];
    if (r.body["kind"] === "cadence" && typeof every === "number" && every > 0) {
      const applies = r.body["applies"];
      const a: JsonObject = isObject(applies) ? applies : {};
      out.push({
        title: r.title,
        categories: texts(a["categories"]),
        risk: texts(a["risk"]),
        every,
        ways: texts(r.body["ways"]) ?? [],
      });
    }
  }
  return out;
}

export interface Due {
  day: Day;
  rule: string; // its title
  /** The ways that count for it, where the newest visit was made in another. */
  only: string[];
}

/**
 * The earliest day any fitting rule names; never visited: today. Null where no rule fits. A visit whose way is not
 * known counts for every rule: it would be unkind to send somebody again for want of a tick.
 */
export function dueOf(rules: readonly Cadence[], v: Visited, today: Day): Due | null {
  let best: Due | null = null;
  for (const c of rules) {
    if (
      (c.categories && !c.categories.some((k) => v.categories.includes(k))) ||
      (c.risk && !(v.risk !== null && c.risk.includes(v.risk)))
    ) {
      continue;
    }
    const last = v.visits.find((visit) => visit.way === null || c.ways.length === 0 || c.ways.includes(visit.way));
    const day = last ? addDays(dayOf(last.at), c.every) : today;
    if (!best || day < best.day) {
      best = { day, rule: c.title, only: last === v.visits[0] ? [] : c.ways };
    }
  }
  return best;
}

const levels = ["一般", "重点", "高"];

export function riskier(a: Risk | null, b: Risk | null): Risk | null {
  return rank(a) >= rank(b) ? a : b;
}

export function rank(r: Risk | null): number {
  return r === null ? -1 : levels.indexOf(r);
}

function texts(v: unknown): string[] | null {
  return Array.isArray(v) ? v.filter((s): s is string => typeof s === "string") : null;
}
