/** The words of the table of kinds in the chosen language: of a kind, a field, a choice; and the colour of a choice. */
import { fieldTitle } from "../forms/records";
import type { Form } from "../forms";
import { choiceOf, fieldOf, kindOf, kinds, type Json, type Tone } from "../../../shared/wire";
import { inEnglish, named, say } from "./say";

export function kindWords(kind: string): string {
  return inEnglish()?.kinds[kind] ?? kindOf(kind)?.title ?? say("a_record");
}

/**
 * What a field is called: by its question where a form is at hand. Never the field's own name: that is English, and
 * says nothing to anybody.
 */
export function fieldWords(kind: string, field: string, form: Form | null = null): string {
  const base = field.replace(/^comments\./, "");
  const of = [kind, ...kinds.map((k) => k.name)].find((k) => fieldOf(k, base)) ?? kind;
  const title = fieldTitle(of, base, form);
  return title === base ? say("a_field") : named(title);
}

export function choiceWords(kind: string, field: string, value: string | null, other = value ?? ""): string {
  return named(choiceOf(kind, field, value ?? "")?.title ?? other);
}

/**
 * What there is to choose from, each once: a second value of the same words is another program's. `there`: what stands
 * there already, and stays to be seen whatever the table says.
 */
export function choices(kind: string, field: string, there: string[] = []): { value: string; title: string }[] {
  const all = fieldOf(kind, field)?.choices ?? [];
  const usual = all.filter((c, i) => all.findIndex((x) => x.title === c.title) === i).map((c) => c.value);
  return Array.from(new Set([...usual, ...there.filter(Boolean)])).map((value) => ({
    value,
    title: choiceWords(kind, field, value),
  }));
}

/** What a held line said, where it can be chosen. */
export function chosen(kind: string, field: string, v: Json | undefined, other: string): string {
  return typeof v === "string" && choiceOf(kind, field, v) ? v : other;
}

const tones: { readonly [tone in Tone]: string } = {
  "": "",
  pine: "done",
  amber: "wait",
  brick: "bad",
  indigo: "info",
  plum: "two",
};

/** The class of a tag that says a choice. */
export function toneOf(kind: string, field: string, value: string): string {
  return tones[choiceOf(kind, field, value)?.tone ?? ""];
}
