import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * The app in Debian's Chromium against the program as it is built: `npm run e2e`, after `make web`. Nothing here is
 * skipped; what takes long runs more of the same with ZOUFANG_PROVE=1. Pictures of the screens go into pictures/.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  cacheDir: "../node_modules/.vite-e2e",
  test: {
    include: ["*.e2e.ts", ...(process.env["ZOUFANG_PROVE"] ? ["oldest/*.e2e.ts"] : [])],
    globalSetup: ["./setup.ts"],
    environment: "node",
    isolate: false, // its rooms keep nothing between files; loading Playwright anew for each took a minute
    maxWorkers: 2,
    testTimeout: process.env["ZOUFANG_PROVE"] ? 3_600_000 : 120_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});
