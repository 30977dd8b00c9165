/** What went wrong at the door, in words that say what is safe and what to do. */
import { enrolCode, oldCode } from "../../../../shared/fold/code";
import { GateError } from "../../village";
import { say } from "../say";

export function gateWords(e: unknown): string {
  if (!(e instanceof GateError)) return say("gate_other");
  const why = say(navigator.onLine ? "no_server" : "no_net");
  return say(("gate_" + e.fault) as `gate_${typeof e.fault}`, { n: Math.max(1, Math.ceil(e.ms / 1000)), why });
}

/** The code in what was scanned or typed, however it was written: a whole address, or the code itself; "" if neither. */
export function codeIn(text: string): string {
  const m = /[#&]enrol=([^&\s]+)/.exec(text);
  const raw = m?.[1] ?? text;
  let code = raw;
  try {
    code = decodeURIComponent(raw);
  } catch {
    // taken as it stands
  }
  const read = enrolCode(code);
  return typeof read === "string" ? read : oldCode(code);
}
