import { expect, it } from "vitest";
import { fold, type Own, type Shown } from "../fold";
import { commitId, item, recordId, utf8, type Commit, type Item } from "../../../shared/wire";
import { answersOf, editVisit, readForm, withUnasked, type Form, type Setting } from "./index";

const AREA = "320115101203";
const rid = recordId(1_763_760_000_000);
const [elder, child] = [recordId(1), recordId(2)];
const form = readForm({
  name: "x",
  type: "routine",
  sections: [
    {
      title: "",
      questions: [
        { id: "note", title: "情况", kind: "text", field: "note" },
        { id: "school", title: "上学", kind: "text", shown: { age: { under: 18 } } },
      ],
    },
  ],
}) as Form;
const old: Setting["visited"][number] = { categories: [], birth: "1948" };
const young: Setting["visited"][number] = { categories: [], birth: "2018" };
const both: Setting = { visited: [old, young], today: "2026-11-22" };
const alone: Setting = { visited: [old], today: "2026-11-22" };

function shown(items: Item[]): Shown {
  const commit = {
    id: commitId(utf8(JSON.stringify(items))),
    dev: "d",
    n: 1,
    prev: null,
    nonce: "x",
    user: "u",
    schema: 1,
    at: 1,
    mono: 1,
    page: "p",
    heard: null,
    do: items,
  } as unknown as Commit;
  return fold(rid, null, [{ commit, answer: "none" } as Own], { user: "u" }) as Shown;
}
const was = shown([
  item.create(rid, "visit", AREA, { type: "routine", persons: [elder, child], note: "旧", "answers.school": "正常" }),
]);

it("takes a person off a visit, and with them what was asked for their sake", () => {
  expect(editVisit(was, form, answersOf(was), alone, "u", { now: [elder], before: both })).toEqual([
    item.rm(rid, "persons", child, [was.created]),
    item.set(rid, "answers.school", null, [was.created]),
  ]);
});

it("puts a person to a visit", () => {
  const third = recordId(3);
  expect(editVisit(was, form, answersOf(was), both, "u", { now: [elder, child, third], before: both })).toEqual([
    item.add(rid, "persons", third),
  ]);
});

it("leaves the persons alone where nobody changed them, whatever became of them on the roster", () => {
  expect(editVisit(was, form, answersOf(was), alone, "u", { now: [elder, child], before: alone })).toEqual([]);
});

it("keeps of a held line what is not asked now, but not the persons: those are", () => {
  const held = [item.add(rid, "persons", child), item.set(rid, "answers.school", "失学", [])];
  expect(withUnasked([], rid, held, form, alone)).toEqual([held[1]]);
});
