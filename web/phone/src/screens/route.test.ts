import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Component } from "vue";
import type { Screen } from "./route";

let match: typeof import("./route").match;
beforeAll(async () => {
  vi.stubGlobal("window", { location: { hash: "#/today" } });
  ({ match } = await import("./route"));
});

const screen = (path: string, props?: Screen["props"]): Screen => ({
  path,
  component: {} as Component,
  ...(props ? { props } : {}),
});

describe("addresses", () => {
  const list = [
    screen("/today"),
    screen("/household/:id"),
    screen("/household/:id/change"),
    screen("/form/:draft", (p, q) => ({ draft: p["draft"], edit: q["edit"] ?? "" })),
  ];

  it("finds the screen and hands on what the address names", () => {
    expect(match(list, { path: "/household/h1", query: {} })?.props).toEqual({ id: "h1" });
    expect(match(list, { path: "/household/h1/change", query: {} })?.screen.path).toBe("/household/:id/change");
    expect(match(list, { path: "/form/d1", query: { edit: "v1" } })?.props).toEqual({ draft: "d1", edit: "v1" });
  });

  it("knows no other", () => {
    expect(match(list, { path: "/household/", query: {} })).toBeNull();
    expect(match(list, { path: "/elsewhere", query: {} })).toBeNull();
  });
});
