import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { JsonObject } from "../../../shared/wire";
import { harmReport } from "./harm";

interface Told {
  visit: string;
  id: string;
  area: string;
  always: JsonObject;
  cases: { says: { persons?: string[]; household?: string }; of: JsonObject }[];
}

it("makes the report that the server makes", () => {
  const told = JSON.parse(readFileSync(new URL("../../../shared/testdata/harm.json", import.meta.url), "utf8")) as Told;
  expect(told.cases.length).toBeGreaterThan(3);
  for (const c of told.cases)
    expect(harmReport(told.visit, told.area, c.says)).toEqual([
      "new",
      told.id,
      "request",
      told.area,
      { ...told.always, ...c.of },
    ]);
});
