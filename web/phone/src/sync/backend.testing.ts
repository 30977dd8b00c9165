/** The real server for tests: each story has a data directory and a port of its own. */
import "fake-indexeddb/auto";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGate, type Gate, type Village } from "../village";

/** The program, as program.setup.ts built it for this run. */
function program(): string {
  return process.env["ZOUFANG_TEST_PROGRAM"] ?? "";
}

export const dong = "320115101203";
export const xi = "320115101204";
export const town = "320115101000";

export class Backend {
  readonly dir = mkdtempSync(join(tmpdir(), "zoufang-story-"));
  private process: ChildProcess | null = null;
  private origin = "";

  constructor() {
    const csv = join(this.dir, "areas.csv");
    writeFileSync(csv, "code,name\n320115000000,江宁区\n" + town + ",东山\n" + dong + ",东村\n" + xi + ",西村\n");
    this.run("area", "import", csv);
  }

  /** Runs the program on this data; what it says, parsed. */
  run(...args: string[]): unknown {
    const out = execFileSync(program(), [...args, "--data", join(this.dir, "data")], {
      cwd: this.dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const last = out.trim();
    return last === "" ? null : JSON.parse(last);
  }

  user(name: string, role: string, area: string): string {
    return (this.run("user", "add", "--name", name, "--role", role, "--area", area) as { id: string }).id;
  }

  code(user: string): string {
    return (this.run("enrol", "--user", user, "--url", "http://127.0.0.1") as { code: string }).code;
  }

  async start(): Promise<void> {
    const p = spawn(program(), ["serve", "--data", join(this.dir, "data"), "--listen", "127.0.0.1:0"], {
      cwd: this.dir,
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.process = p;
    this.origin = await new Promise((done, failed) => {
      let said = "";
      p.stdout.on("data", (b: Buffer) => {
        said += b.toString();
        const m = /^\{"url":"(http:[^"]+)"/m.exec(said);
        if (m) done(m[1] as string);
      });
      p.on("exit", (code) => failed(new Error("the server ended: " + code + " " + said)));
    });
  }

  async stop(how: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const p = this.process;
    this.process = null;
    if (p && p.exitCode === null) {
      await new Promise<void>((done) => {
        p.on("exit", () => done());
        p.kill(how);
      });
    }
  }

  /** A fetch that goes to this server, wherever it is by now. */
  readonly fetch: typeof fetch = (input, init) => {
    if (!this.process) {
      return Promise.reject(new TypeError("no server"));
    }
    return fetch(this.origin + String(input), init);
  };

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface Phone {
  gate: Gate;
  village: Village;
}

let phones = 0;

/** A phone of a user, enrolled and opened; it has tried its first sync. */
export async function phoneOf(
  b: Backend,
  user: string,
  over: typeof fetch = b.fetch,
  more: { now?: () => number; name?: string } = {},
): Promise<Phone> {
  const gate = await openGate({
    app: "1.0.0",
    name: more.name ?? "phone" + ++phones,
    fetch: over,
    locks: null,
    iterations: 1000,
    every: Infinity,
    ...(more.now ? { now: more.now } : {}),
  });
  const code = b.code(user);
  for (let tries = 20; ; tries--) {
    try {
      await gate.enrol(code, "test"); // the same key may ask again when the reply was lost
      break;
    } catch (e) {
      if (tries === 0) throw e;
    }
  }
  const village = await gate.setPin("295814");
  await village.sync();
  return { gate, village };
}

/** Syncs until nothing is left, or fails after so many tries. */
export async function until(v: Village, tries = 60): Promise<void> {
  for (let i = 0; i < tries; i++) {
    await v.sync({ media: true });
    const s = v.status.value;
    if (s.phase === "idle" && s.unsent.lines === 0 && s.unsent.media === 0) {
      return;
    }
    await new Promise((done) => setTimeout(done, 5 * i)); // another tab may have the lease
  }
  throw new Error("not all was sent: " + JSON.stringify(v.status.value));
}

/** Loses requests and replies: by chance, each half the times. */
export function lossy(over: typeof fetch, share: number, seed: number): typeof fetch {
  let state = seed;
  const chance = (): number => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  return async (input, init) => {
    const c = chance();
    if (c < share / 2) {
      throw new TypeError("lost on the way there");
    }
    const answer = await over(input, init);
    if (c < share) {
      await answer.arrayBuffer();
      throw new TypeError("lost on the way back");
    }
    return answer;
  };
}
