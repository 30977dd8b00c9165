/**
 * One visit being written: opens from a draft, a household, a record or a held line; keeps a draft at every change;
 * says what is asked and what is missing; submits.
 */
import { computed, markRaw, reactive, ref, type ComputedRef, type Ref } from "vue";
import {
  alarms, answered, answersOf, askedSections, carried, gaps, proposedRisk, readForm, ruleFor, signed, signedText, textDigest,
  type Form, type Gap, type Section, type Setting, type VisitRule,
} from "../../forms";
import type { Village } from "../../village";
import { isObject, type Json } from "../../wire";
import { zh, type Word } from "../../words";
import { useDrafting } from "../drafting";
import { readDraft, toJson, type VisitDraft } from "./draft";
import { openDraft, type Asked } from "./opening";
import { submitVisit } from "./submitting";

/** A gap, or a signature whose text has changed since. */
export type Missing = Omit<Gap, "code"> & { code: Gap["code"] | "stale" };

export interface Editing {
  d: VisitDraft;
  ready: Ref<boolean>;
  missing: Ref<boolean>; // nothing to edit is here
  saved: Ref<boolean>;
  form: ComputedRef<Form | null>;
  sections: ComputedRef<Section[]>;
  gaps: ComputedRef<Missing[]>;
  signers: ComputedRef<string[]>;
  alarm: ComputedRef<boolean>;
  raise: ComputedRef<{ level: string; because: string } | null>;
  comments: (field: string) => string[];
  set(field: string, v: Json): void;
  text(): string;
  stale(field: string): boolean;
  sameAsLast(): Promise<number>;
  flush(): Promise<void>;
  submit(): Promise<string>;
}

export function useEditing(village: Village, asked: Asked): Editing {
  const blank = (): VisitDraft => ({ v: 1, rid: asked.draft, type: "routine", area: "", household: asked.household, persons: [], started: village.now(), answers: {}, form: "", was: null, amend: asked.amend, carried: [] });
  const d = reactive(blank()) as VisitDraft;
  const ready = ref(false);
  const missing = ref(false);
  const { kept, saved, flush, begin, ending } = useDrafting(village, asked.draft, d, () => toJson(d));

  const form = computed<Form | null>(() => readForm(((d.form ? village.formNamed(d.form) : null) ?? village.form(d.type, d.area))?.body));
  const at = computed<Setting>(() => ({
    today: village.day(),
    visited: d.persons.map((id) => village.person(id)).map((p) => ({ categories: p?.categories ?? [], birth: p?.birth ?? null })),
  }));
  const sections = computed(() => (form.value ? askedSections(form.value, d.answers, at.value) : []));
  const rule = computed(() => ruleFor(d.type, ruleIn(village, d.type, d.area)));
  const signers = computed(() => {
    const questions = sections.value.reduce<string[]>((all, s) => all.concat(s.questions.map((q) => q.field ?? "")), []);
    return rule.value.signatures.filter((who) => !questions.includes("signature." + who));
  });

  function text(): string {
    const f = form.value;
    const home = village.householdLine(d.household);
    // The text must read the same whatever language the screen has.
    const type = Object.prototype.hasOwnProperty.call(zh, "type_" + d.type) ? zh[("type_" + d.type) as Word] : d.type;
    const lines = [[village.areaName(d.area), home ? home.head + " 户" : "", home?.address ?? ""].filter(Boolean).join("，"), village.day(d.started)];
    return f ? signedText(f, d.answers, at.value, { title: type, lines, yes: zh.yes, no: zh.no, unanswered: zh.unanswered }) : "";
  }
  const digest = computed(() => textDigest(text()));
  const stale = (field: string): boolean => {
    const v = d.answers[field];
    return isObject(v) && signed(v) && v["text"] !== digest.value;
  };
  const gapList = computed<Missing[]>(() => {
    const f = form.value;
    if (!f) return [];
    const list: Missing[] = gaps(f, d.answers, at.value, rule.value);
    // Within one sitting a signature must fit what stands there; a visit that came back keeps the old ones, marked.
    const old = d.was ? [] : Object.keys(d.answers).filter((k) => k.startsWith("signature.") && stale(k));
    return [...list, ...old.map((field) => ({ field, title: "", code: "stale" as const }))];
  });

  function set(field: string, v: Json): void {
    if (answered(v) || v === false) d.answers[field] = v;
    else delete d.answers[field];
    const i = d.carried.indexOf(field);
    if (i >= 0) d.carried.splice(i, 1);
  }

  async function open(): Promise<void> {
    const draft = readDraft(kept) ?? (await openDraft(village, asked, blank()));
    missing.value = !draft;
    // What was shown does not change under the editor.
    if (draft) begin(() => Object.assign(d, { ...draft, was: draft.was && markRaw(draft.was) }));
    ready.value = true;
  }

  async function sameAsLast(): Promise<number> {
    const line = village.lastVisit(d.household, d.type) ?? village.lastVisit(d.household);
    const last = line ? await village.record(line.id) : null;
    if (!last || !form.value) return 0;
    const got = carried(form.value, d.answers, answersOf(last), at.value);
    Object.assign(d.answers, got);
    d.carried = Array.from(new Set([...d.carried, ...Object.keys(got)]));
    return Object.keys(got).length;
  }

  /** Saves and submits; resolves to the visit's id when all of it is on the disk. */
  async function submit(): Promise<string> {
    const f = form.value;
    if (!f) throw new Error("no form");
    await ending(() => submitVisit(village, asked.draft, JSON.parse(JSON.stringify(d)) as VisitDraft, f, at.value));
    return d.rid;
  }

  const comments = (field: string): string[] => (d.was?.logs["comments." + field] ?? []).map((n) => String(n.value)).slice(-3);

  void open();
  return {
    d, ready, missing, saved, form, sections, gaps: gapList, signers,
    alarm: computed(() => form.value !== null && alarms(form.value, d.answers, at.value).includes("child")),
    raise: computed(() => (form.value ? proposedRisk(form.value, d.answers, at.value) : null)),
    comments, set, text, stale, sameAsLast, flush, submit,
  };
}

/** The office's rule for a type of visit, if there is one. */
function ruleIn(village: Village, type: string, area: string): VisitRule | null {
  const body = village.rules("visit", area || undefined).find((r) => r.body["type"] === type)?.body;
  if (!body) return null;
  const signatures = Array.isArray(body["signatures"]) ? body["signatures"].filter((s): s is string => typeof s === "string") : [];
  return { visitors: typeof body["visitors"] === "number" ? body["visitors"] : 0, signatures, unable: body["unable"] !== false };
}

