/** What the browser lost, in words: what of it is there, what is not, what to do. Nothing is called safe that is not. */
import type { Loss } from "../../village";
import { say } from "../say";

export function lossWords(l: Loss | null): string {
  if (!l) return "";
  const found = { n: l.lines, drafts: l.drafts, media: l.media };
  const none = l.lines + l.drafts + l.media === 0 && !l.all;
  const torn = l.torn ? say("lost_torn", { n: l.torn }) : "";
  if (l.key) {
    const sealed = { n: l.key.lines, drafts: l.key.drafts, media: l.key.media };
    return (l.all ? say("lost_key") : say("lost_keys", sealed)) + torn;
  }
  return (none ? (l.torn ? "" : say("lost_none")) : say(l.all ? "lost_all" : "lost_some", found)) + torn;
}
