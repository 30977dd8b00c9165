import { runInNewContext } from "node:vm";
import { readFileSync } from "node:fs";
import { transpileModule } from "typescript";
import { expect, it } from "vitest";

it("gives an old browser what it lacks", () => {
  const source = transpileModule(readFileSync(new URL("./old.ts", import.meta.url), "utf8"), {
    compilerOptions: { target: 5, module: 1 },
  }).outputText;
  const got: unknown = runInNewContext(`
    delete Object.hasOwn; delete Array.prototype.at; delete String.prototype.at; delete String.prototype.replaceAll;
    var exports = {}; ${source};
    [Object.hasOwn({ a: 1 }, "a"), Object.hasOwn({}, "toString"), [1, 2, 3].at(-1), [1].at(5), "走访".at(0), "a.b.c".replaceAll(".", "$&"), "aab".replaceAll(/a/g, "x"),
      Object.keys(Array.prototype).length]`);
  expect(JSON.parse(JSON.stringify(got))).toEqual([true, false, 3, null, "走", "a$&b$&c", "xxb", 0]);
});
