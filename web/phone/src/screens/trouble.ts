/** Why something was not saved, in words: what happened, what is safe, what to do. */
import { say } from "./say";

export function saveWords(e: unknown): string {
  const code = typeof e === "object" && e !== null && "code" in e ? String((e as { code: unknown }).code) : "";
  const name = e instanceof Error ? e.name : "";
  if (code === "overtaken") return say("tab_overtaken");
  return code === "full" || code === "quota" || name === "QuotaExceededError" ? say("save_full") : say("save_failed");
}
