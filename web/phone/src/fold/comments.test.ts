import { expect, it } from "vitest";
import { commentsOf, type Head, type Shown } from ".";

const HOUR = 3_600_000;
const head = (value: string, at: number, user = "u-town"): Head => ({
  id: value + at,
  value,
  user,
  from: at,
  to: at,
  at: null,
  pending: false,
});

/** A visit that was returned twice: what its author wrote between is among its fields, if anything was. */
function visit(state: string, at: number, written: number[]): Shown {
  return {
    fields: {
      way: [head("home", HOUR, "u-li")],
      ...(written.length ? { note: written.map((t) => head("改了", t, "u-li")) } : {}),
    },
    sets: { photos: [{ value: "p", tags: [head("p", HOUR, "u-li")] }] },
    states: { state: { value: state, head: head(state, at) } },
    logs: {
      "comments.visit": [head("请补照片", 10 * HOUR), head("照片还是不清楚", 20 * HOUR)],
      "comments.note": [head("写具体些", 10 * HOUR)],
      remarks: [head("老人不在", 19 * HOUR, "u-li")],
    },
  } as unknown as Shown;
}
const texts = (s: Shown): string[][] => [
  commentsOf(s).open.map((c) => c.field + ":" + c.text),
  commentsOf(s).earlier.map((c) => c.text),
];

it("counts as open what was said with the return that stands", () => {
  expect(texts(visit("returned", 20 * HOUR + 4, [15 * HOUR]))).toEqual([
    ["visit:照片还是不清楚"],
    ["请补照片", "写具体些"],
  ]);
  expect(texts(visit("returned", 20 * HOUR + 4, []))).toEqual([["visit:照片还是不清楚"], ["请补照片", "写具体些"]]);
  expect(texts(visit("returned", 10 * HOUR, []))[0]).toContain("note:写具体些");
});

it("counts as of before what was said before the visit was sent again, however soon", () => {
  const soon = visit("returned", 20 * HOUR, [20 * HOUR - 10]);
  soon.logs["comments.note"] = [head("写具体些", 20 * HOUR - 20)];
  expect(texts(soon)).toEqual([["visit:照片还是不清楚"], ["请补照片", "写具体些"]]);
});

it("has nothing open of a visit that is with the reviewers or approved", () => {
  for (const state of ["submitted", "approved", "draft"]) expect(texts(visit(state, 21 * HOUR, []))[0]).toEqual([]);
});

it("does not take for an answer what was written since, and has not arrived", () => {
  const s = visit("returned", 20 * HOUR, [22 * HOUR]);
  s.fields["met"] = [{ ...head("本人", 0, "u-li"), to: null, at: 23 * HOUR, pending: true }];
  expect(texts(s)[0]).toEqual(["visit:照片还是不清楚"]);
});
