import { expect, it } from "vitest";
import { isBirth, isPhone } from "./checks";

it("a year of birth is one of somebody who may live", () => {
  for (const ok of ["", "1950", " 1950-03 ", "1950-03-01", "2026", "2026-11-22", "1897"])
    expect(isBirth(ok, "2026-11-22"), ok).toBe(true);
  for (const bad of ["20", "19500", "abc", "1850", "2027", "2026-12", "1950-13", "1950-3", "1950年"])
    expect(isBirth(bad, "2026-11-22"), bad).toBe(false);
});

it("a number to call has digits", () => {
  for (const ok of [
    "",
    "13800000101",
    "138 0000 0101",
    "025-5528 1234转3",
    "+86 138 0000 0101",
    "１３８０００００１０１",
    "110120",
  ])
    expect(isPhone(ok), ok).toBe(true);
  for (const bad of ["abc", "没有", "138", "----", "1380000x101"]) expect(isPhone(bad), bad).toBe(false);
});
