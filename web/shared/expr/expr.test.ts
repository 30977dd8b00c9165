/** Replays the vectors of internal/expr. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { functions } from "./functions";
import { evaluate, Fault, isEmpty, parse, type Value } from "./index";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL("../../../internal/expr/testdata/" + name, import.meta.url), "utf8"));

interface Case {
  expr: string;
  is: Value | null;
  with?: { [q: string]: Value };
  self?: Value;
  column?: { [name: string]: string };
}

it("gives every expression the value it has on the server", () => {
  const file = read("values.json") as { with: { [q: string]: Value }; now: string; cases: Case[] };
  expect(file.cases.length).toBeGreaterThan(200);
  for (const c of file.cases) {
    const got = evaluate(parse(c.expr), {
      ref: (q) => (c.with ?? file.with)[q] ?? "",
      column: (name) => c.column?.[name] ?? "",
      self: c.self ?? "",
      now: file.now,
    });
    expect(isEmpty(got) ? null : got, c.expr).toEqual(c.is);
  }
});

it("refuses what the server refuses, at the same character", () => {
  for (const c of read("faults.json") as { expr: string; code: string; at: number; of?: string }[]) {
    let fault: unknown = null;
    try {
      parse(c.expr);
    } catch (e) {
      fault = e;
    }
    expect(fault, c.expr).toBeInstanceOf(Fault);
    const { code, at, of } = fault as Fault;
    expect({ code, at, of }, c.expr).toEqual({ code: c.code, at: c.at, of: c.of ?? "" });
  }
});

it("has the functions the server has", () => expect(functions).toEqual(read("functions.json")));

it("has bounds", () => {
  const long = "1 + ".repeat(450) + "1";
  for (const s of [long, "(".repeat(30) + "1" + ")".repeat(30), "-".repeat(30) + "1", " ".repeat(2001)])
    expect(() => parse(s), s.slice(0, 20)).toThrow(Fault);
  const self = "龙".repeat(4000);
  for (const s of ["string-length(.)", "string-length(concat(., ., .))", "string-length(join(., 1, 2))"])
    expect(evaluate(parse(s), { ref: () => "", self, now: "" }), s).toBe(4000);
  expect(evaluate(parse("regex(., '(x+x+)+y')"), { ref: () => "", self: "x".repeat(1900), now: "" })).toBe(false);
});
