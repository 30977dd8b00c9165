/** What an editor of a visit asks for, by its form and beside it, and what reviewers said of it. */
import { fieldOfQuestion } from "../../forms";
import { photoOf } from "../../../../shared/wire";
import type { Comment } from "../../fold";
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

/** What was said of single photos, by the place each has now; 0: it is not there any more. */
export function photoComments(
  comments: readonly Comment[],
  photos: readonly string[],
): { digest: string; n: number; text: string }[] {
  const out: { digest: string; n: number; text: string }[] = [];
  for (const c of comments) {
    const digest = photoOf(c.field);
    if (digest) out.push({ digest, n: photos.indexOf(digest) + 1, text: c.text });
  }
  return out.sort((a, b) => (a.n || Infinity) - (b.n || Infinity));
}

/** Whether the editor shows, beside what it is about, what was said of a field. */
export function hasPlace(e: Editing, field: string): boolean {
  const who = field.startsWith("signature.") ? field.slice("signature.".length) : "";
  if (who) return asks(e, field) || signersOf(e).includes(who);
  if (photoOf(field) || ["photos", "audio", "place", "visitors", "started"].includes(field)) return true;
  return asks(e, field);
}

export const saidOf = (e: Editing, field: string): string[] =>
  e.comments.value.open.filter((c) => c.field === field).map((c) => c.text);
