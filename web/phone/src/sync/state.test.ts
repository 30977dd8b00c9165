import { expect, it } from "vitest";
import type { Reply } from "../../../shared/wire";
import { after, day, isPast, isSafe, mayGo, noState, startedOver } from "./state";

const reply = (time: number, safeAt: number | null, more: Partial<Reply> = {}): Reply => ({
  epoch: "e",
  time,
  safeAt,
  scope: null,
  fresh: [],
  minApp: "",
  again: false,
  answers: [],
  changes: [],
  cursor: "c",
  more: false,
  sum: {},
  ...more,
});

it("a line may go 30 days after a backup holds it, whatever later backups say", () => {
  const said = { epoch: "e", time: 10 * day };
  let s = after(noState(), reply(10 * day, 9 * day), 0);
  expect(isSafe(s, said)).toBe(false);
  for (let at = 11; at <= 41; at++) s = after(s, reply(at * day + 1, (at - 0.5) * day), 0);
  expect(isSafe(s, said)).toBe(true);
  expect(isPast(s, said)).toBe(false); // safe since the 11th day, and it is the 41st
  expect(mayGo(s, { settled: true, answer: { ...said, r: "ok" } })).toBe(false);
  s = after(s, reply(41.5 * day, 41 * day), 0);
  expect(isPast(s, said)).toBe(true);
  expect(isPast(s, { epoch: "e", time: 12 * day })).toBe(false);
  expect(isPast(s, { epoch: "other", time: 1 })).toBe(false);
  for (let at = 42; at < 400; at++) s = after(s, reply(at * day, at * day - 5), 0);
  expect(s.safes.length).toBeLessThan(34);
  expect(isPast(s, { epoch: "e", time: 100 * day })).toBe(true);
  expect(isPast(startedOver(s, "f", 401 * day, 0), said)).toBe(false);
  const line = (more: { r: string; code?: string }, settled = true) =>
    mayGo(s, { settled, answer: { ...said, ...more } });
  expect([line({ r: "ok" }), line({ r: "held", code: "rejected" })]).toEqual([true, true]);
  expect([line({ r: "ok" }, false), line({ r: "held", code: "invalid" })]).toEqual([false, false]); // somebody still has to act
});

it("a backup of the same moment does not make a line safe", () => {
  expect(isSafe(after(noState(), reply(5, 5), 0), { epoch: "e", time: 5 })).toBe(false);
  expect(isSafe(after(noState(), reply(5, null), 0), { epoch: "e", time: 1 })).toBe(false);
});

it("areas that leave the scope are remembered until they are erased, and forgotten when they come back", () => {
  const scope = (areas: string[]) => ({ scope: { version: 1, areas, above: ["top"] } });
  let s = after(noState(), reply(1, null, scope(["a", "b"])), 0);
  s = after(s, reply(2, null, scope(["a"])), 0);
  s = after(s, reply(3, null), 0);
  expect(s.leaving).toEqual(["b"]);
  s = after(s, reply(4, null, scope(["a", "b"])), 0);
  expect(s.leaving).toEqual([]);
});
