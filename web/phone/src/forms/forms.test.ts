import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fold, type Head, type Own, type Shown } from "../fold";
import {
  commitId,
  isObject,
  item,
  mediaOf,
  recordId,
  utf8,
  type Commit,
  type Item,
  type Json,
} from "../../../shared/wire";
import {
  ageOn,
  alarms,
  allQuestions,
  answersOf,
  askedQuestions,
  carried,
  editVisit,
  gaps,
  longDay,
  newVisit,
  proposedRisk,
  readForm,
  resubmit,
  ruleFor,
  signedText,
  submitNew,
  textDigest,
  withUnasked,
  type Answers,
  type Form,
  type Language,
  type Setting,
} from "./index";

const AREA = "320115101203";
const ME = "u-wang";
const DIGEST = "a".repeat(64);

/** The forms the program ships, as the phone gets them. */
function shipped(name: string, language: Language = "zh"): Form {
  const file = new URL(`../../../../internal/content/shipped/form.${name}.json`, import.meta.url);
  const list = JSON.parse(readFileSync(file, "utf8")) as Json[];
  const body = isObject(list[0]) ? list[0]["body"] : undefined;
  const form = readForm(body, language);
  if (!form) throw new Error("the shipped form " + name + " can't be read");
  return form;
}

const elder: Setting = { visited: [{ categories: ["独居老人"], birth: "1948-03-02" }], today: "2026-11-22" };
const child: Setting = { visited: [{ categories: [], birth: "2015-01-31" }], today: "2026-11-22" };
const names = ["routine", "care", "investigation", "gift", "errand", "followup", "disaster"];
const ids = (form: Form, a: Answers, at: Setting): string[] => askedQuestions(form, a, at).map((q) => q.id);

describe("what is asked", () => {
  it("reads every form the program ships", () => {
    for (const name of names) expect(shipped(name).type).toBe(name);
  });

  it("asks the same in English, and takes the same values", () => {
    const words = (f: Form): string[] => [
      ...f.sections.map((s) => s.title),
      ...allQuestions(f).flatMap((q) => [q.title, q.hint ?? "", q.unit ?? "", ...q.choices.map((c) => c.title)]),
    ];
    const bare = (f: Form): unknown[] =>
      allQuestions(f).map(({ title: _, hint: __, unit: ___, choices, ...q }) => ({
        ...q,
        choices: choices.map((c) => c.value),
      }));
    for (const name of names) {
      const [zh, en] = [shipped(name), shipped(name, "en")];
      expect(words(en).filter((w) => /[\u4e00-\u9fff]/.test(w))).toEqual([]);
      expect(words(en).filter(Boolean)).toHaveLength(words(zh).filter(Boolean).length);
      expect(bare(en)).toEqual(bare(zh));
    }
  });

  it("speaks Chinese where the office gave no English", () => {
    const form = readForm(
      {
        name: "x",
        type: "routine",
        sections: [
          {
            title: "甲",
            questions: [
              {
                id: "a",
                title: "问",
                en: 7,
                hint: "细说",
                kind: "choice",
                choices: [
                  { value: "一", title: "一", en: "One" },
                  { value: "二", title: "二", en: "" },
                ],
              },
            ],
          },
        ],
      },
      "en",
    );
    const q = form?.sections[0]?.questions[0];
    expect([form?.sections[0]?.title, q?.title, q?.hint, ...(q?.choices.map((c) => c.title) ?? [])]).toEqual([
      "甲",
      "问",
      "细说",
      "One",
      "二",
    ]);
  });

  it("asks elders of their care and children of school, and nobody of both", () => {
    const form = shipped("routine");
    expect(ids(form, {}, elder)).toContain("care");
    expect(ids(form, {}, elder)).not.toContain("school");
    expect(ids(form, {}, child)).toContain("school");
    expect(ids(form, {}, child)).not.toContain("income");
  });

  it("counts a hidden question as unanswered, however deep", () => {
    const form = shipped("routine");
    const a: Answers = { way: "home", "answers.house": "危险" };
    expect(ids(form, a, elder)).toContain("house_text");
    expect(ids(form, { ...a, way: "phone" }, elder)).not.toContain("house_text");
  });

  it("counts years on the day", () => {
    expect(ageOn("2008-11-22", "2026-11-22")).toBe(18);
    expect(ageOn("2008-11-23", "2026-11-22")).toBe(17);
    expect(ageOn("2008", "2026-11-22")).toBe(18);
    expect(ageOn(null, "2026-11-22")).toBeNull();
  });

  it("refuses a body without a frame and forgives the rest", () => {
    expect(readForm(null)).toBeNull();
    expect(readForm({ name: "x", type: "routine", sections: [] })).toBeNull();
    const odd = readForm({
      name: "x",
      type: "routine",
      sections: [{ title: "甲", questions: [{ id: "a", title: "问", kind: "hologram", more: 1 }, { id: "B" }] }],
    });
    expect(odd?.sections[0]?.questions).toHaveLength(1);
    expect(odd?.sections[0]?.questions[0]?.kind).toBe("text");
  });
});

describe("what keeps a visit from being submitted", () => {
  it("names only what is asked for", () => {
    const form = shipped("routine");
    expect(gaps(form, {}, elder, ruleFor("routine", null)).map((g) => g.field)).toEqual(["way"]);
    expect(gaps(form, { way: "home", risk: "高" }, elder, ruleFor("routine", null)).map((g) => g.field)).toEqual([
      "risk.reason",
    ]);
  });

  it("holds numbers, texts and dates to their limits", () => {
    const form = readForm({
      name: "x",
      type: "disaster",
      sections: [
        {
          title: "",
          questions: [
            { id: "n", title: "", kind: "number", limits: { min: 0, max: 5, whole: true } },
            { id: "t", title: "", kind: "text", limits: { max: 3 } },
            { id: "d", title: "", kind: "date", limits: { past: true } },
          ],
        },
      ],
    }) as Form;
    const codes = (a: Answers): string[] => gaps(form, a, elder, ruleFor("disaster", null)).map((g) => g.code);
    expect(codes({ "answers.n": 1.5, "answers.t": "𠀀𠀀𠀀", "answers.d": "2026-11-22" })).toEqual(["number"]);
    expect(codes({ "answers.n": 6, "answers.t": "四个字了", "answers.d": "2026-11-23" })).toEqual([
      "high",
      "long",
      "past",
    ]);
    expect(codes({ "answers.n": -1 })).toEqual(["low"]);
    expect(codes({})).toEqual([]);
  });

  it("asks two visitors and three signatures of an investigation, or a witness", () => {
    const form = shipped("investigation");
    const rule = ruleFor("investigation", null);
    const base: Answers = { way: "home", "answers.members": 2, "answers.relatives": false, visitors: ["王芳"] };
    const fields = (a: Answers): string[] => gaps(form, { ...base, ...a }, elder, rule).map((g) => g.field);
    expect(fields({})).toEqual(
      expect.arrayContaining(["visitors", "signature.household", "signature.visitor1", "signature.visitor2"]),
    );
    const drawn = { image: DIGEST, text: DIGEST, by: "李大爷", at: 1 };
    const whole = { visitors: ["王芳", "李强"], "signature.visitor1": drawn, "signature.visitor2": drawn };
    expect(fields({ ...whole, "signature.household": drawn })).toEqual([]);
    expect(fields({ ...whole, "signature.household": { unable: "不愿签名", witness: "赵五" } })).toEqual([]);
    expect(fields({ ...whole, "signature.household": { unable: "不愿签名", witness: "" } })).toEqual([
      "signature.household",
    ]);
    expect(
      fields({ ...whole, "signature.household": drawn, "signature.visitor2": { unable: "忙", witness: "赵五" } }),
    ).toEqual(["signature.visitor2"]);
  });
});

describe("what answers bring about", () => {
  it("fills 同上次 only where nothing is answered yet, and only what carries", () => {
    const form = shipped("routine");
    const last: Answers = {
      way: "phone",
      "answers.food": "够",
      "answers.health": "平稳",
      "answers.house": "有隐患",
      note: "旧的",
    };
    const got = carried(form, { way: "home", "answers.health": "明显变差" }, last, elder);
    expect(got).toEqual({ "answers.food": "够", "answers.house": "有隐患" });
  });

  it("proposes the loudest level, and never a lower one", () => {
    const form = shipped("routine");
    expect(proposedRisk(form, { "answers.mood": "低落", "answers.food": "不够" }, elder)?.level).toBe("高");
    expect(proposedRisk(form, { "answers.mood": "低落", risk: "高" }, elder)).toBeNull();
  });

  it("raises the alarm for harm to a child", () => {
    expect(alarms(shipped("routine"), { "answers.harm": true }, child)).toEqual(["child"]);
    expect(alarms(shipped("routine"), { "answers.harm": true }, elder)).toEqual([]);
  });

  it("binds a signature to every word that was shown", () => {
    const form = shipped("routine");
    const head = { title: "走访", lines: ["王秀兰 户"], yes: "是", no: "否", unanswered: "未填" };
    const text = signedText(form, { way: "home", "answers.food": "够" }, elder, head);
    expect(text).toContain("怎么走访的：入户");
    expect(text).toContain("健康用药：未填");
    expect(textDigest(text)).not.toBe(textDigest(signedText(form, { way: "phone" }, elder, head)));
  });

  it("keeps from the signer what is between the visitor and the office", () => {
    const head = { title: "走访", lines: [], yes: "是", no: "否", unanswered: "未填" };
    const told: Answers = { way: "home", met: "家属", "answers.food": "够", note: "看过了" };
    const kept: Answers = { "answers.harm": true, "answers.guard": "缺失", risk: "高", "risk.reason": "怀疑打骂" };
    for (const name of ["routine", "care"]) {
      const text = signedText(shipped(name), { ...told, ...kept }, child, head);
      expect(text).toContain("吃穿：够");
      for (const word of ["侵害", "监护", "缺失", "风险", "高", "为什么", "打骂"]) expect(text).not.toContain(word);
      // So a signature stands however the office's own answers change.
      expect(signedText(shipped(name), told, child, head)).toBe(text);
      expect(ids(shipped(name), { ...told, ...kept }, child)).toEqual(
        expect.arrayContaining(["harm", "guard", "risk", "risk_reason"]),
      );
    }
    const check = signedText(
      shipped("investigation"),
      { "answers.why": "群众反映", "answers.members": 2 },
      elder,
      head,
    );
    expect(check).toContain("共同生活人口：2 人");
    expect(check).not.toContain("反映");
  });

  it("leaves out a heading that has nothing but private questions, and a mark that is no true", () => {
    const body = (mark: Json): Json => ({
      name: "x",
      type: "routine",
      sections: [{ title: "内部", questions: [{ id: "a", title: "问", kind: "text", private: mark }] }],
    });
    const text = (mark: Json): string =>
      signedText(readForm(body(mark)) as Form, { "answers.a": "答" }, elder, {
        title: "走访",
        lines: [],
        yes: "",
        no: "",
        unanswered: "",
      });
    expect(text(true)).toBe("走访");
    expect(text("yes")).toBe("走访\n【内部】\n问：答"); // as forms of before are read
  });

  it("tells days as papers do", () => {
    expect([longDay("2026-11-22"), longDay("2026-01-05"), longDay("未填")]).toEqual([
      "2026年11月22日",
      "2026年1月5日",
      "未填",
    ]);
    const text = signedText(shipped("disaster"), { "answers.event_day": "2026-07-03" }, elder, {
      title: "",
      lines: [],
      yes: "",
      no: "",
      unanswered: "",
    });
    expect(text).toContain("哪天：2026年7月3日");
  });
});

describe("what a filled form becomes", () => {
  const form = shipped("routine");
  const rid = recordId(1_763_760_000_000);
  const frame = { type: "routine", household: recordId(1), persons: [], started: 1, ended: 2 };

  it("is one new with all fields, then the step on its own", () => {
    const a: Answers = {
      way: "phone",
      risk: "高",
      "risk.reason": " 跌倒 ",
      "answers.house": "危险",
      photos: [DIGEST],
      audio: [],
    };
    const [made] = newVisit(rid, AREA, form, frame, a, elder);
    const fields = made?.[4] as { [f: string]: Json };
    expect(fields).toMatchObject({
      type: "routine",
      way: "phone",
      risk: { level: "高", reason: "跌倒" },
      form: "routine@2",
      photos: [DIGEST],
    });
    expect(fields).not.toHaveProperty(["answers.house"]); // hidden: the visit was by phone
    expect(fields).not.toHaveProperty("audio");
    expect(mediaOf(made ? [made] : [])).toEqual([DIGEST]);
    expect(submitNew(rid, "AAAAAAAAAAAAAAAA")).toEqual([
      ["go", rid, "state", "draft", "submitted", ["AAAAAAAAAAAAAAAA"]],
    ]);
  });

  it("writes of an edit what changed alone, with what was shown as seen", () => {
    const a: Answers = { way: "home", "answers.food": "够", needs: ["助餐", "其他"], risk: "一般" };
    const shown = asShown(newVisit(rid, AREA, form, frame, a, elder));
    expect(editVisit(shown, form, answersOf(shown), elder, ME)).toEqual([]);
    const items = editVisit(
      shown,
      form,
      { ...answersOf(shown), "answers.food": "勉强", needs: ["助餐", "房屋维修"], risk: "高", "risk.reason": "跌倒" },
      elder,
      ME,
    );
    const by = shown.created;
    expect(items).toEqual(
      expect.arrayContaining([
        ["set", rid, "answers.food", "勉强", [by]],
        ["add", rid, "needs", "房屋维修"],
        ["rm", rid, "needs", "其他", [by]],
        ["set", rid, "risk", { level: "高", reason: "跌倒" }, [by]],
      ]),
    );
    expect(items).toHaveLength(4);
    expect(resubmit(shown, ["BBBBBBBBBBBBBBBB"])?.[0]?.[5]).toEqual(expect.arrayContaining([by, "BBBBBBBBBBBBBBBB"]));
  });

  it("adds once more what stands behind a photo that was taken again, so that it stands where the other stood", () => {
    const [a, b, c, d] = ["c", "a", "b", "d"].map((x) => x.repeat(64)) as [string, string, string, string];
    const was = asShown(newVisit(rid, AREA, form, frame, { way: "home", photos: [a, b, c] }, elder));
    const edit = (photos: string[]) => editVisit(was, form, { ...answersOf(was), photos }, elder, ME);
    const by = was.created;
    expect(edit([a, b, c])).toEqual([]);
    expect(edit([a, b, c, d])).toEqual([["add", rid, "photos", d]]);
    expect(edit([a, c])).toEqual([["rm", rid, "photos", b, [by]]]);
    expect(edit([a, d, c])).toEqual([
      ["add", rid, "photos", d],
      ["add", rid, "photos", c],
      ["rm", rid, "photos", b, [by]],
    ]);
  });

  it("clears an answer whose question is not asked any more", () => {
    const shown = asShown(newVisit(rid, AREA, form, frame, { way: "home", "answers.house": "安全" }, elder));
    const items = editVisit(shown, form, { ...answersOf(shown), way: "phone" }, elder, ME);
    expect(items).toContainEqual(["set", rid, "answers.house", null, [shown.created]]);
  });

  it("leaves alone what is not asked now because the roster changed", () => {
    const made = newVisit(
      rid,
      AREA,
      form,
      frame,
      { way: "home", "answers.harm": true, risk: "一般", note: "旧" },
      child,
    );
    const was = asShown(made);
    expect(made[0]?.[4]).toHaveProperty(["answers.harm"]);
    expect(editVisit(was, form, { ...answersOf(was), note: "新" }, elder, ME)).toEqual([
      ["set", rid, "note", "新", [was.created]],
    ]);
    const amended = newVisit(rid, AREA, form, frame, { ...answersOf(was), note: "新" }, elder);
    expect(amended[0]?.[4]).not.toHaveProperty(["answers.harm"]);
    const kept = withUnasked(amended, rid, made, form, elder);
    expect(kept[0]?.[4]).toMatchObject({ "answers.harm": true, note: "新", way: "home" });
    expect(kept).toHaveLength(1);
    const set: Item[] = [
      ["set", rid, "answers.harm", true, []],
      ["set", rid, "note", null, [was.created]],
      ["log", rid, "remarks", "记一笔"],
    ];
    expect(withUnasked([["set", rid, "note", "新", [was.created]]], rid, set, form, elder)).toEqual([
      ["set", rid, "note", "新", [was.created]],
      set[0],
      set[2],
    ]);
  });

  it("amends a held answer that is asked for because of another the record has: written once, or not at all", () => {
    const was = asShown(newVisit(rid, AREA, form, frame, { way: "home", "answers.house": "危险" }, elder));
    const held: Item[] = [["set", rid, "answers.house_text", "旧", []]];
    const made: Item[] = [["set", rid, "answers.house_text", "新", []]];
    expect(withUnasked(made, rid, held, form, elder, answersOf(was))).toEqual(made);
    expect(withUnasked([], rid, held, form, elder, answersOf(was))).toEqual([]);
  });

  it("keeps the members of a group that the form does not show", () => {
    const was = asShown([
      item.create(rid, "visit", AREA, { type: "routine", way: "home", risk: { level: "一般", reason: "镇里核过" } }),
    ]);
    expect(editVisit(was, form, answersOf(was), elder, ME)).toEqual([]);
  });

  it("of two values names as seen the one it shows", () => {
    const other = commitId(utf8("another"));
    const was = asShown([item.create(rid, "visit", AREA, { type: "routine", way: "home", note: "甲" })]);
    const head = was.fields["note"]?.[0];
    const both = {
      ...was,
      fields: { ...was.fields, note: [head as Head, { ...(head as Head), id: other, value: "乙" }] },
    };
    expect(editVisit(both, form, { ...answersOf(both), note: "甲，补充" }, elder, ME)).toEqual([
      ["set", rid, "note", "甲，补充", [was.created]],
    ]);
  });
});

function asShown(items: Item[]): Shown {
  const id = commitId(utf8(JSON.stringify(items)));
  const commit = {
    id,
    dev: "d",
    n: 1,
    prev: null,
    nonce: "x",
    user: ME,
    schema: 1,
    at: 1,
    mono: 1,
    page: "p",
    heard: null,
    do: items,
  } as unknown as Commit;
  const own: Own = { commit, answer: "none" };
  const rid = (items[0] as Item)[1];
  const shown = fold(rid, null, [own], { user: ME });
  if (!shown) throw new Error("nothing to show");
  return shown;
}
