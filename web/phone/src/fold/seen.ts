/** What an editor names as seen, and what a screen reads. Take them from the Shown that was on the screen when the editor opened. */
import { canon, equal, fieldOf, type CommitId, type Json } from "../../../shared/wire";
import type { Element, Head, Shown } from "./shown";

/** The value of a register, group or state to show; null where there is none. */
export function shownValue(s: Shown, field: string): Json {
  return s.fields[field]?.[0]?.value ?? s.states[field]?.value ?? null;
}

export function elements(s: Shown, field: string): Json[] {
  return (s.sets[field] ?? []).map((e: Element) => e.value);
}

/**
 * The ids of all values of a register or group. Of a sealed field an editor shows
 * only a mask: it has seen what its own user wrote, and nothing else.
 */
export function seenBy(s: Shown, field: string, me: string): CommitId[] {
  const heads = s.fields[field] ?? [];
  const sealed = fieldOf(s.kind, field)?.sealed === true;
  return heads.filter((h: Head) => !sealed || h.user === me).map((h: Head) => h.id);
}

/** As seenBy, for an editor that shows one of several values: the others are not seen, and stay. */
export function seenShown(s: Shown, field: string, me: string): CommitId[] {
  const shown = shownValue(s, field);
  const same = (s.fields[field] ?? []).filter((h: Head) => equal(h.value, shown)).map((h: Head) => h.id);
  return seenBy(s, field, me).filter((id) => same.includes(id));
}

/** The ids of the additions of one element, for `rm`. */
export function seenElement(s: Shown, field: string, element: Json): CommitId[] {
  const key = canon(element);
  const found = (s.sets[field] ?? []).find((e: Element) => canon(e.value) === key);
  return found ? found.tags.map((h) => h.id) : [];
}

/** What a step of a state has seen: all that stands and all own lines on their way, notes excluded. */
export function seenStep(s: Shown): CommitId[] {
  const ids = new Set<CommitId>([s.created]);
  const name = (h: Head): void => void ids.add(h.id);
  Object.keys(s.fields).forEach((f) => s.fields[f]?.forEach(name));
  Object.keys(s.sets).forEach((f) => s.sets[f]?.forEach((e) => e.tags.forEach(name)));
  Object.keys(s.states).forEach((f) => name((s.states[f] as { head: Head }).head));
  s.pending.filter((id) => !s.noted.includes(id)).forEach((id) => ids.add(id));
  return Array.from(ids).sort();
}

/** What a void has seen: all that stands, notes included, and all own lines on their way. */
export function seenVoid(s: Shown): CommitId[] {
  return Array.from(new Set([...s.by, ...s.pending])).sort();
}
