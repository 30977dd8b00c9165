/** Replays the merge vectors that the server's own merge replays, in every order, and split into a row and lines of one's own. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseRow, readItem, type Item, type Json, type Row } from "../../../shared/wire";
import { fold, type Own, type Shown, type View } from "./index";
import { contentOf, contentOfRow, dice, rowOf, shuffled } from "./rows.testing";

interface Vector {
  name: string;
  orders: "any" | "given";
  commits: { id: string; user: string; at: number; from: number; to: number; staff: boolean; do: Json[] }[];
  row: Json;
}

const folder = new URL("../../../../sync/testdata/vectors/", import.meta.url);
const files = readdirSync(folder).filter((f) => f.endsWith(".json"));

function owned(v: Vector): Own[] {
  return v.commits.map((c, i) => ({
    answer: "none",
    commit: {
      id: c.id,
      dev: "d",
      n: i,
      prev: null,
      nonce: "",
      user: c.user,
      schema: 1,
      at: c.at,
      mono: 0,
      page: "p",
      heard: c.from,
      do: c.do.map((raw) => readItem(raw) as Item),
    },
  }));
}

function viewOf(v: Vector): View {
  const staff = new Set(v.commits.filter((c) => c.staff).map((c) => c.user));
  return { user: "u1", staff: (u) => staff.has(u) };
}

/** Every order of n in which the first comes first. */
function orders(n: number): number[][] {
  let out = [[0]];
  for (let i = 1; i < n; i++) {
    out = out.flatMap((p) =>
      Array.from({ length: p.length }, (_, at) => [...p.slice(0, at + 1), i, ...p.slice(at + 1)]),
    );
  }
  return out;
}

/** Some orders of n in which the first comes first, the same ones each time. */
function shuffles(n: number, count: number): number[][] {
  const random = dice(n);
  return Array.from({ length: count }, () => [
    0,
    ...shuffled(
      Array.from({ length: n - 1 }, (_, i) => i + 1),
      random,
    ),
  ]);
}

function pick<T>(list: T[], order: number[]): T[] {
  return order.map((i) => list[i] as T);
}

/** A row hides what was seen before it came; only an edit that overtook the one it replaced can tell. */
function hides(prefix: Own[], rest: Own[]): boolean {
  const later = new Set(rest.map((l) => l.commit.id));
  return prefix.some((l) =>
    l.commit.do.some((it) => (it[0] === "set" || it[0] === "rm") && it[4].some((id) => later.has(id))),
  );
}

it("finds the vectors", () => expect(files.length).toBeGreaterThanOrEqual(20));

describe.each(files)("%s", (file) => {
  const v = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Vector;
  const want = parseRow(v.row);
  const all = owned(v);
  const every =
    v.orders === "given" ? [all.map((_, i) => i)] : all.length <= 6 ? orders(all.length) : shuffles(all.length, 60);
  // What no phone can know: how the server will hold a clock that runs ahead of it.
  const ahead = v.commits.some((c) => c.at > c.to);

  const agree = (got: Shown | null, order: number[]): void => {
    expect(got, String(order)).not.toBeNull();
    const shown = got as Shown;
    expect(contentOf(shown, !ahead), String(order)).toEqual(contentOfRow(want, !ahead));
    expect(shown.by, String(order)).toEqual(want.by);
    expect({ area: shown.area, conflict: shown.conflicts, changed: shown.changed, void: shown.void }).toEqual({
      area: want.area,
      conflict: want.conflict,
      changed: want.changed,
      void: want.f["void"]?.[0]?.[1] ?? null,
    });
  };

  it("from its lines alone, in every order", () => {
    for (const order of every) {
      agree(fold(want.id, null, pick(all, order), viewOf(v)), order);
    }
  });

  it("from a row and the rest of the lines, wherever it is cut", () => {
    for (const order of every) {
      const lines = pick(all, order);
      for (let k = 1; k < lines.length; k++) {
        if (hides(lines.slice(0, k), lines.slice(k))) {
          continue;
        }
        const row: Row = rowOf(fold(want.id, null, lines.slice(0, k), viewOf(v)) as Shown, v.commits);
        const got = fold(want.id, { row }, lines.slice(k), viewOf(v)) as Shown;
        const settled = contentOf(got, false);
        expect(settled, order + " cut at " + k).toEqual(contentOfRow(want, false));
        expect([got.by, got.area, got.conflicts], order + " cut at " + k).toEqual([want.by, want.area, want.conflict]);
        expect(got.changed, order + " cut at " + k).toBe(want.changed);
        // Lines the row tells of already change nothing.
        expect(contentOf(fold(want.id, { row: want }, lines, viewOf(v)) as Shown, false)).toEqual(
          contentOfRow(want, false),
        );
      }
    }
  });
});
