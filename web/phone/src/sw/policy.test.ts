import { expect, test } from "vitest";
import { answerTo, cacheName, toDelete, type Build } from "./policy";

const origin = "https://mz.example";
const build: Build = {
  id: "b",
  files: ["", "manifest.webmanifest", "assets/index-1.js"].map((path) => ({ path, sha256: "" })),
};
const to = (path: string, mode = "cors", method = "GET"): string =>
  answerTo({ method, mode, url: new URL(path, origin).href }, origin, build);

test("answers for the app alone", () => {
  expect(to("/phone/", "navigate")).toBe("page");
  expect(to("/phone/?from=home", "navigate")).toBe("page");
  expect(to("/phone/visit/1", "navigate")).toBe("page");
  expect(to("/phone/manifest.webmanifest")).toBe("file");
  expect(to("/phone/assets/index-1.js")).toBe("asset");
  expect(to("/phone/assets/of-an-older-build.js")).toBe("asset");
  expect(to("/phone/sw.js")).toBe("network");
  for (const path of [
    "/m/v1/sync",
    "/m/v1/media/00",
    "/staff/",
    "/c/123",
    "/phone",
    "/",
    "https://other.example/phone/",
  ]) {
    expect(to(path), path).toBe("network");
    expect(to(path, "navigate"), path).toBe("network");
  }
  expect(to("/phone/", "navigate", "POST")).toBe("network");
});

test("keeps the build in use and the one before it", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map(cacheName) as [string, string, string, string];
  expect(toDelete([{ cache: a, since: null }], a)).toEqual([]);
  expect(
    toDelete(
      [
        { cache: a, since: 1 },
        { cache: b, since: null },
      ],
      b,
    ),
  ).toEqual([]);
  expect(
    toDelete(
      [
        { cache: a, since: 1 },
        { cache: b, since: 2 },
        { cache: c, since: null },
      ],
      c,
    ),
  ).toEqual([a]);
  // c lay ready and was never in use: d came before anybody asked for it.
  expect(
    toDelete(
      [
        { cache: a, since: 1 },
        { cache: b, since: 2 },
        { cache: c, since: null },
        { cache: d, since: null },
      ],
      d,
    ),
  ).toEqual([a, c]);
  // A build that comes back, as after a roll-back of the server.
  expect(
    toDelete(
      [
        { cache: a, since: 1 },
        { cache: b, since: 2 },
      ],
      a,
    ),
  ).toEqual([]);
  expect(
    toDelete(
      [
        { cache: "other", since: null },
        { cache: a, since: 1 },
      ],
      a,
    ),
  ).toEqual([]);
});
