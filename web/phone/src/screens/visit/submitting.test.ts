import { expect, it } from "vitest";
import { harmReportId, readForm, type Form } from "../../forms";
import { dong } from "../../sync/backend.testing";
import { begin, newHousehold, phone } from "../../sync/stories.testing";
import { item } from "../../../../shared/wire";
import { settingOf, type VisitDraft } from "./draft";
import { openDraft } from "./opening";
import { submitVisit, intentOf } from "./submitting";

it("amends a held visit without dropping what its form does not ask any more", async () => {
  const b = await begin();
  const { village } = await phone(b, b.user("王芳", "coordinator", dong));
  const home = await newHousehold(village, "李大爷");
  const child = village.newId();
  const made = await village.save([
    item.create(child, "person", dong, { name: "小花", birth: "2018-05", household: home }),
  ]);
  const visit = village.newId();
  const fields = {
    type: "routine",
    household: home,
    persons: [child],
    way: "home",
    started: village.now(),
    note: "旧",
    "answers.harm": true,
    "answers.school": "失学",
  };
  await village.save([item.create(visit, "visit", dong, { ...fields, met: 7 })]); // a fault of an older build
  await village.sync();
  const held = village.outbox().find((o) => o.state === "held");
  expect(held).toMatchObject({ code: "invalid" });
  // She was born otherwise, as it turned out: children's questions are not asked of her.
  await village.save([item.set(child, "birth", "1998-05", [made])]);
  await village.sync();

  const form = readForm(village.form("routine", dong)?.body) as Form;
  const asked = { draft: "d1", household: "", edit: "", amend: held?.id ?? "" };
  const blank: VisitDraft = {
    v: 1,
    rid: "d1",
    type: "routine",
    area: "",
    household: "",
    persons: [],
    started: 0,
    answers: {},
    form: "",
    was: null,
    amend: asked.amend,
    carried: [],
  };
  const draft = (await openDraft(village, asked, blank)) as VisitDraft;
  expect(draft).toMatchObject({ rid: visit, persons: [child] });
  draft.answers["met"] = "本人";
  draft.answers["note"] = "新";
  const intent = intentOf(village, draft);
  expect(intent).toMatchObject({ what: "走访", who: "李大爷", area: dong, about: home });
  expect(intent?.items).toMatchObject([
    ["new", visit, "visit", dong, { met: "本人", note: "新", "answers.harm": true }],
  ]);
  const begun = intentOf(village, { ...blank, area: dong, amend: "" });
  expect(begun).toMatchObject({ about: null, items: [["new", "d1", "visit", dong, { type: "routine" }]] });
  expect(intentOf(village, { ...blank, type: "of an older form" })).toBeNull();
  await submitVisit(village, asked.draft, draft, form, settingOf(village, draft.persons, draft.started));
  await village.sync();
  expect(village.status.value).toMatchObject({ held: 0 });
  const now = await village.record(visit);
  const value = (f: string): unknown => now?.fields[f]?.[0]?.value;
  expect([value("met"), value("note"), value("answers.harm"), value("answers.school")]).toEqual([
    "本人",
    "新",
    true,
    "失学",
  ]);
  expect(now?.sets["persons"]?.map((e) => e.value)).toEqual([child]);
});

it("reports a suspicion by itself, once, and at once on the phone", async () => {
  const b = await begin();
  const { village } = await phone(b, b.user("王芳", "coordinator", dong));
  const home = await newHousehold(village, "李大爷");
  const child = village.newId();
  await village.save([item.create(child, "person", dong, { name: "小花", birth: "2018-05", household: home })]);
  await village.sync();
  const form = readForm(village.form("routine", dong)?.body) as Form;
  const submit = async (rid: string, answers: VisitDraft["answers"], was: VisitDraft["was"] = null): Promise<void> => {
    const d = { v: 1 as const, rid, type: "routine", area: dong, household: home, persons: [child], started: 1 };
    const draft: VisitDraft = { ...d, answers, form: "", was, amend: "", carried: [] };
    await submitVisit(village, rid, draft, form, settingOf(village, [child], draft.started));
  };
  const [yes, no] = [village.newId(), village.newId()];
  await submit(no, { way: "home", "answers.harm": false });
  expect(village.requests()).toEqual([]);
  await submit(yes, { way: "home", "answers.harm": true });
  const told = [{ id: harmReportId(yes), person: child, who: "小花", urgency: "立即", visit: yes, unsent: true }];
  expect(village.requests()).toMatchObject(told);
  await village.sync();
  const was = await village.record(yes);
  await submit(yes, { way: "phone", "answers.harm": true }, was);
  await village.sync();
  expect(village.requests()).toMatchObject([{ ...told[0], unsent: false }]);
  expect(village.outbox()).toEqual([]);
});
