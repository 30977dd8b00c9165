import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  birth,
  clean,
  date,
  decimal,
  dials,
  digits,
  enrolCode,
  identity,
  isolated,
  isPhone,
  key,
  line,
  words,
} from ".";

interface Case {
  in: string;
  out?: unknown;
  wrong?: string;
}

const today = "2026-12-01";
const vectors = "../../../internal/fold/testdata/";

/** As internal/fold replays them. */
const all: { [name: string]: (text: string) => unknown } = {
  key,
  words,
  clean,
  line,
  isolated,
  digits,
  number: decimal,
  date,
  birth: (t) => birth(t, today),
  id: (t) => identity(t, today),
  code: enrolCode,
};

for (const name of Object.keys(all)) {
  it(`reads ${name} as the server does`, () => {
    const file = readFileSync(new URL(vectors + name + ".json", import.meta.url), "utf8");
    const { cases } = JSON.parse(file) as { cases: Case[] };
    expect(cases.length).toBeGreaterThan(3);
    const got = cases.map((c) => ({ in: c.in, got: all[name]?.(c.in) }));
    expect(got).toEqual(cases.map((c) => ({ in: c.in, got: c.wrong ? { wrong: c.wrong } : c.out })));
  });
}

it("folding twice is folding once", () => {
  let seed = 7;
  const from = [
    "a",
    "İ",
    "é",
    "e\u0301",
    "\u200b",
    " ",
    "　",
    "·",
    "•",
    ".",
    "罗",
    "Ｘ",
    "－",
    "´",
    "\ufe0f",
    "ß",
    "𠮷",
    "ﷺ",
  ];
  for (let i = 0; i < 3000; i++) {
    let text = "";
    for (let n = 0; n < 6; n++) text += from[(seed = (seed * 48271) % 2147483647) % from.length];
    expect(key(key(text)), JSON.stringify(text)).toBe(key(text));
  }
});

const written: [string, string[]][] = [
  ["０５７１－８８００ 转 12", ["05718800,12"]],
  ["0571-8800转12", ["05718800,12"]],
  ["0571-88001234转接8", ["057188001234,8"]],
  ["0571-88001234 分机：12", ["057188001234,12"]],
  ["0571-88001234 分机号12", ["057188001234,12"]],
  ["0571-88001234 ext. 12", ["057188001234,12"]],
  ["0571-88001234 EXT12", ["057188001234,12"]],
  ["0571-88001234x12", ["057188001234,12"]],
  ["0571-88001234#12", ["057188001234,12"]],
  ["0571-88001234-12", ["057188001234,12"]],
  ["88001234－12", ["88001234,12"]],
  ["05718800,12", ["05718800,12"]],
  ["(0571)88001234", ["057188001234"]],
  ["（０５７１）８８００１２３４", ["057188001234"]],
  ["0571 8800 1234", ["057188001234"]],
  ["0571-8800-1234", ["057188001234"]],
  ["138 0000 0000", ["13800000000"]],
  ["138-0000-0000", ["13800000000"]],
  ["+86 138 0000 0000", ["+8613800000000"]],
  ["＋８６－１３８００００００００", ["+8613800000000"]],
  ["400-800-1234", ["4008001234"]],
  ["400-8001-234", ["4008001234"]],
  ["13800000000、0571-88001234", ["13800000000", "057188001234"]],
  ["13800000000，13900000000", ["13800000000", "13900000000"]],
  ["13800000000;13900000000", ["13800000000", "13900000000"]],
  ["13800000000/13900000000", ["13800000000", "13900000000"]],
  ["13800000000 13900000000", ["13800000000", "13900000000"]],
  ["13800000000或13900000000", ["13800000000", "13900000000"]],
  ["13800000000, 0571-88001234转8", ["13800000000", "057188001234,8"]],
  ["0571-8800 转 12、13900000000", ["05718800,12", "13900000000"]],
  ["儿子13800000000（手机）家0571-88001234", ["13800000000", "057188001234"]],
  ["13800000000、13800000000", ["13800000000"]],
  ["110", ["110"]],
  ["12345", ["12345"]],
  ["\u202a13800000000\u202c", ["13800000000"]],
  ["", []],
  ["没有", []],
  ["转12", []],
];

it("dials what was written", () => {
  expect(written.map(([text]) => [text, dials(text)])).toEqual(written);
});

it("a number to call is told from other words", () => {
  for (const text of [
    "13800000000",
    "0571-8800 转 12",
    "13800000000、0571-88001234",
    "8800123",
    "0571-88001234 ext 12",
  ])
    expect(isPhone(text), text).toBe(true);
  for (const text of ["没有", "1380", "13800000000a", "见备注13800000000", "--", "转12"])
    expect(isPhone(text), text).toBe(false);
});
