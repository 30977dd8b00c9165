import { describe, expect, it } from "vitest";
import { isLacking } from "../forms";
import type { Status, VisitLine } from "../village";
import { awayWords, nextDueWords, standing } from "./sentences";
import { distance } from "./roster/near";

const visit = (more: Partial<VisitLine>): VisitLine => ({
  id: "v",
  area: "320115101203",
  household: null,
  persons: [],
  type: "routine",
  way: null,
  at: 0,
  state: "submitted",
  risk: null,
  author: "u",
  authorName: "",
  mine: true,
  photos: 0,
  photo: null,
  need: 0,
  pending: false,
  conflicts: [],
  changed: false,
  void: false,
  ...more,
});

describe("a visit has one word for where it stands", () => {
  it.each([
    [{ state: "draft" }, "草稿"],
    [{ state: "draft", pending: true }, "草稿"],
    [{ state: "returned", pending: true }, "退回"],
    [{ state: "submitted", pending: true }, "待发"],
    [{ state: "approved", changed: true, pending: true }, "待发"],
    [{ state: "approved", changed: true }, "核定后有改动"],
    [{ state: "approved", changed: true, pending: true, void: true }, "已作废"],
  ] as [Partial<VisitLine>, string][])("%o: %s", (more, word) => expect(standing(visit(more)).text).toBe(word));
});

it("no signal is not no server", () => {
  const status = (offline: boolean, unreached: boolean): Status => ({ offline, unreached }) as Status;
  expect(awayWords(status(true, false))).toBe("没有信号");
  expect(awayWords(status(false, true))).toBe("没连上服务器");
  expect(awayWords(status(false, false))).toBe("");
});

it("what is wrong is not missing", () => {
  expect(["missing", "visitors", "signature", "witness", "stale", "few"].filter((c) => !isLacking(c))).toEqual([]);
  expect(["long", "many", "number", "low", "high", "date", "past", "future", "later"].filter(isLacking)).toEqual([]);
});

it("when a household is due next, and how far it is", () => {
  expect(nextDueWords({ due: "2026-12-05" }, "2026-12-01")).toBe("下次走访 12月5日 周六，还有 4 天");
  expect(nextDueWords({ due: "2026-11-28" }, "2026-12-01")).toBe("下次走访 11月28日 周六，已过 3 天");
  expect(nextDueWords({ due: null }, "2026-12-01")).toBe("");
  expect([4, 848, 994, 996, 1240, 9940, 12_300].map(distance)).toEqual([
    "0 米",
    "850 米",
    "990 米",
    "1.0 公里",
    "1.2 公里",
    "9.9 公里",
    "12 公里",
  ]);
});
