import { describe, expect, it } from "vitest";
import { item, readLine, freeze, type Item } from "../../../shared/wire";
import { Book } from "./book";
import { deedsOf, outboxOf, toldOf } from "./deeds";
import type { Light } from "./light";
import { OwnLines, replacedBy, type OwnLine } from "./own";

const area = "320115101203";
const rid = (n: number): string => "0192f3a0-0000-7000-8000-00000000000" + n;
const [home, head, first, visit, request] = [rid(1), rid(2), rid(3), rid(4), rid(5)];
const digest = (c: string): string => c.repeat(64);

const light = (k: string, x: Light["x"]): Light => ({ k, d: "", r: 1, a: "wang", t: 0, x });

/** A household whose head is listed second. */
function village(): Book {
  const book = new Book();
  book.replaceArea(area, [
    { id: home, light: light("household", { head: "吴金生", members: [first, head] }) },
    { id: first, light: light("person", { name: "彭涛", household: home }) },
    { id: head, light: light("person", { name: "吴金生", household: home }) },
  ]);
  return book;
}

let n = 0;
function line(todo: Item[], more: Partial<OwnLine["kept"]> = {}): OwnLine["kept"] {
  const made = freeze({
    dev: "d",
    n: ++n,
    prev: null,
    nonce: "AAAAAAAAAAAA",
    user: "wang",
    at: 1000,
    mono: 0,
    page: "p",
    heard: 900,
    do: todo,
  });
  return { dev: "d", n, id: made.id, bytes: made.bytes, answer: null, reply: null, settled: false, ...more };
}

function own(...kept: OwnLine["kept"][]): OwnLines {
  const o = new OwnLines();
  o.replace(kept);
  return o;
}

const abouts = (book: Book, items: Item[], kept?: unknown): string[] =>
  deedsOf({ do: items }, book, kept).map((d) => (d.deed === "judge" ? "" : [d.kind, d.type, d.about].join(" ")));

describe("whom a line is about", () => {
  const made = item.create(visit, "visit", area, { type: "care", household: home, persons: [first, head], started: 1 });

  it("is the household's head, whoever is listed first", () => {
    expect(abouts(village(), [made])).toEqual(["visit care 吴金生"]);
    expect(abouts(village(), [item.create(visit, "visit", area, { type: "care", persons: [first] })])).toEqual([
      "visit care 吴金生",
    ]);
  });

  it("is the person a request names", () => {
    expect(abouts(village(), [item.create(request, "request", area, { item: "死亡", person: first })])).toEqual([
      "request  彭涛",
    ]);
  });

  it("is found among what is made with it", () => {
    const items = [
      item.create(home, "household", area, { head: "孙有福" }),
      item.create(head, "person", area, { name: "孙有福", household: home }),
      item.create(request, "request", area, { person: head }),
    ];
    expect(abouts(new Book(), items)).toEqual(["household  孙有福", "person  孙有福", "request  孙有福"]);
  });

  it("is still known when the village was taken away", () => {
    const told = toldOf([made], village());
    const step = [item.go(visit, "state", "draft", "submitted", [])];
    const later = toldOf(step, village(), told); // saved in the same step: in no book yet
    const address = [item.set(home, "address", "西村", [])];
    expect(abouts(new Book(), [made], told)).toEqual(["visit care 吴金生"]);
    expect(abouts(new Book(), step, later)).toEqual(["visit care 吴金生"]);
    expect(abouts(new Book(), address, toldOf(address, village()))).toEqual(["household  吴金生"]);
    expect(abouts(new Book(), address, "nonsense")).toEqual(["  "]);
  });

  it("is what the roster says now, where it says something", () => {
    const told = toldOf([made], village());
    const book = village();
    book.cover(home, { id: home, area, light: light("household", { head: "吴金山" }) });
    expect(abouts(book, [made], told)).toEqual(["visit care 吴金山"]);
  });
});

it("photos, signatures and voice notes are counted apart, each once", () => {
  const signed = { image: digest("c"), text: digest("e"), name: "吴金生" };
  const todo = [
    item.create(visit, "visit", area, {
      type: "routine",
      photos: [digest("a"), digest("b")],
      audio: [digest("d")],
      "signature.household": signed,
    }),
    item.add(visit, "photos", digest("a")),
  ];
  const [entry] = outboxOf(own(line(todo)).all(), new Map(), "e", new Set(), village());
  expect(entry?.media).toEqual({ photos: 2, signatures: 1, voices: 1, unsent: 0, unsentBytes: 0 });
});

it("a line another is to replace needs nobody, unless that one was turned down", () => {
  const first = line([item.set(home, "phone", "1", [])], {
    answer: { r: "held", code: "invalid", epoch: "e", time: 1 },
  });
  const judge: Item = ["judge", first.id, "amend", ""];
  const waits = line([judge, item.set(home, "phone", "2", [])]);
  const rejected = { ...waits, answer: { r: "held" as const, code: "rejected", epoch: "e", time: 2 } };
  expect(Array.from(replacedBy(own(first, waits).all()))).toEqual([first.id]);
  expect(Array.from(replacedBy(own(first, rejected).all()))).toEqual([]);
});

it("lines are told by the server's clock, and their bytes stay", () => {
  const kept = line([item.log(home, "remarks", "记")]);
  let off = 0;
  const lines = new OwnLines((at, heard) => (heard > 0 ? at + off : at));
  lines.replace([kept]);
  expect(lines.all()[0]?.commit.at).toBe(1000);
  off = 3_600_000;
  expect(lines.replace([kept])).toEqual([home]); // it looks different now
  expect(lines.all()[0]?.commit.at).toBe(3_601_000);
  expect(readLine(kept.bytes).at).toBe(1000);
});
