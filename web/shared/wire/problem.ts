/** What the server refuses. */
export type ProblemCode =
  | "body"
  | "metadata"
  | "token"
  | "unknown"
  | "proof"
  | "revoked"
  | "device"
  | "not_found"
  | "offset"
  | "used"
  | "expired"
  | "too_large"
  | "type"
  | "slow_down"
  | "busy"
  | "full"
  | "checksum";

/** A refusal. `code` is "" where something else than our server answered, a proxy or a captive portal for instance. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode | (string & {}) | "",
    readonly retryAfter: number | null,
  ) {
    super("server answered " + status + " " + code);
    this.name = "Problem";
  }

  /** The same request may succeed later. */
  get temporary(): boolean {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/** No answer came, or not all of it: no signal, a server that is down, a line that was cut, or time that ran out. */
export class Offline extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Offline";
  }
}

export function isProblem(e: unknown, code: ProblemCode): e is Problem {
  return e instanceof Problem && e.code === code;
}

/** Reads a refusal. Only application/problem+json has a code. */
export function readProblem(status: number, header: (name: string) => string | null, body: string): Problem {
  const seconds = /^\d{1,6}$/.exec(header("Retry-After") ?? "");
  let code = "";
  if (/^application\/problem\+json\b/i.test(header("Content-Type") ?? "")) {
    try {
      const said: unknown = JSON.parse(body);
      if (typeof said === "object" && said !== null && "code" in said && typeof said.code === "string") {
        code = said.code;
      }
    } catch {
      // cut short: the status alone counts
    }
  }
  return new Problem(status, code, seconds ? Number(seconds[0]) * 1000 : null);
}
