/**
 * One visit being written: opens from a draft, a household, a record or a held line; keeps a draft at every change;
 * says what is asked and what is missing; submits.
 */
import { shallowRef, computed, markRaw, onBeforeUnmount, reactive, ref, watch, type ComputedRef, type Ref } from "vue";
import {
  alarms,
  answered,
  answersOf,
  carried,
  defaults,
  gaps,
  proposedRisk,
  readForm,
  resolve,
  ruleFor,
  type Answers,
  type Form,
  type Section,
  type Setting,
  type VisitRule,
} from "../../forms";
import type { Village } from "../../village";
import { commentsOf, type Comment, type Shown } from "../../fold";
import type { Json } from "../../../../shared/wire";
import { useDrafting } from "../drafting";
import type { Missing } from "../gaps";
import { useOwn } from "../own";
import { swap } from "../route";
import { language, say } from "../say";
import { blankDraft, readDraft, settingOf, type Asked, type VisitDraft } from "./draft";
import { made, useMaking, type Making } from "./making";
import { openDraft } from "./opening";
import { isToCome } from "./started";
import { useSigning } from "./signing";
import { formOf, submitVisit, intentOf } from "./submitting";

export interface Editing {
  d: VisitDraft;
  ready: Ref<boolean>;
  missing: Ref<boolean>; // nothing to edit is here
  saved: Ref<boolean>;
  there: Ref<boolean>; // there is a draft of it
  again: Ref<boolean>; // and there was when the editor opened
  making: Making;
  form: ComputedRef<Form | null>;
  sections: ComputedRef<Section[]>;
  /** The answers given, with what follows from them by itself. */
  values: ComputedRef<Answers>;
  /** The forms a new visit of the type may be written by, the usual one first. */
  forms: ComputedRef<{ value: string; title: string }[]>;
  gaps: ComputedRef<Missing[]>;
  signers: ComputedRef<string[]>;
  alarm: ComputedRef<boolean>;
  raise: ComputedRef<{ level: string; because: string } | null>;
  comments: ComputedRef<{ open: Comment[]; earlier: Comment[] }>;
  set(field: string, v: Json): void;
  text(): string;
  stale(field: string): boolean;
  sameAsLast(): Promise<number>;
  flush(): Promise<void>;
  submit(): Promise<string>;
}

export function useEditing(village: Village, asked: Asked): Editing {
  const blank = (): VisitDraft => blankDraft(asked.draft, village.now(), asked);
  const d = reactive(blank()) as VisitDraft;
  const ready = ref(false);
  const missing = ref(false);
  const again = ref(false);
  const drafting = useDrafting(
    village,
    asked.draft,
    d,
    () => d,
    () => intentOf(village, d),
  );
  const { saved, there, flush, begin, ending } = drafting;
  useOwn()?.before(() => made(asked.draft).then(flush)); // photos in the making belong to the draft
  let left = false;
  onBeforeUnmount(() => (left = true));

  const body = computed(() => formOf(village, d));
  const form = computed<Form | null>(() => readForm(body.value, language.value));
  const signedForm = computed(() => readForm(body.value)); // Chinese, whatever language the screen has
  const at = computed<Setting>(() => settingOf(village, d.persons, d.started));
  const resolved = computed(() => (form.value ? resolve(form.value, d.answers, at.value) : null));
  const sections = computed(() => resolved.value?.sections ?? []);
  const forms = computed(() => (d.was ? [] : village.formsOf(d.type, d.area || undefined)));
  const rule = computed(() => ruleFor(d.type, ruleIn(village, d.type, d.area)));
  const signers = computed(() => {
    const questions = sections.value.reduce<string[]>(
      (all, s) => all.concat(s.questions.map((q) => q.field ?? "")),
      [],
    );
    return rule.value.signatures.filter((who) => !questions.includes("signature." + who));
  });

  const signing = useSigning(village, d, signedForm, at);
  const gapList = computed<Missing[]>(() => {
    const f = form.value;
    if (!f) return [];
    const list: Missing[] = gaps(f, d.answers, at.value, rule.value);
    if (isToCome(d.started, village.now())) list.unshift({ field: "started", title: say("visit_when"), code: "later" });
    return [...list, ...signing.staleFields.value.map((field) => ({ field, title: "", code: "stale" as const }))];
  });

  function set(field: string, v: Json): void {
    if (answered(v) || v === false) d.answers[field] = v;
    else delete d.answers[field];
    const i = d.carried.indexOf(field);
    if (i >= 0) d.carried.splice(i, 1);
  }

  const list = (field: string): string[] =>
    Array.isArray(d.answers[field]) ? (d.answers[field] as Json[]).map(String) : [];
  /** At a place among those that are there; else at the end, as where it stands already somewhere. */
  function lay(field: "photos" | "audio", digest: string, place = Infinity): void {
    const there = list(field);
    if (!there.includes(digest)) set(field, [...there.slice(0, place), digest, ...there.slice(place)]);
  }
  const making = useMaking(asked.draft, {
    list,
    drop: (field, digest) =>
      set(
        field,
        list(field).filter((x) => x !== digest),
      ),
    put: lay,
    async keep(field, photo, place) {
      const digest = await village.keepPhoto(asked.draft, photo);
      lay(field, digest, place);
      if (!left) return;
      saved.value = false; // nobody watches for changes any more
      await flush();
    },
  });

  const commented = shallowRef<Shown | null>(null);
  async function open(): Promise<void> {
    await made(asked.draft); // of an editor left a moment ago
    const before = readDraft(drafting.kept);
    // Another tab has saved it while this one waited: it is no draft any more.
    if (!before && village.visit(asked.draft)) return swap("/visit/" + asked.draft);
    const draft = before ?? (await openDraft(village, asked, blank()));
    if (draft?.was) commented.value = (await village.record(draft.rid).catch(() => null)) ?? draft.was; // a draft may be of an earlier round
    missing.value = !draft;
    again.value = before !== null;
    if (draft && !left) {
      begin(() => {
        // What was shown does not change under the editor.
        Object.assign(d, { ...draft, was: draft.was && markRaw(draft.was) });
        if (!before && (d.was || d.amend)) d.base = signing.base();
        fillDefaults(); // no draft is kept for their sake
      });
    }
    ready.value = true;
  }

  watch(form, () => ready.value && fillDefaults()); // of another form that was chosen
  /** Of a visit that begins, once a form: what was cleared stays so. */
  function fillDefaults(): void {
    const f = form.value;
    const ref = f && f.name + "@" + f.version;
    if (!f || !ref || d.was || d.amend || d.defaulted?.includes(ref)) return;
    const got = defaults(f, d.answers, at.value);
    if (Object.keys(got).length === 0) return;
    Object.assign(d.answers, got);
    d.defaulted = [...(d.defaulted ?? []), ref];
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

  void open();
  return {
    d,
    ready,
    missing,
    saved,
    there,
    again,
    making,
    form,
    sections,
    values: computed(() => resolved.value?.answers ?? d.answers),
    forms: computed(() =>
      forms.value.map((f) => ({ value: f.body["name"] + "@" + f.body["version"], title: f.title })),
    ),
    gaps: gapList,
    signers,
    alarm: computed(() => form.value !== null && alarms(form.value, d.answers, at.value).includes("child")),
    raise: computed(() => (form.value ? proposedRisk(form.value, d.answers, at.value) : null)),
    comments: computed(() => (commented.value ? commentsOf(commented.value) : { open: [], earlier: [] })),
    set,
    text: signing.text,
    stale: signing.stale,
    sameAsLast,
    flush,
    submit,
  };
}

/** The office's rule for a type of visit, if there is one. */
function ruleIn(village: Village, type: string, area: string): VisitRule | null {
  const body = village.rules("visit", area || undefined).find((r) => r.body["type"] === type)?.body;
  if (!body) return null;
  const signatures = Array.isArray(body["signatures"])
    ? body["signatures"].filter((s): s is string => typeof s === "string")
    : [];
  return {
    visitors: typeof body["visitors"] === "number" ? body["visitors"] : 0,
    signatures,
    unable: body["unable"] !== false,
  };
}
