/**
 * Why the gate did not open. code: the enrolment code is not one (404). used, expired: of the code. slow: too many
 * tries, `ms` until the next. offline: no server answered. blocked: another tab holds an older version open. storage:
 * the browser gives no storage. broken: it cannot open its own files, nor others beside them. other_user: the code is
 * another person's; this phone still holds work of its own.
 */
export type GateFault =
  | "code"
  | "used"
  | "expired"
  | "slow"
  | "offline"
  | "blocked"
  | "storage"
  | "broken"
  | "other_user";

export class GateError extends Error {
  constructor(
    readonly fault: GateFault,
    readonly ms = 0,
  ) {
    super("gate: " + fault);
    this.name = "GateError";
  }
}
