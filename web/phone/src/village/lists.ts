/** The two lists screens begin with: what is to be done today, and the roster. */
import { counts } from "../../../shared/wire";
import { addDays, dayOf, daysBetween, weekday } from "./day";
import { rank } from "./due";
import { visitedAt } from "./households";
import { list, str } from "./light";
import type { Memory } from "./memory";
import type { DueVisit, Filters, HouseholdLine, PersonLine, RosterRow, Today, VisitLine } from "./types";

export function todayOf(m: Memory): Today {
  const day = m.calm.day();
  const sunday = addDays(day, 7 - weekday(day));
  const monday = addDays(sunday, -6);
  const month = day.slice(0, 7);
  const tally = { week: { done: 0, left: 0 }, month: { done: 0, left: 0 } };
  const out: Today = { day, tally, returned: [], overdue: [], today: [], week: [], open: [] };
  for (const line of m.homes.all()) {
    if (line.due === null) continue;
    if (line.due.slice(0, 7) <= month) tally.month.left++;
    if (line.due > sunday) continue;
    tally.week.left++;
    const due: DueVisit = {
      household: line,
      day: line.due,
      days: daysBetween(day, line.due),
      rule: m.homes.dueRule(line),
    };
    (due.days < 0 ? out.overdue : due.days === 0 ? out.today : out.week).push(due);
  }
  const by = (a: DueVisit, b: DueVisit): number => a.days - b.days || rank(b.household.risk) - rank(a.household.risk);
  [out.overdue, out.today, out.week].forEach((l) => l.sort(by));
  for (const e of m.book.of("visit")) {
    const state = str(e.light, "state") || "draft";
    if (e.light.a === m.user() && counts("visit", state, e.light.v === 1)) {
      const on = dayOf(visitedAt(e.light));
      if (on >= monday && on <= sunday) tally.week.done++;
      if (on.slice(0, 7) === month) tally.month.done++;
    }
    const visit = (state === "returned" || state === "draft") && e.light.v !== 1 ? m.homes.visit(e.id) : null;
    if (visit?.mine && state === "draft") out.open.push(visit);
    else if (visit?.mine) {
      const comments = (e.light.m ?? []).map((c) => ({ ...c, by: m.calm.userName(c.by) }));
      const photos = list(e.light, "photos");
      out.returned.push({ visit, photos, household: visit.household ? m.homes.line(visit.household) : null, comments });
    }
  }
  out.open.sort((a, b) => b.at - a.at);
  out.returned.sort((a, b) => b.visit.at - a.visit.at);
  return out;
}

export function rosterOf(m: Memory, query: string, filters: Filters): RosterRow[] {
  const sunday = 7 - weekday(m.calm.day());
  const inTime = (l: HouseholdLine): boolean => {
    const left = m.homes.daysLeft(l);
    return (
      left !== null &&
      (filters.due === "overdue" ? left < 0 : filters.due === "today" ? left === 0 : left >= 0 && left <= sunday)
    );
  };
  const fits = (l: HouseholdLine): boolean =>
    (!filters.area || l.area === filters.area) &&
    (!filters.group || l.group === filters.group) &&
    (!filters.category || l.categories.includes(filters.category)) &&
    (!filters.risk || l.risk === filters.risk) &&
    (!filters.due || inTime(l));
  if (query.trim() === "") {
    return m.homes
      .all()
      .filter(fits)
      .map((household) => ({ household, matched: [] }));
  }
  const out: RosterRow[] = [];
  for (const f of m.homes.search.find(query)) {
    const household = m.homes.line(f.household);
    if (household && fits(household)) {
      out.push({
        household,
        matched: f.persons.map((p) => m.homes.person(p)).filter((p): p is PersonLine => p !== null),
      });
    }
  }
  return out;
}

/** All visits of the user that stand on this phone, newest first. */
export function ownVisits(m: Memory): VisitLine[] {
  const out: VisitLine[] = [];
  for (const e of m.book.of("visit")) {
    const visit = e.light.a === m.user() ? m.homes.visit(e.id) : null;
    if (visit) out.push(visit);
  }
  return out.sort((a, b) => b.at - a.at);
}
