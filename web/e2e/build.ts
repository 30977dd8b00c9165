/** Other builds of the app, as an update brings them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProgram, repository } from "./program";

/** Builds the program with the app as the named version in it; web/phone/dist stays as it is. */
export function buildVersion(version: string, dir: string): string {
  const app = join(dir, "app-" + version);
  mkdirSync(dir, { recursive: true });
  execFileSync(
    "npx",
    ["vite", "build", "--config", "phone/vite.config.ts", "--outDir", app, "--emptyOutDir", "--logLevel", "error"],
    {
      cwd: join(repository, "web"),
      env: { ...process.env, VITE_APP_VERSION: version },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  // The compiler takes these files for those of web/phone/dist; an empty name is a file that is not there.
  const replace: { [file: string]: string } = {};
  const dist = join(repository, "web/phone/dist");
  for (const f of files(dist)) {
    replace[join(dist, f)] = "";
  }
  for (const f of files(app)) {
    replace[join(dist, f)] = join(app, f);
  }
  const overlay = join(dir, "overlay-" + version + ".json");
  writeFileSync(overlay, JSON.stringify({ Replace: replace }));
  return buildProgram(join(dir, "zoufang-" + version), overlay);
}

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath ?? f.path, f.name).slice(dir.length + 1));
}
