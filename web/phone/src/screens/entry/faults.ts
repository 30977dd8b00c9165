/** What went wrong at the door, in words that say what is safe and what to do. */
import { GateError } from "../../village";
import { say } from "../say";

export function gateWords(e: unknown): string {
  if (!(e instanceof GateError)) return say("gate_other");
  return say(("gate_" + e.fault) as `gate_${typeof e.fault}`, { n: Math.max(1, Math.ceil(e.ms / 1000)) });
}

/** The code in what was scanned or typed: a whole address, or the code itself. */
export function codeIn(text: string): string {
  const m = /[#&]enrol=([^&\s]+)/.exec(text);
  const raw = m?.[1] ?? text.trim();
  let code = raw;
  try {
    code = decodeURIComponent(raw);
  } catch {
    // taken as it stands
  }
  return /^[A-Za-z0-9_-]{8,200}$/.test(code) ? code : "";
}
