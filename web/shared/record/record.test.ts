import { expect, it } from "vitest";
import { inWords, linesOf, type Reader } from ".";

const as: Reader = { named: (t) => t, yes: "是", no: "否", date: (ms) => "日" + ms, name: (id) => "某" + id };

it("says each value as its type is read", () => {
  expect(inWords(undefined, null, as)).toBe("");
  expect(inWords(undefined, false, as)).toBe("否");
  expect(inWords({ type: "ms" }, 5, as)).toBe("日5");
  expect(inWords({ type: "number" }, 5, as)).toBe("5");
  expect(inWords({ type: "record" }, "a", as)).toBe("某a");
  expect(inWords({ type: "text" }, ["a", "b"], as)).toBe("a、b");
  expect(inWords({ type: "choice", choices: [{ value: "home", title: "入户" }] }, ["home", "x"], as)).toBe("入户、x");
  expect(inWords(undefined, { lat: 31.2, lon: 120.5, accuracy: 12, at: 5 }, as)).toBe("31.2, 120.5 ±12 m");
  expect(inWords(undefined, { level: "高", reason: "独居", from: null }, as)).toBe("高 · 独居");
});

it("gives what says something in the order of the table", () => {
  const values = { text: "x", way: "home", type: "care", met: "", persons: ["a"], strange: 1 };
  expect(linesOf("visit", values, as, () => true).map((l) => l.name + " " + l.label + " " + l.text)).toEqual([
    "type 类型 探访",
    "persons 走访对象 某a",
    "way 怎么走访的 入户",
  ]);
  expect(linesOf("visit", values, as, (f) => f.name === "way")).toHaveLength(1);
  expect(linesOf("nothing", values, as, () => true)).toEqual([]);
});
