import { expect, it } from "vitest";
import { allGaps, gapAt, needed, understood, type Missing } from "./gaps";

const is = (field: string, code: Missing["code"], limit?: number): Missing => ({
  field,
  title: field,
  code,
  ...(limit === undefined ? {} : { limit }),
});

it("what is missing is said at its field once somebody wants to go on, what is wrong as soon as it stands there", () => {
  const gaps = [is("note", "missing"), is("text", "long", 20)];
  expect(["note", "text", "risk"].map((f) => gapAt(gaps, f, false))).toEqual(["", "太长，最多 20 字", ""]);
  expect(["note", "text", "risk"].map((f) => gapAt(gaps, f, true))).toEqual(["没填", "太长，最多 20 字", ""]);
});

it("what a box or a signature says by itself is not said beside it again", () => {
  for (const code of ["wrong", "number", "stale"] as const) expect(gapAt([is("x", code)], "x", true)).toBe("");
});

it("the foot names all of them, what is missing first, and nothing where nothing is", () => {
  const all = [
    understood("phone", "电话", false),
    understood("birth", "出生日期", true),
    needed("name", "姓名", ""),
    needed("why", "原因", "x"),
    needed("kind", "变更", null),
  ].filter((g) => g !== null);
  expect(allGaps(all)).toBe("请填写：姓名、变更 · 请改正：电话");
  expect(allGaps([])).toBe("");
});
