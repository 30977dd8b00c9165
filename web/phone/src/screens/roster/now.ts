/** What the server has where a held line wanted something else, in words; "" where that is the same. */
import { inWords } from "../../../../shared/record";
import { shownValue, type Shown } from "../../fold";
import { equal, fieldOf, isObject } from "../../../../shared/wire";
import type { Village } from "../../village";
import { readerOf } from "../facts";
import { say } from "../say";
import { called } from "../titles";
import { placeWords } from "../visit/place";
import { categoriesOf, textOf, type Edited } from "./editing";

export function nowWords(village: Village, s: Shown, field: string, f: Edited): string {
  const had =
    field === "categories" ? categoriesOf(s).sort() : field === "place" ? shownValue(s, field) : textOf(s, field);
  const wanted =
    field === "categories" ? f.categories.slice().sort() : field === "place" ? f.place : (f.texts[field] ?? "");
  if (equal(had, wanted)) return "";
  const words = Array.isArray(had)
    ? had.map((c) => called(village, String(c))).join("、")
    : isObject(had)
      ? placeWords(had, village.now())
      : inWords(fieldOf(s.kind, field), had, readerOf(village));
  return say("now_value", { value: words || say("none") });
}
