import { expect, it } from "vitest";
import { turnOf } from "./turning";

const hex = (s: string): Uint8Array => Uint8Array.from(s.replace(/ /g, "").match(/../g) ?? [], (x) => parseInt(x, 16));
const exif = (tiff: string): string => "ffe1 0022 457869660000" + tiff;
const big = (n: string): string => exif(`4d4d002a00000008 0001 0112 0003 00000001 ${n}0000 00000000`);
const little = exif("49492a0008000000 0100 1201 0300 01000000 08000000 00000000");
const jfif = "ffe0 0010 4a46494600010100000100010000";

it("reads how a photo is to be turned", () => {
  const cases: [string, string, number][] = [
    ["the big end first", "ffd8" + big("0006"), 6],
    ["the little end first, behind another part", "ffd8" + jfif + little, 8],
    ["a number that there is not", "ffd8" + big("0009"), 1],
    ["none", "ffd8" + jfif + "ffda", 1],
    ["nothing of it before the pixels", "ffd8 ffda 0002" + big("0006"), 1],
    ["cut short", "ffd8" + big("0006").slice(0, 40), 1],
    ["no JPEG", "89504e47" + big("0006"), 1],
    ["nothing", "", 1],
  ];
  for (const [what, bytes, turn] of cases) expect(turnOf(hex(bytes)), what).toBe(turn);
});
