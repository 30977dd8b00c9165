/** What is signed of a visit, and whether a signature still fits what stands there. */
import { computed, type ComputedRef } from "vue";
import { longDay, signed, signedText, textDigest, type Answers, type Form, type Setting } from "../../forms";
import type { Village } from "../../village";
import { isObject } from "../../../../shared/wire";
import { zh } from "../../words";
import type { VisitDraft } from "./draft";
import { typeTitle } from "../sentences";

/** Why there is no signature, as the record says it. */
export type Reason = "不能签名" | "不愿签名";

export interface Signing {
  text(): string;
  /** A drawn signature that was given to another text. */
  stale(field: string): boolean;
  staleFields: ComputedRef<string[]>;
  /** What the editor opens with, for VisitDraft.base. */
  base(): NonNullable<VisitDraft["base"]>;
}

/** `form`: in Chinese, whatever language the screen has. */
export function useSigning(
  village: Village,
  d: VisitDraft,
  form: ComputedRef<Form | null>,
  at: ComputedRef<Setting>,
): Signing {
  function text(): string {
    const f = form.value;
    const home = village.householdLine(d.household);
    // The text must read the same whatever language the screen has.
    const type = typeTitle(d.type);
    const lines = [
      [village.areaName(d.area), home ? home.head + " 户" : "", home?.address ?? ""].filter(Boolean).join("，"),
      longDay(village.day(d.started)),
    ];
    return f
      ? signedText(f, d.answers, at.value, { title: type, lines, yes: zh.yes, no: zh.no, unanswered: zh.unanswered })
      : "";
  }
  const digest = computed(() => textDigest(text()));

  function stale(field: string): boolean {
    const own = textOf(d.answers, field);
    if (own === null || own === digest.value) return false;
    // The words around the answers may have changed since it was signed, as an address does: what counts is what is changed here.
    return !(d.base?.text === digest.value && d.base.signed.includes(own));
  }
  return {
    text,
    stale,
    staleFields: computed(() => signatures(d.answers).filter(stale)),
    base: () => ({
      text: digest.value,
      signed: signatures(d.answers)
        .map((f) => textOf(d.answers, f))
        .filter((t): t is string => t !== null),
    }),
  };
}

function signatures(a: Answers): string[] {
  return Object.keys(a).filter((k) => k.startsWith("signature."));
}

function textOf(a: Answers, field: string): string | null {
  const v = a[field];
  return isObject(v) && signed(v) ? String(v["text"]) : null;
}
