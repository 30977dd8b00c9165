import { expect, it } from "vitest";
import { lastVisitWords } from "./sentences";

it("says of a visit that does not count which would", () => {
  const last = { at: Date.parse("2026-11-09T00:30:00+08:00"), way: "neighbour" } as Parameters<
    typeof lastVisitWords
  >[0]["last"];
  expect(lastVisitWords({ last, dueOnly: ["home", "video"] })).toBe("上次 11-09 问邻里 · 仅入户、视频计入");
  expect(lastVisitWords({ last, dueOnly: [] })).toBe("上次 11-09 问邻里");
  expect(lastVisitWords({ last: null, dueOnly: [] })).toBe("还没走访过");
});
