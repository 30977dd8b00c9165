/** The program as an operator runs it: built, started on a free port, killed, started again. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the program. `app`: the folder of another build of the phone app, to be in it instead of web/phone/dist. */
export function buildProgram(to: string, overlay?: string): string {
  const more = overlay ? ["-overlay", overlay] : [];
  execFileSync("go", ["build", ...more, "-o", to, "./server/zoufang"], {
    cwd: repository,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return to;
}

export async function freePort(): Promise<number> {
  const s = createServer();
  await new Promise<void>((done) => s.listen(0, "127.0.0.1", done));
  const { port } = s.address() as AddressInfo;
  await new Promise((done) => s.close(done));
  return port;
}

export interface Enrolment {
  code: string;
  url: string;
  expires: number;
}

/** A store of its own and the program that serves it, always at the same address. */
export class Program {
  readonly url: string;
  /** The address phones are told; another where a line of test lies between. */
  public: string;
  private readonly dir = mkdtempSync(join(tmpdir(), "zoufang-store-"));
  private child: ChildProcess | null = null;
  private said = "";

  private constructor(
    private binary: string,
    private readonly port: number,
  ) {
    this.url = this.public = "http://127.0.0.1:" + port;
  }

  static async create(binary: string): Promise<Program> {
    return new Program(binary, await freePort());
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  /** Runs a command to its end and reads what it answers; throws what it said where it fails. */
  run<T = { [name: string]: unknown }>(...args: string[]): T {
    const env = { ...process.env };
    Object.keys(env)
      .filter((k) => k.startsWith("ZOUFANG_"))
      .forEach((k) => delete env[k]);
    const out = execFileSync(this.binary, [...args, "--data", this.file("data")], {
      env,
      cwd: this.dir,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(out.toString()) as T;
  }

  areas(list: readonly (readonly [code: string, name: string])[]): void {
    writeFileSync(this.file("areas.csv"), "code,name\n" + list.map((a) => a.join(",")).join("\n") + "\n");
    this.run("area", "import", this.file("areas.csv"));
  }

  user(name: string, role: string, area: string, login?: string): { id: string; login?: string; password?: string } {
    return this.run(
      "user",
      "add",
      "--name",
      name,
      "--role",
      role,
      "--area",
      area,
      ...(login ? ["--login", login] : []),
    );
  }

  enrolment(user: string): Enrolment {
    return this.run("enrol", "--user", user, "--url", this.public);
  }

  /** Starts the program, if it does not run. */
  async serve(): Promise<void> {
    if (this.child) {
      return;
    }
    this.said = "";
    const child = spawn(
      this.binary,
      ["serve", "--data", this.file("data"), "--listen", "127.0.0.1:" + this.port, "--url", this.public],
      {
        cwd: this.dir,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.child = child;
    child.stderr?.on("data", (b: Buffer) => (this.said = (this.said + b.toString()).slice(-20_000)));
    await new Promise<void>((ready, failed) => {
      child.stdout?.once("data", () => ready());
      child.once("exit", (code) => failed(new Error("the program ended with " + code + "\n" + this.said)));
      child.once("error", failed);
    });
  }

  /** Ends the program: the phone's server is gone. `hard`: as a loss of power would. */
  async stop(hard = false): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child && child.exitCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill(hard ? "SIGKILL" : "SIGTERM");
      await ended;
    }
  }

  /** Goes on with another build of the program. */
  async replace(binary: string): Promise<void> {
    await this.stop();
    this.binary = binary;
    await this.serve();
  }

  /** What the program wrote beside its answers. */
  get log(): string {
    return this.said;
  }

  async remove(): Promise<void> {
    await this.stop(true);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
