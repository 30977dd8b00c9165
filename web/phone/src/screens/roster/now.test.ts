import { expect, it } from "vitest";
import { fold, type Shown } from "../../fold";
import { ownLine } from "../../fold/rows.testing";
import { item, type Json } from "../../../../shared/wire";
import type { Village } from "../../village";
import type { Edited } from "./editing";
import { nowWords } from "./now";

const id = "0192f3a0-0000-7000-8000-000000000001";
const village = { now: () => Date.UTC(2026, 11, 1, 4), categories: () => [] } as unknown as Village;
const shown = (kind: string, fields: { [field: string]: Json }): Shown =>
  fold(id, null, [ownLine("c0", [item.create(id, kind, "990101001001", fields)])], { user: "li" }) as Shown;
const edited = (texts: Edited["texts"], place: Json = null): Edited => ({
  texts,
  place,
  categories: [],
  remark: "",
  id: "",
  noId: "",
});

it("says what the server has where a held line wanted something else, a place with when it was noted", () => {
  const place = { lat: 31, lon: 118, accuracy: 12.4, at: Date.UTC(2026, 11, 1, 1, 54) };
  const home = shown("household", { head: "王秀兰", phone: "1", place });
  const f = edited({ head: "王秀兰", phone: "2" });
  expect(["head", "phone", "place"].map((x) => nowWords(village, home, x, f))).toEqual([
    "",
    "服务器上是：1",
    "服务器上是：已记位置 ±12 米 · 今天 09:54",
  ]);
  const person = shown("person", { name: "王秀兰", birth: "1950-03" });
  expect(nowWords(village, person, "birth", edited({ birth: "1950" }))).toBe("服务器上是：1950-03");
});
