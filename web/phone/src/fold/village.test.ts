/** Random histories of several phones: whatever a fold is made of, a value is gone exactly when somebody who saw it replaced it. */
import { expect, it } from "vitest";
import { canon, equal, item, type Commit, type Item, type Json } from "../../../shared/wire";
import { fold, seenBy, seenElement, seenStep, seenVoid, shownValue, type Own, type Shown } from "./index";
import { contentOf, dice, rowOf, shuffled, type Dice } from "./rows.testing";

const rid = "0192f3a0-0000-7000-8000-000000000001";
const area = "990101001201";
const view = { user: "u0" };

function own(id: string, roll: Dice, todo: Item[]): Own {
  const commit: Commit = {
    id,
    dev: "d",
    n: 0,
    prev: null,
    nonce: "",
    user: "u" + roll(2),
    schema: 1,
    at: 1 + roll(6),
    mono: 0,
    page: "p",
    heard: 0,
    do: todo,
  };
  return { commit, answer: "none" };
}

/** A phone edits what it sees; now and then an editor names only a part of it. */
function edit(s: Shown, roll: Dice): Item[] {
  const text = ["甲", "乙", "丙"][roll(3)] as string;
  const part = (ids: string[]): string[] => (roll(5) === 0 ? ids.filter(() => roll(2) === 0) : ids);
  const choices: Item[] = [
    item.set(rid, "note", text, part(seenBy(s, "note", "u0"))),
    item.set(rid, "met", roll(4) === 0 ? null : text, part(seenBy(s, "met", "u0"))),
    item.set(rid, "place", { lat: roll(3), lon: 2 }, part(seenBy(s, "place", "u0"))),
    item.add(rid, "needs", text),
    item.rm(rid, "needs", text, part(seenElement(s, "needs", text))),
    item.log(rid, "remarks", text),
    item.set(rid, "void", roll(2) ? text : null, seenVoid(s)),
    item.create(rid, "visit", area, { type: text, persons: ["p", "q"] }),
    item.go(rid, "state", "draft", "submitted", seenStep(s)),
  ];
  const taken = shuffled(choices, roll).slice(0, 1 + roll(3));
  // Written once each: an element is not added and removed in one commit.
  return taken.some((it) => it[0] === "add") ? taken.filter((it) => it[0] !== "rm") : taken;
}

/** Works out without any order what is live: what was written at a spot and seen there by nobody who wrote there. */
function reference(lines: Own[]): string[] {
  const wrote = new Map<string, Map<string, Json>>();
  const seen = new Map<string, Set<string>>();
  const put = (spot: string, id: string, v: Json): void =>
    void (wrote.get(spot) ?? wrote.set(spot, new Map()).get(spot))?.set(id, v);
  for (const { commit: c } of lines) {
    for (const it of c.do) {
      if (it[0] === "new") {
        for (const f of Object.keys(it[4])) {
          const v = it[4][f] as Json;
          Array.isArray(v) ? v.forEach((e) => put("s " + f + canon(e), c.id, e)) : put("f " + f, c.id, v);
        }
      } else if (it[0] === "set" || it[0] === "rm" || it[0] === "add") {
        const spot = it[0] === "set" ? "f " + it[2] : "s " + it[2] + canon(it[3]);
        if (it[0] !== "rm") {
          put(spot, c.id, it[3]);
        }
        const ids = it[0] === "add" ? [] : it[4];
        seen.set(spot, new Set([...Array.from(seen.get(spot) ?? []), ...ids]));
      } else if (it[0] === "log") {
        put("l " + it[2] + c.id, c.id, it[3]);
      }
    }
  }
  const out: string[] = [];
  wrote.forEach((at, spot) =>
    at.forEach((v, id) => {
      if (!seen.get(spot)?.has(id)) {
        out.push(spot.split('"')[0]?.replace(id, "") + " " + id + "=" + JSON.stringify(v));
      }
    }),
  );
  return out.sort();
}

function live(s: Shown): string[] {
  const all = contentOf(s, false);
  delete all["f state"];
  return Object.keys(all)
    .flatMap((f) => (all[f] ?? []).map((l) => f + " " + l))
    .sort();
}

function history(seed: number): { lines: Own[]; known: number[][] } {
  const roll = dice(seed);
  const lines = [own("c00", roll, [item.create(rid, "visit", area, { type: "care", note: "初" })])];
  const known = [[0], [0], [0]]; // what each phone knows
  for (let n = 1 + roll(24); n > 0; n--) {
    const p = known[roll(3)] as number[];
    if (roll(3) === 0) {
      lines.forEach((_, i) => p.includes(i) || roll(4) === 0 || p.push(i));
      continue;
    }
    const s = fold(
      rid,
      null,
      p.map((i) => lines[i] as Own),
      view,
    ) as Shown;
    p.push(lines.length);
    lines.push(own("c" + ("0" + lines.length).slice(-2), roll, edit(s, roll)));
  }
  return { lines, known };
}

it("does not depend on the order of lines", () => {
  for (let seed = 0; seed < 100; seed++) {
    const { lines } = history(seed);
    const want = reference(lines);
    for (let i = 0; i < 4; i++) {
      const order = [lines[0] as Own, ...shuffled(lines.slice(1), dice(seed * 7 + i))];
      expect(live(fold(rid, null, order, view) as Shown), "seed " + seed).toEqual(want);
    }
  }
});

it("shows the same of a row and the rest of the lines as of all lines", () => {
  for (let seed = 0; seed < 100; seed++) {
    const { lines } = history(seed);
    const people = lines.map((l) => ({ id: l.commit.id, user: l.commit.user, from: 0, to: 10 }));
    const want = reference(lines);
    for (let k = 1; k <= lines.length; k++) {
      const row = rowOf(fold(rid, null, lines.slice(0, k), view) as Shown, people);
      const rest = fold(rid, { row }, lines.slice(k), view) as Shown;
      expect(live(rest), "seed " + seed + " cut at " + k).toEqual(want);
    }
  }
});

it("lets the phone that edits see its own value first", () => {
  for (let seed = 0; seed < 100; seed++) {
    const { lines } = history(seed);
    const row = rowOf(
      fold(rid, null, lines, view) as Shown,
      lines.map((l) => ({ id: l.commit.id, user: "u1", from: 0, to: 10 })),
    );
    const mine = own("zz", dice(seed), [item.set(rid, "note", "我写的", [])]);
    const s = fold(rid, { row }, [mine], view) as Shown;
    expect(shownValue(s, "note")).toBe("我写的");
    expect(s.conflicts.includes("note")).toBe((row.f["note"] ?? []).some(([, v]) => !equal(v, "我写的")));
  }
});
