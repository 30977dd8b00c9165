/** How urgent a request is, as the record says it. */
import type { Json } from "../../../../shared/wire";
import { say } from "../say";

export function urgencies(): { value: string; title: string }[] {
  return [
    { value: "紧急", title: say("urgent_now") },
    { value: "较急", title: say("urgent_soon") },
    { value: "一般", title: say("urgent_normal") },
  ];
}

/** What a held line said, where it can be chosen. */
export function urgencyOf(v: Json | undefined, other: string): string {
  return urgencies().some((u) => u.value === v) ? String(v) : other;
}
