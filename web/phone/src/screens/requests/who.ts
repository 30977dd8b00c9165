/** Whom a request is about, where a household has several people: one of them, or all. Nobody is taken for granted. */
import type { PersonLine } from "../../village";
import { say } from "../say";

/** The whole household, among ids of people. */
export const WHOLE = "*";

export function whoOptions(members: readonly PersonLine[], whole = true): { value: string; title: string }[] {
  const all = members.map((m) => ({ value: m.id, title: m.name }));
  return whole && all.length > 1 ? [...all, { value: WHOLE, title: say("whole_home") }] : all;
}
