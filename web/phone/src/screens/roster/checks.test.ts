import { expect, it } from "vitest";
import { readBirth, readNumber, readPhone, right, taken } from "./checks";

const birth = readBirth("2026-11-22");

it("a date of birth is one of somebody who may live, as people write it", () => {
  for (const [text, is] of [
    ["", ""],
    ["1950", "1950"],
    [" 1950-03 ", "1950-03"],
    ["1950-03-01", "1950-03-01"],
    ["１９５０", "1950"],
    ["1950.03", "1950-03"],
    ["1950年3月", "1950-03"],
    ["19500301", "1950-03-01"],
    ["2026-11-22", "2026-11-22"],
    ["1897", "1897"],
  ] as const) {
    expect(right(text, birth), text).toBe(true);
    expect(taken(text, birth), text).toBe(is);
  }
  for (const bad of ["20", "19500", "abc", "1850", "2027", "2026-12", "1950-13", "1950-02-30"]) {
    expect(right(bad, birth), bad).toBe(false);
    expect(taken(bad, birth), "nothing of it is lost").toBe(bad);
  }
});

it("a number to call has digits", () => {
  for (const ok of [
    "",
    "13800000101",
    "138 0000 0101",
    "025-5528 1234转3",
    "+86 138 0000 0101",
    "１３８０００００１０１",
    "０５７１－８８００ 转 12",
    "13800000101、025-55281234",
    "110120",
  ])
    expect(right(ok, readPhone), ok).toBe(true);
  for (const bad of ["abc", "没有", "138", "----", "1380000x101"]) expect(right(bad, readPhone), bad).toBe(false);
  expect(taken("\u202a138 0000 0101\u202c", readPhone)).toBe("138 0000 0101");
});

it("an identity number is written as cards have it", () => {
  const read = readNumber("2026-11-22");
  expect(taken("１１０１０５ 19491231 002ｘ", read)).toBe("11010519491231002X");
  expect(right("990101500307001", read)).toBe(true);
  for (const bad of ["110105194912310020", "11010519491231002", "无", "110***********002X"])
    expect(right(bad, read), bad).toBe(false);
});
