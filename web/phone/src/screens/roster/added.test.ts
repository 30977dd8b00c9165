/** A register that the table gains stands in the editor, on the page, in what is saved and in the sentences about it. */
import { expect, it, vi } from "vitest";
import { boxesOf } from "../../../../shared/record";
import { item, type Kind } from "../../../../shared/wire";
import { fold, type Shown } from "../../fold";
import { ownLine } from "../../fold/rows.testing";
import type { Deed, OutboxEntry, Village } from "../../village";
import { deedWords } from "../deeds";
import { editorOf } from "../editors";
import { factsOf } from "../facts";
import { choices } from "../kinds";
import { speak } from "../say";
import { editRoster, lay, slim, textOf, type Edited } from "./editing";

vi.mock("../../../../shared/kinds.gen", async (original) => {
  const table = await original<typeof import("../../../../shared/kinds.gen")>();
  const choices = [
    { value: "own", title: "自家的" },
    { value: "rented", title: "租来的" },
    { value: "leased", title: "租来的" }, // another program's word for it
  ];
  const roof = { name: "roof", class: "reg", type: "text", title: "屋顶归谁", choices, phone: true };
  const floor = { name: "floor", class: "reg", type: "text", title: "地面", most: 7, phone: true };
  const add = (k: Kind): object => (k.name === "household" ? { ...k, fields: [roof, ...k.fields, floor] } : k);
  return { ...table, kinds: table.kinds.map(add) };
});
vi.mock("../../../../shared/kinds.en.gen", async (original) => {
  const words = await original<typeof import("../../../../shared/kinds.en.gen")>();
  return { ...words, titles: { ...words.titles, 屋顶归谁: "Whose roof", 租来的: "rented" } };
});

const village = { newId: () => "x", person: () => null, householdLine: () => null } as unknown as Village;
const home = "0192f3a0-0000-7000-8000-000000000001";
const deed: Deed = { deed: "change", kind: "household", id: home, fields: ["roof"], type: null, about: "王秀兰" };
const line = ownLine("c0", [
  item.create(home, "household", "990101001001", { head: "王秀兰", roof: "leased", coordinator: "li" }),
]);

it("has a box, with each choice once and what stands there", () => {
  const boxes = boxesOf("household").map((f) => f.name);
  expect([boxes[0], boxes[1], boxes[boxes.length - 1]]).toEqual(["roof", "head", "floor"]);
  expect(boxes).not.toContain("coordinator");
  expect(boxesOf("person").map((f) => f.name)).not.toContain("roof");
  const values = (...there: string[]): string[] =>
    choices("household", "roof", there).map((o) => o.value + " " + o.title);
  expect(values("", "own")).toEqual(["own 自家的", "rented 租来的"]);
  expect(values("leased", "a cave")).toEqual(["own 自家的", "rented 租来的", "leased 租来的", "a cave a cave"]);
});

it("is kept by a draft, written where it was changed, and opened from a held line", () => {
  const was = slim(fold(home, null, [line], { user: "li" }) as Shown);
  expect(Object.keys(was.fields)).toEqual(expect.arrayContaining(["head", "roof"]));
  expect(was.fields["coordinator"]).toBeUndefined();
  const now: Edited = {
    texts: { head: "王秀兰", roof: textOf(was, "roof") },
    place: null,
    categories: [],
    remark: "",
    id: "",
    noId: "",
  };
  expect(editRoster(was, now, "li")).toEqual([]);
  const set = item.set(home, "roof", "own", ["c0"]);
  lay(now, [set]);
  expect(editRoster(was, now, "li")).toEqual([set]);

  const held = { id: "h", canAmend: true, handedOver: false, items: [set], deeds: [deed] } as unknown as OutboxEntry;
  expect(editorOf(village, held)).toBe(`/household/${home}/edit?amend=h`);
  const other = { ...held, items: [item.set(home, "coordinator", "li", [])] };
  expect(editorOf(village, other)).toBe("");
  expect(deedWords(deed)).toContain("屋顶归谁");
});

it("stands on the page in words, in either language", async () => {
  const facts = (): string[] =>
    factsOf(village, "household", { head: "王秀兰", roof: "leased", coordinator: "li" }).map(
      (x) => x.label + " " + x.text,
    );
  expect(facts()).toEqual(["屋顶归谁 租来的"]);
  expect(factsOf(village, "household", { head: "王秀兰", roof: null })).toEqual([]);
  await speak("en");
  expect(facts()).toEqual(["Whose roof rented"]);
  expect(deedWords(deed)).toContain("Whose roof");
  await speak("zh");
});
