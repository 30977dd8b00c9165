/**
 * One visit being written: opens from a draft, a household, a record or a held line; keeps a draft at every change;
 * says what is asked and what is missing; submits.
 */
import { computed, markRaw, onBeforeUnmount, reactive, ref, watch, type ComputedRef, type Ref } from "vue";
import { shownValue } from "../../fold";
import {
  alarms, answered, answersOf, askedSections, carried, editVisit, gaps, mediaOfItems, newVisit, proposedRisk, readForm, resubmit, ruleFor, signed, signedText,
  submitNew, textDigest, withItems, type Form, type Gap, type Section, type Setting, type VisitRule,
} from "../../forms";
import type { Village } from "../../village";
import { isObject, type Item, type Json } from "../../wire";
import { words, type Word } from "../../words";
import { readDraft, toJson, type VisitDraft } from "./draft";

export interface Asked {
  draft: string;
  household: string;
  edit: string;
  amend: string;
}

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
  const d: VisitDraft = reactive({ v: 1, rid: asked.draft, type: "routine", area: "", household: asked.household, persons: [], started: village.now(), answers: {}, form: "", was: null, amend: asked.amend, carried: [] } as VisitDraft) as VisitDraft;
  const ready = ref(false);
  const missing = ref(false);
  const saved = ref(true);
  let submitted = false;

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
    const zh = (word: Word): string => words[word].zh; // the text must read the same whatever language the screen has
    const home = village.householdLine(d.household);
    const type = Object.prototype.hasOwnProperty.call(words, "type_" + d.type) ? zh(("type_" + d.type) as Word) : d.type;
    const lines = [[village.areaName(d.area), home ? home.head + " 户" : "", home?.address ?? ""].filter(Boolean).join("，"), village.day(d.started)];
    return f ? signedText(f, d.answers, at.value, { title: type, lines, yes: zh("yes"), no: zh("no"), unanswered: zh("unanswered") }) : "";
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
    const kept = readDraft(village.drafts.value.find((x) => x.id === asked.draft)?.value ?? null);
    if (kept) Object.assign(d, { ...kept, was: kept.was && markRaw(kept.was) });
    else if (asked.amend) await fromHeld();
    else if (asked.edit) await fromRecord(asked.edit);
    else begin();
    ready.value = true;
  }

  function begin(): void {
    const page = village.household(asked.household);
    if (!page) {
      missing.value = true;
      return;
    }
    d.area = page.line.area;
    d.persons = page.members.map((m) => m.id);
    d.answers = { visitors: [village.me.id] };
  }

  async function fromRecord(id: string): Promise<void> {
    const was = await village.record(id);
    if (!was) {
      missing.value = true;
      return;
    }
    d.was = markRaw(was); // what was shown does not change under the editor
    d.rid = was.id;
    d.area = was.area;
    d.answers = answersOf(was);
    frame((f) => shownValue(was, f), (was.sets["persons"] ?? []).map((e) => e.value));
  }

  async function fromHeld(): Promise<void> {
    const entry = village.outbox().find((e) => e.id === asked.amend);
    const first = entry?.items.find((i) => i[0] !== "judge");
    if (!entry || !first) {
      missing.value = true;
      return;
    }
    if (first[0] === "new") {
      d.rid = first[1];
      d.area = first[3];
      d.answers = withItems({}, first[1], entry.items);
      frame((f) => first[4][f] ?? null, Array.isArray(first[4]["persons"]) ? first[4]["persons"] : []);
      d.form = "";
    } else {
      await fromRecord(first[1]);
      d.answers = withItems(d.answers, first[1], entry.items);
    }
  }

  function frame(read: (field: string) => Json, persons: Json[]): void {
    const str = (v: Json): string => (typeof v === "string" ? v : "");
    d.type = str(read("type")) || "routine";
    d.household = str(read("household"));
    d.form = str(read("form"));
    d.started = typeof read("started") === "number" ? (read("started") as number) : village.now();
    d.persons = persons.filter((p): p is string => typeof p === "string");
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

  // Drafts: soon after every change, and at once when the page goes away.
  let timer = 0;
  let writing: Promise<void> = Promise.resolve();
  async function flush(): Promise<void> {
    window.clearTimeout(timer);
    if (saved.value || submitted) return writing;
    saved.value = true;
    writing = writing.then(() => village.saveDraft(asked.draft, toJson(d))).catch((e: unknown) => {
      saved.value = false;
      throw e;
    });
    return writing;
  }
  watch(d, () => {
    if (!ready.value || submitted) return;
    saved.value = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void flush().catch(() => undefined), 250); // the foot shows that it is not saved
  }, { deep: true });
  const leave = (): void => void flush().catch(() => undefined);
  document.addEventListener("visibilitychange", leave);
  window.addEventListener("pagehide", leave);
  onBeforeUnmount(() => {
    leave();
    document.removeEventListener("visibilitychange", leave);
    window.removeEventListener("pagehide", leave);
  });

  /** Saves and submits; resolves to the visit's id when all of it is on the disk. */
  async function submit(): Promise<string> {
    const f = form.value;
    if (!f) throw new Error("no form");
    await flush();
    const plain = JSON.parse(JSON.stringify(d)) as VisitDraft;
    const put = (items: Item[]): Promise<string> =>
      plain.amend ? village.amend(plain.amend, items, mediaOfItems(items), { draft: asked.draft }) : village.save(items, mediaOfItems(items), { draft: asked.draft });
    submitted = true;
    try {
      if (!plain.was) {
        const frame = { type: plain.type, household: plain.household || null, persons: plain.persons, started: plain.started, ended: village.now() };
        const id = await put(newVisit(plain.rid, plain.area, f, frame, plain.answers, at.value));
        if (!plain.amend) await village.save(submitNew(plain.rid, id));
      } else {
        await change(plain, f, put);
      }
    } catch (e) {
      submitted = false;
      throw e;
    }
    return plain.rid;
  }

  async function change(plain: VisitDraft, f: Form, put: (items: Item[]) => Promise<string>): Promise<void> {
    const was = plain.was;
    if (!was) return;
    const held = plain.amend ? village.outbox().find((e) => e.id === plain.amend) : undefined;
    const items = editVisit(was, f, plain.answers, at.value, village.me.id);
    const ids: string[] = [];
    const step = held?.items.some((i) => i[0] === "go") === true;
    if (items.length > 0) ids.push(step ? await village.save(items, mediaOfItems(items), { draft: asked.draft }) : await put(items));
    const go = resubmit(was, ids);
    if (go && step) await put(go);
    else if (go) await village.save(go);
    if (items.length === 0) await village.dropDraft(asked.draft);
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

