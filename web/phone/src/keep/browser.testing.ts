import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Bundles page.testing.ts as the app is bundled, and serves it on loopback. */
export async function servePage(): Promise<{ url: string; close: () => void }> {
  const entry = fileURLToPath(new URL("./page.testing.ts", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "chrome79",
      minify: false,
      lib: { entry, formats: ["iife"], name: "page", fileName: "page" },
    },
  });
  const output = (Array.isArray(built) ? built : [built]).flatMap((b) => ("output" in b ? b.output : []));
  const code = output.map((o) => (o.type === "chunk" ? o.code : "")).join("");
  const server = createServer((request, reply) => {
    const script = request.url === "/page.js";
    reply.setHeader("Content-Type", script ? "text/javascript" : "text/html; charset=utf-8");
    reply.end(script ? code : '<!doctype html><title>keep</title><script src="/page.js"></script>');
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

export interface Running {
  context: BrowserContext;
  /** Ends the browser as a crash or the phone's out-of-memory killer would. */
  kill(): Promise<void>;
}

/** A browser of our own over a profile that outlives it. */
export async function startBrowser(profile: string): Promise<Running> {
  rmSync(join(profile, "DevToolsActivePort"), { force: true });
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"];
  const child = spawn(EXECUTABLE, [...flags, "--user-data-dir=" + profile, "about:blank"], {
    detached: true,
    stdio: "ignore",
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const browser = await chromium.connectOverCDP("http://127.0.0.1:" + (await port(profile, child)));
  const context = browser.contexts()[0];
  if (!context) throw new Error("the browser has no context");
  await context.addInitScript(slowCryptoAndWitness);
  return {
    context,
    async kill() {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
      await ended;
    },
  };
}

async function port(profile: string, child: ChildProcess): Promise<string> {
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) throw new Error(`${EXECUTABLE} ended with ${child.exitCode}`);
    try {
      const first = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n")[0];
      if (first) return first;
    } catch {
      // Not written yet.
    }
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error("the browser did not open its debugging port");
}

export function newProfile(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "keep-profile-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

export async function newTab(b: Running, url: string): Promise<Page> {
  const page = await b.context.newPage();
  await page.goto(url);
  await page.waitForFunction("globalThis.t !== undefined");
  return page;
}

/**
 * Runs in the page before everything: WebCrypto answers a task later, as on old phones, unless the address says #fast;
 * and every transaction that may write lines leaves its durability.
 */
function slowCryptoAndWitness(): void {
  globalThis.durabilities = [];
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, stores, mode, options) {
    const tx = transaction.call(this, stores, mode, options);
    if (tx.mode === "readwrite" && [stores].flat().includes("lines")) globalThis.durabilities.push(tx.durability);
    return tx;
  };
  if (location.hash === "#fast") return;
  const proto = SubtleCrypto.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of Object.getOwnPropertyNames(proto)) {
    const was = proto[name];
    if (name === "constructor" || typeof was !== "function") continue;
    proto[name] = async function (this: unknown, ...args: unknown[]) {
      const value = await was.apply(this, args);
      await new Promise((r) => setTimeout(r, 0));
      return value;
    };
  }
}
