import { expect, it } from "vitest";
import { fold, type Own, type Shown } from "../../fold";
import { ownLine } from "../../fold/rows.testing";
import { item, type Item } from "../../../../shared/wire";
import { editRoster, lay, others, slim, textOf, type Edited } from "./editing";

const home = "0192f3a0-0000-7000-8000-000000000001";
const area = "990101001001";
const view = { user: "li" };

const texts = (t: Edited["texts"], more: Partial<Edited> = {}): Edited => ({
  texts: t,
  place: null,
  categories: [],
  remark: "",
  id: "",
  noId: "",
  ...more,
});
const shown = (...lines: Own[]): Shown => fold(home, null, lines, view) as Shown;
const born = ownLine("c0", [item.create(home, "household", area, { head: "王秀兰", phone: "1", group: " 3 " })]);

it("writes what was changed and nothing else", () => {
  const was = shown(born);
  expect(
    editRoster(was, texts({ head: "王秀兰", phone: "1", group: " 3 ", address: "" }, { remark: " " }), "li"),
  ).toEqual([]);
  expect(editRoster(was, texts({ head: "王秀兰", phone: " 2 ", group: "" }, { remark: " 换了号 " }), "li")).toEqual([
    item.set(home, "phone", "2", ["c0"]),
    item.set(home, "group", null, ["c0"]),
    item.log(home, "remarks", "换了号"),
  ]);
});

it("names all values that were shown, so that they are replaced, and none that came later", () => {
  const one = ownLine("c1", [item.set(home, "phone", "2", ["c0"])]);
  const two = ownLine("c2", [item.set(home, "phone", "3", ["c0"])]);
  const was = shown(born, one, two);
  expect([...others(was, "phone"), was.fields["phone"]?.[0]?.value].sort()).toEqual(["2", "3"]);
  const [set] = editRoster(was, texts({ phone: "4" }), "li");
  expect(shown(born, one, two, ownLine("c3", [set as Item])).conflicts).toEqual([]);
  const [early] = editRoster(shown(born, one), texts({ phone: "4" }), "li");
  expect(shown(born, one, two, ownLine("c3", [early as Item])).conflicts).toEqual(["phone"]);
});

it("adds and removes categories one by one", () => {
  const was = fold(
    home,
    null,
    [ownLine("c0", [item.create(home, "person", area, { name: "王", categories: ["低保", "独居老人"] })])],
    view,
  ) as Shown;
  expect(editRoster(was, texts({}, { categories: ["独居老人", "残疾护理补贴"] }), "li")).toEqual([
    item.add(home, "categories", "残疾护理补贴"),
    item.rm(home, "categories", "低保", ["c0"]),
  ]);
});

it("opens with what a held line wanted, also where it wrote another type", () => {
  const f = texts({ head: "王秀兰", phone: "1", group: "3" }, { categories: ["低保"] });
  lay(f, [
    item.set(home, "phone", 138, []),
    item.set(home, "group", null, []),
    item.set(home, "place", { lat: 1, lon: 2 }, []),
    item.add(home, "categories", "独居老人"),
    item.rm(home, "categories", "低保", []),
    item.log(home, "remarks", "换了号"),
  ]);
  expect(f).toEqual({
    texts: { head: "王秀兰", phone: "138", group: "" },
    place: { lat: 1, lon: 2 },
    categories: ["独居老人"],
    remark: "换了号",
    id: "",
    noId: "",
  });
});

it("writes an identity number, or why there is none, never both", () => {
  const person = "0192f3a0-0000-7000-8000-000000000002";
  const fresh = ownLine("c0", [item.create(person, "person", area, { name: "罗绍良", no_id: { reason: "新生儿" } })]);
  const was = slim(fold(person, null, [fresh], view) as Shown);
  expect(editRoster(was, texts({ name: "罗绍良" }, { noId: "新生儿" }), "li")).toEqual([]);
  expect(editRoster(was, texts({ name: "罗绍良" }, { noId: " 证件丢失 " }), "li")).toEqual([
    item.set(person, "no_id", { reason: "证件丢失" }, ["c0"]),
  ]);
  const number = "11010519491231002X";
  const both = editRoster(was, texts({ name: "罗绍良" }, { noId: "新生儿", id: number }), "li");
  expect(both).toEqual([item.set(person, "id_number", number, []), item.set(person, "no_id", null, ["c0"])]);
  const numbered = slim(fold(person, null, [fresh, ownLine("c1", both)], view) as Shown);
  expect(textOf(numbered, "id_number"), "masked, and not written back").toBe("110***********002X");
  expect(editRoster(numbered, texts({ name: "罗绍良" }), "li")).toEqual([]);
  const f = texts({});
  lay(f, [item.set(person, "id_number", number, []), item.set(person, "no_id", { reason: "丢失" }, [])]);
  expect([f.id, f.noId]).toEqual([number, "丢失"]);
});
