/** Looking things up in the generated table of kinds. */
import { kinds, type Choice, type Field, type Kind, type Role, type Step } from "../kinds.gen";

export { kinds, kindsSchema } from "../kinds.gen";
export type { Choice, Class, Field, FieldType, Kind, KindName, Role, Step, Tone } from "../kinds.gen";

const byName = new Map<string, Kind>(kinds.map((k) => [k.name, k]));
const fields = new Map<string, Map<string, Field>>(
  kinds.map((k) => [k.name, new Map(k.fields.map((f) => [f.name, f]))]),
);

export function kindOf(name: string): Kind | undefined {
  return byName.get(name);
}

/** The field, or the family a name with a dot belongs to. */
export function fieldOf(kind: string, name: string): Field | undefined {
  const of = fields.get(kind);
  const dot = name.indexOf(".") + 1;
  if (dot === 0) {
    return of?.get(name);
  }
  const family = dot < name.length ? of?.get(name.slice(0, dot)) : undefined;
  const closed = family !== undefined && family.type !== "choice" && family.choices !== undefined;
  return closed && !family.choices?.some((c) => c.value === name.slice(dot)) ? undefined : family;
}

export function choiceOf(kind: string, field: string, value: string): Choice | undefined {
  return fieldOf(kind, field)?.choices?.find((c) => c.value === value);
}

export function stepOf(kind: string, field: string, from: string, to: string): Step | undefined {
  return fieldOf(kind, field)?.steps?.find((s) => s.from === from && s.to === to);
}

/**
 * Whether a record stands for what it tells of: not void, and no draft any more. The rule is the server's (`Record.Counts`);
 * nothing else says which visits count for "last visited", for what is due, or for figures.
 */
export function counts(kind: string, state: string, isVoid: boolean): boolean {
  return !isVoid && (state || (kindOf(kind)?.draft ?? "")) !== kindOf(kind)?.draft;
}

/** The member of `comments.` for a comment on one photo, as the server's `OnPhoto`; null: it is on something else. */
export function photoOf(field: string): string | null {
  return /^photos\.([0-9a-f]{64})$/.exec(field)?.[1] ?? null;
}

/** Whether values of a field, or of a member of its groups, name media, whatever kind the field is of. */
export function namesMedium(field: string, member: string | null): boolean {
  return kinds.some((k) => {
    const f = fieldOf(k.name, field);
    return f !== undefined && (member === null ? f.type === "medium" : f.media?.includes(member) === true);
  });
}

/** Roles that review and decide (镇、县工作人员). */
export function isStaff(role: Role | string): boolean {
  return role === "township" || role === "county" || role === "operator";
}
