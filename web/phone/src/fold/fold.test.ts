/** Stories of one phone and its own lines. */
import { describe, expect, it } from "vitest";
import { item, type Item, type Row } from "../../../shared/wire";
import { elements, fold, seenBy, seenStep, seenVoid, shownValue, type Own, type Shown } from "./index";
import { rowOf } from "./rows.testing";

const rid = "0192f3a0-0000-7000-8000-000000000001";
const me = { user: "wang", staff: (u: string) => u === "zhen" };

function line(id: string, todo: Item[], over: Partial<Own> = {}, user = "wang"): Own {
  return {
    answer: "none",
    ...over,
    commit: {
      id,
      dev: "d",
      n: 0,
      prev: null,
      nonce: "",
      user,
      schema: 1,
      at: 100,
      mono: 0,
      page: "p",
      heard: 50,
      do: todo,
    },
  };
}

const born = line("c0", [item.create(rid, "visit", "990101001001", { type: "routine", note: "一" })]);

function shown(row: Row | null, ...lines: Own[]): Shown {
  const s = fold(rid, row ? { row } : null, lines, me);
  expect(s).not.toBeNull();
  return s as Shown;
}

/** The row the server would have of these lines. */
function rowAfter(...lines: Own[]): Row {
  return rowOf(
    shown(null, ...lines),
    lines.map((l) => ({ id: l.commit.id, user: l.commit.user, from: 50, to: 120 })),
  );
}

const submitted = line("c1", [item.go(rid, "state", "draft", "submitted", ["c0"])]);
const returned = line("c2", [item.go(rid, "state", "submitted", "returned", ["c0", "c1"])], {}, "zhen");
const approved = line("c2", [item.go(rid, "state", "submitted", "approved", ["c0", "c1"])], {}, "zhen");

describe("steps", () => {
  it("moves from where the record stands", () => {
    const s = shown(rowAfter(born), submitted);
    expect(shownValue(s, "state")).toBe("submitted");
    expect(s.refused).toEqual([]);
    expect(seenStep(s)).toEqual(["c0", "c1"]);
  });

  it("names an own step that the record has left behind", () => {
    const s = shown(
      rowAfter(born, submitted, approved),
      line("c3", [item.go(rid, "state", "returned", "submitted", ["c0"])]),
    );
    expect(shownValue(s, "state")).toBe("approved");
    expect(s.refused).toEqual([{ id: "c3", field: "state", from: "returned", to: "submitted" }]);
    expect(seenStep(s)).not.toContain("c3");
  });

  it("does not take an answered step again after others went on", () => {
    const again = line("c3", [item.go(rid, "state", "returned", "submitted", ["c0", "c1", "c2"])], { answer: "ok" });
    const back = line("c4", [item.go(rid, "state", "submitted", "returned", ["c0", "c3"])], {}, "zhen");
    const row = rowAfter(born, submitted, returned, { ...again, answer: "none" }, back);
    const s = shown(row, { ...submitted, answer: "ok" }, again);
    expect(shownValue(s, "state")).toBe("returned");
    expect(s.refused).toEqual([]);
  });
});

describe("lines on their way", () => {
  const first = line("c1", [item.set(rid, "note", "二", ["c0"])], { answer: "ok", reply: 7 });
  const second = line("c2", [item.set(rid, "note", "三", ["c1"])], { answer: "ok", reply: 7 });

  it("are not laid again over a row that knows them", () => {
    const s = shown(rowAfter(born, { ...first, answer: "none" }, { ...second, answer: "none" }), first, second);
    expect(s.fields["note"]?.map((h) => h.value)).toEqual(["三"]);
    expect(s.conflicts).toEqual([]);
  });

  it("do not come back when somebody replaced them in the reply that answered them", () => {
    const theirs = line("c3", [item.set(rid, "note", "镇里改", ["c1"])], {}, "zhen");
    const row = rowAfter(born, { ...first, answer: "none" }, theirs);
    const s = fold(rid, { row, reply: 7 }, [first], me) as Shown;
    expect(s.fields["note"]?.map((h) => h.value)).toEqual(["镇里改"]);
    expect(fold(rid, { row, reply: 6 }, [first], me)?.conflicts).toEqual(["note"]);
  });

  it("are left to the row once a whole reading followed", () => {
    expect(fold(rid, { row: rowAfter(born) }, [{ ...first, settled: true }], me)?.pending).toEqual([]);
  });

  it("are told apart from what arrived", () => {
    const s = shown(
      rowAfter(born),
      line("c1", [item.log(rid, "remarks", "记一笔")]),
      line("c2", [item.set(rid, "met", "本人", [])]),
    );
    expect(s.pending).toEqual(["c1", "c2"]);
    expect(s.noted).toEqual(["c1"]);
    expect(s.logs["remarks"]?.[0]).toMatchObject({ value: "记一笔", pending: true, to: null, at: 100 });
    expect(seenStep(s)).toEqual(["c0", "c2"]);
    expect(seenVoid(s)).toEqual(["c0", "c1", "c2"]);
  });
});

describe("held lines", () => {
  const held = line("c1", [item.set(rid, "note", "二", ["c0"])], { answer: "held", code: "invalid", settled: true });

  it("stand beside the record", () => {
    const s = shown(rowAfter(born), held);
    expect(shownValue(s, "note")).toBe("一");
    expect(s.held.map((l) => l.commit.id)).toEqual(["c1"]);
  });

  it("are gone once somebody decided", () => {
    expect(shown(rowAfter(born), { ...held, code: "rejected" }).held).toEqual([]);
  });

  it("are the record where its beginning is held", () => {
    const s = shown(
      null,
      { ...born, answer: "held", code: "scope", settled: true },
      line("c1", [item.set(rid, "note", "二", ["c0"])]),
    );
    expect(s.readOnly).toBe(true);
    expect(shownValue(s, "note")).toBe("二");
  });
});

describe("reviews", () => {
  it("are not marked by what the reviewer saw", () => {
    expect(shown(rowAfter(born, submitted, approved)).changed).toBe(false);
  });

  it("are marked by an own edit after them", () => {
    expect(shown(rowAfter(born, submitted, approved), line("c3", [item.set(rid, "met", "本人", [])])).changed).toBe(
      true,
    );
    expect(shown(rowAfter(born, submitted, approved), line("c3", [item.log(rid, "remarks", "又")])).changed).toBe(
      false,
    );
    expect(shown(rowAfter(born, submitted), line("c3", [item.set(rid, "met", "本人", [])])).changed).toBe(false);
  });

  it("of a void record too", () => {
    const row = rowAfter(born, line("c1", [item.set(rid, "void", "重复", ["c0"])]));
    expect([shown(row).void, shown(row).changed]).toEqual(["重复", false]);
    expect(shown(row, line("c2", [item.set(rid, "note", "还有", ["c0"])])).changed).toBe(true);
  });
});

describe("sealed fields", () => {
  const person = "0192f3a0-0000-7000-8000-000000000002";
  const one = line(
    "c0",
    [item.create(person, "person", "990101001001", { name: "张三", id_number: "11010519491231002X" })],
    {},
    "li",
  );

  it("are masked, own ones too, and an editor has seen only its own", () => {
    const row = rowOf(fold(person, null, [one], me) as Shown, [{ id: "c0", user: "li", from: 0, to: 10 }]);
    const s = fold(
      person,
      { row },
      [line("c1", [item.set(person, "id_number", "11099919491231002X", [])])],
      me,
    ) as Shown;
    expect(s.fields["id_number"]?.map((h) => h.value)).toEqual(["110***********002X", "110***********002X"]);
    expect(s.conflicts).toEqual(["id_number"]);
    expect(seenBy(s, "id_number", "wang")).toEqual(["c1"]);
    expect(JSON.stringify(s.fields)).not.toContain("1949");
  });
});

it("shows media in the order in which they were added, and one that is added once more at the end", () => {
  const [a, b, c, d] = ["c", "b", "a", "d"].map((x) => x.repeat(64)) as [string, string, string, string];
  const made = line("c0", [item.create(rid, "visit", "990101001001", { type: "routine", photos: [a, b, c] })]);
  const again = line("c1", [item.add(rid, "photos", d), item.add(rid, "photos", c), item.rm(rid, "photos", b, ["c0"])]);
  for (const s of [shown(null, made, again), shown(rowAfter(made), again)])
    expect(elements(s, "photos")).toEqual([a, d, c]);
});

it("passes over what is not the record's, and survives what no server would take", () => {
  const other = "0192f3a0-0000-7000-8000-000000000009";
  const odd = line("c1", [
    item.set(rid, "nothing", 1, []),
    item.set(rid, "state", "approved", []),
    item.set(rid, "__proto__", { x: 1 }, []),
    item.add(rid, "note", "x"),
    item.set(other, "note", "别家", []),
    item.create(rid, "person", "990101001001", { name: "?" }),
  ]);
  const s = shown(rowAfter(born), odd);
  expect(shownValue(s, "note")).toBe("一");
  expect(shownValue(s, "state")).toBe("draft");
  expect(Object.keys(s.fields).sort()).toEqual(["note", "type"]);
  expect(fold(other, null, [odd], me)).toBeNull();
});
