import { expect, it } from "vitest";
import { subjects, zh } from "../words";
import { en, titles } from "../words/en";

it("has Chinese and English beside each other, with the same blanks to fill", () => {
  const blanks = (s: string): string[] => (s.match(/\{\w+\}/g) ?? []).sort();
  expect(Object.keys(en)).toEqual(Object.keys(zh));
  for (const word of Object.keys(zh) as (keyof typeof zh)[]) {
    expect(zh[word], word).not.toBe("");
    expect(en[word], word).not.toBe("");
    expect(blanks(en[word]), word).toEqual(blanks(zh[word]));
  }
  expect(subjects.filter((s) => !titles[s])).toEqual([]);
});
