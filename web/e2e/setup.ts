import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildProgram, repository } from "./program";

declare module "vitest" {
  export interface ProvidedContext {
    program: string;
  }
}

/** Builds the program once, with the phone app that `make web` has built in it. */
export default function setup(project: TestProject): () => void {
  execFileSync(join(repository, "web/e2e/need-chromium.sh"), { stdio: "inherit" });
  if (!existsSync(join(repository, "web/phone/dist/sw.js"))) {
    throw new Error("the phone app is not built: run make web");
  }
  const given = process.env["ZOUFANG_TEST_PROGRAM"]; // as make test has built it
  if (given) {
    project.provide("program", given);
    return () => undefined;
  }
  const dir = mkdtempSync(join(tmpdir(), "zoufang-e2e-"));
  project.provide("program", buildProgram(join(dir, "zoufang")));
  return () => rmSync(dir, { recursive: true, force: true });
}
