import { expect, it } from "vitest";
import { item, type Item } from "../../../shared/wire";
import { typed } from "./typed";

it("takes what turns the text out of everything typed, and out of nothing that names what is there", () => {
  const bad = "\u202e良绍罗\u2066\u0007";
  const items: Item[] = [
    item.create("r", "household", "320115101203", { head: bad, list: [bad], group: { reason: bad + "\r\n二" } }),
    item.set("r", "head", bad, ["a"]),
    item.add("r", "needs", bad),
    item.log("r", "remarks", bad),
    item.judge("c", "amend", bad),
    item.rm("r", "needs", bad, ["a"]),
    item.go("r", "state", bad, "x", []),
    item.set("r", "place", { lat: 32.1, at: null, ok: true }, []),
  ];
  expect(typed(items)).toEqual([
    ["new", "r", "household", "320115101203", { head: "良绍罗", list: ["良绍罗"], group: { reason: "良绍罗\n二" } }],
    ["set", "r", "head", "良绍罗", ["a"]],
    ["add", "r", "needs", "良绍罗"],
    ["log", "r", "remarks", "良绍罗"],
    ["judge", "c", "amend", "良绍罗"],
    ["rm", "r", "needs", bad, ["a"]],
    ["go", "r", "state", bad, "x", []],
    ["set", "r", "place", { lat: 32.1, at: null, ok: true }, []],
  ]);
});
