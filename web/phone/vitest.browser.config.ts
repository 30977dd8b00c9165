import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests of what only a browser can tell, in Debian's Chromium: `npm run browser`. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["src/**/*.browser.test.ts"],
    environment: "node",
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
