import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { shell } from "./shell.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The scanner's library names an outside host for want of a locateFile; ours is always given, the name goes. */
function ourScannerAlone(): Plugin {
  return {
    name: "our-scanner-alone",
    transform: (code, id) =>
      id.includes("zxing-wasm") ? code.replace(/https:\/\/fastly\.jsdelivr\.net\/npm\//g, "/phone/none/") : null,
  };
}

/**
 * The app as the server serves it: everything below /phone/, all but the page and
 * the worker under names that carry their content's hash. It asks no other host
 * for anything; budget.mjs checks that after each build.
 */
export default defineConfig({
  root: here,
  base: "/phone/",
  cacheDir: here + "../node_modules/.vite",
  plugins: [vue({ features: { optionsAPI: false } }), shell()],
  build: {
    target: "chrome79",
    cssTarget: "chrome79",
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0, // a data: URL is a hole in the policy
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: here + "index.html" } },
  },
  worker: { plugins: () => [ourScannerAlone()] },
  server: { proxy: { "/m/v1": "http://127.0.0.1:8080" } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "../shared/**/*.test.ts"],
    exclude: ["**/*.browser.test.ts"],
    globalSetup: ["program.setup.ts"],
    environment: "node",
    env: { TZ: process.env["TZ"] ?? "America/Los_Angeles" }, // no phone there shows another day than the county has
    maxWorkers: 2,
  },
});
