/** What an editor of a visit asks for, by its form and beside it, and what reviewers said of it. */
import { fieldOfQuestion } from "../../forms";
import type { Editing } from "./editing";

export const asks = (e: Editing, field: string): boolean =>
  e.sections.value.some((s) => s.questions.some((q) => fieldOfQuestion(q) === field));

export const listOf = (e: Editing, field: string): string[] => {
  const v = e.d.answers[field];
  return Array.isArray(v) ? v.map(String) : [];
};

/** Signatures the form does not ask for itself: what the rule wants, and the resident's, which any visit may carry. */
export const signersOf = (e: Editing): string[] => [
  ...e.signers.value,
  ...(asks(e, "signature.household") || e.signers.value.includes("household") ? [] : ["household"]),
];

export const saidOf = (e: Editing, field: string): string[] =>
  e.comments.value.open.filter((c) => c.field === field).map((c) => c.text);
