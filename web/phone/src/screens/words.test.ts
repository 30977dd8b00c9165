import { expect, it } from "vitest";
import { words } from "../words";

it("has Chinese and English beside each other, with the same blanks to fill", () => {
  const blanks = (s: string): string[] => (s.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, said] of Object.entries(words)) {
    expect(said.zh, key).not.toBe("");
    expect(said.en, key).not.toBe("");
    expect(blanks(said.en), key).toEqual(blanks(said.zh));
  }
});
