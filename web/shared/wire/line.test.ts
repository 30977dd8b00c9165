import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commitId, freeze, hex, item, maxLine, mediaOf, readLine, utf8, type Action, type Item } from "./index";

interface Case {
  name: string;
  draft: Action;
  line: string;
  id: string;
}

const cases = JSON.parse(readFileSync(new URL("../testdata/lines.json", import.meta.url), "utf8")) as Case[];
const rid = "0192f3a0-0000-7000-8000-000000000001";
const draft: Action = {
  dev: "-d",
  n: 1,
  prev: null,
  nonce: "AAAAAAAAAAAA",
  user: "u",
  at: 1763760000000,
  mono: 0.5,
  page: "p",
  heard: null,
  do: [item.log(rid, "remarks", "记")],
};

describe("a frozen line", () => {
  it.each(cases)("is what the server reads: $name", ({ draft: d, line, id }) => {
    const got = freeze(d);
    expect(got.text).toBe(line);
    expect(got.id).toBe(id);
    expect(got.bytes).toEqual(utf8(line));
    expect(commitId(got.bytes)).toBe(id);
    expect(readLine(got.bytes)).toEqual({ ...d, schema: 1, id });
  });

  it("has no line break, whatever is typed", () => {
    const got = freeze({ ...draft, do: [item.log(rid, "remarks", "一\n二\r\u2028\u0000")] });
    expect(got.text).not.toMatch(/[\n\r]/);
    expect((readLine(got.text).do[0] as Item)[3]).toBe("一\n二\r\u2028\u0000");
  });

  it("is refused where the server could not take it", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 40; i++) {
      deep = [deep];
    }
    const log = (v: unknown): Action => ({ ...draft, do: [["set", rid, "answers.x", v, []] as Item] });
    for (const d of [
      { ...draft, do: [] },
      log("好".repeat(maxLine / 3)),
      log(NaN),
      log({ a: undefined }),
      log(deep),
      { ...draft, at: Infinity },
    ]) {
      expect(() => freeze(d)).toThrow();
    }
    expect(freeze(log("a".repeat(60_000))).bytes.length).toBeGreaterThan(60_000);
  });

  it("reads what another app wrote, and nothing else", () => {
    const newer =
      '{"dev":"d","n":1,"prev":null,"nonce":"","user":"u","schema":2,"at":1,"mono":1,"page":"p","heard":null,"do":[["wave","x"],["log","r","remarks","好"]],"more":1}';
    expect(readLine(newer).do).toEqual([["log", "r", "remarks", "好"]]);
    for (const bad of [
      "",
      "5",
      "{}",
      "[]",
      '{"do":[]}',
      newer.replace('"wave"', "7"),
      newer.replace('"好"', "5"),
      newer.replace('"u"', "5"),
    ]) {
      expect(() => readLine(bad), bad).toThrow();
    }
  });
});

it("finds the media a line names", () => {
  const d = (c: string): string => c.repeat(64);
  const items: Item[] = [
    item.create(rid, "visit", "990101001201", { photos: [d("a")], note: d("0"), type: "care" }),
    item.add(rid, "audio", d("b")),
    item.rm(rid, "photos", d("1"), []),
    item.set(rid, "signature.household", { image: d("c"), text: d("2"), by: "王", at: 1 }, []),
  ];
  expect(mediaOf(items)).toEqual([d("a"), d("b"), d("c")]);
  expect(hex(utf8("好"))).toBe("e5a5bd");
});
