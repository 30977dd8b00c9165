/** What is saved when a visit is submitted: its content, and the step to the reviewers as a commit of its own. */
import {
  alarms,
  answersOf,
  dateVisit,
  editVisit,
  harmReport,
  harmReportId,
  newVisit,
  readForm,
  resubmit,
  submitNew,
  withUnasked,
  type Form,
  type Setting,
} from "../../forms";
import type { Village, Intent } from "../../village";
import { item, mediaOf, type CommitId, type Item, type JsonObject } from "../../../../shared/wire";
import { elements, type Shown } from "../../fold";
import { settingOf, type VisitDraft } from "./draft";
import { typeTitle } from "../sentences";

interface Commits {
  content: Item[];
  /** The step, with the ids of what was saved before it. Empty: none is possible. */
  step: (saved: CommitId[]) => Item[];
}

/** All of it is on the disk when this resolves, and the draft is gone; else nothing is, and the draft stays. */
export async function submitVisit(
  village: Village,
  draft: string,
  d: VisitDraft,
  form: Form,
  at: Setting,
): Promise<void> {
  const { content, step } = commits(village, d, form, at);
  await village.saveSteps([content, step, reported(village, d, form, at)], mediaOf(content), { draft });
}

/** What a suspicion tells the office by itself: a line of its own, so that no fault of the visit's holds it back. */
function reported(village: Village, d: VisitDraft, form: Form, at: Setting): Item[] {
  const there = (): boolean => village.requests().some((r) => r.id === harmReportId(d.rid));
  return alarms(form, d.answers, at).length === 0 || there() ? [] : [harmReport(d.rid, d.area, d)];
}

/** What a draft would become; null where no form says so any more. */
export function intentOf(village: Village, d: VisitDraft): Intent | null {
  const form = readForm(formOf(village, d));
  return (
    form && {
      what: typeTitle(d.type),
      who: village.householdLine(d.household)?.head ?? "",
      area: d.area,
      about: d.household || null,
      form: form.name + "@" + form.version,
      items: commits(village, d, form, settingOf(village, d.persons, d.started)).content.filter(
        (i) => i[0] !== "judge",
      ),
    }
  );
}

/** The form a draft is of, as the office wrote it. */
export function formOf(village: Village, d: VisitDraft): JsonObject | undefined {
  return ((d.form ? village.formNamed(d.form) : null) ?? village.form(d.type, d.area))?.body;
}

function commits(village: Village, d: VisitDraft, form: Form, at: Setting): Commits {
  return amended(village, d, form, at, d.was ? changed(village, d.was, d, form, at) : made(village, d, form, at));
}

function made(village: Village, d: VisitDraft, form: Form, at: Setting): Commits {
  const frame = {
    type: d.type,
    household: d.household || null,
    persons: d.persons,
    started: d.started,
    ended: d.dated ? null : village.now(),
  };
  // The step of a held visit is on the server and waits for the visit.
  const step = (saved: CommitId[]): Item[] => (d.amend ? [] : submitNew(d.rid, saved[0] as CommitId));
  return { content: newVisit(d.rid, d.area, form, frame, d.answers, at), step };
}

function changed(village: Village, was: Shown, d: VisitDraft, form: Form, at: Setting): Commits {
  const persons = { now: d.persons, before: settingOf(village, elements(was, "persons").map(String), d.started) };
  return {
    content: [
      ...(d.dated ? dateVisit(was, d.started, village.me.id) : []),
      ...editVisit(was, form, d.answers, at, village.me.id, persons),
    ],
    step: (saved) => resubmit(was, saved) ?? [],
  };
}

/** Lets the commit that stands for the held one replace it: a step for a step, else content, else what there is. */
function amended(village: Village, d: VisitDraft, form: Form, at: Setting, { content: made, step }: Commits): Commits {
  if (!d.amend) return { content: made, step };
  const held = village.outbox().find((e) => e.id === d.amend)?.items ?? [];
  const content = withUnasked(made, d.rid, held, form, at, d.was ? answersOf(d.was) : {});
  const judge = item.judge(d.amend, "amend", "");
  const steps = step([]).length > 0;
  const forStep = held.some((i) => i[0] === "go");
  if (steps && (forStep || content.length === 0)) return { content, step: (saved) => [judge, ...step(saved)] };
  return { content: content.length > 0 ? [judge, ...content] : [], step };
}
