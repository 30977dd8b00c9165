import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the program once for all files of a run, before any test's clock runs; ZOUFANG_TEST_PROGRAM names another. */
export default function setup(): (() => void) | undefined {
  if (process.env["ZOUFANG_TEST_PROGRAM"]) {
    return undefined;
  }
  const dir = mkdtempSync(join(tmpdir(), "zoufang-web-"));
  const built = (process.env["ZOUFANG_TEST_PROGRAM"] = join(dir, "zoufang"));
  const env = { ...process.env, CGO_ENABLED: "0" };
  execFileSync("go", ["build", "-o", built, "./server/zoufang"], { cwd: root, env, stdio: "pipe" });
  return () => rmSync(dir, { recursive: true, force: true });
}
