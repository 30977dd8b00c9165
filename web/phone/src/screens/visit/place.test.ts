import { expect, it } from "vitest";
import { fixOf, isOld, isRough } from "./place";

const at = (ago: number, own: number) => ({
  coords: { latitude: 31.9512345, longitude: 118.8400049, accuracy: 24.6 } as GeolocationCoordinates,
  timestamp: own - ago,
});

it("carries when the fix was made, by the server's clock, whatever the phone's says", () => {
  const own = Date.parse("2019-01-01T00:00:00Z"); // a phone that lost its clock
  const now = Date.parse("2026-12-01T01:54:00Z");
  expect(fixOf(at(4_000, own), own, now)).toEqual({ lat: 31.95123, lon: 118.84, accuracy: 25, at: now - 4_000 });
  expect(fixOf(at(-5_000, own), own, now).at).toBe(now); // of a moment to come
});

it("asks about a fix that is older than ten seconds", () => {
  const now = 1e12;
  expect([0, 10_000, 10_001, 600_000].map((ago) => isOld(fixOf(at(ago, now), now, now), now))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect([25, 200, 201, 5000].map((accuracy) => isRough({ accuracy }))).toEqual([false, false, true, true]);
});
