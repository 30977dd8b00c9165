/** What a form's expressions do: which questions are asked, what is refused, what follows by itself. */
import { describe, expect, it } from "vitest";
import type { Json } from "../../../shared/wire";
import {
  askedQuestions,
  defaults,
  gaps,
  readForm,
  resolve,
  ruleFor,
  signedText,
  submitted,
  type Answers,
  type Form,
  type Language,
  type Setting,
} from "./index";

const at: Setting = {
  visited: [
    { categories: ["独居老人"], birth: "1948-03-02" },
    { categories: ["低保"], birth: "2015-01-31" },
  ],
  today: "2026-12-01",
  now: "2026-12-01T08:30",
};

function form(questions: Json[], language: Language = "zh", more: { [k: string]: Json } = {}): Form {
  const body = { name: "x", version: 1, type: "routine", sections: [{ title: "节", questions, ...more }] };
  const f = readForm(body, language);
  if (!f) throw new Error("the form cannot be read");
  return f;
}

const yn = [
  { value: "yes", title: "是" },
  { value: "no", title: "否" },
];
const ids = (f: Form, a: Answers): string[] => askedQuestions(f, a, at).map((q) => q.id);
const gapsOf = (f: Form, a: Answers): string[] =>
  gaps(f, a, at, ruleFor("routine", null)).map((g) => g.field + " " + g.code + (g.words ? " " + g.words : ""));

describe("relevant", () => {
  const f = form([
    { id: "ill", title: "生病吗", kind: "choice", choices: yn },
    { id: "what", title: "什么病", kind: "text", required: true, relevant: "${ill} = 'yes'" },
    { id: "since", title: "多久了", kind: "number", relevant: "${what} != ''" },
  ]);

  it("asks by what stands before", () => {
    expect(ids(f, {})).toEqual(["ill"]);
    expect(ids(f, { "answers.ill": "yes" })).toEqual(["ill", "what"]);
    expect(ids(f, { "answers.ill": "yes", "answers.what": "感冒" })).toEqual(["ill", "what", "since"]);
    expect(gapsOf(f, { "answers.ill": "yes" })).toEqual(["answers.what missing"]);
  });

  it("keeps the answer of a hidden question, submits and asks nothing of it", () => {
    const a = { "answers.ill": "no", "answers.what": "感冒", "answers.since": 3 };
    expect(submitted(f, a, at)).toEqual({ "answers.ill": "no" });
    expect(resolve(f, a, at).answers).toEqual(a);
    expect(submitted(f, { ...a, "answers.ill": "yes" }, at)).toEqual({ ...a, "answers.ill": "yes" });
  });

  it("hides a whole section", () => {
    const all = readForm({
      name: "x",
      version: 1,
      type: "routine",
      sections: [
        { title: "一", questions: [{ id: "a", title: "甲", kind: "yesno" }] },
        { title: "二", relevant: "${a} = 'yes'", questions: [{ id: "b", title: "乙", kind: "text", required: true }] },
      ],
    }) as Form;
    expect(resolve(all, { "answers.a": false }, at).sections.map((s) => s.title)).toEqual(["一"]);
    expect(resolve(all, { "answers.a": true }, at).sections.map((s) => s.title)).toEqual(["一", "二"]);
  });

  it("knows who is visited, and asks what it cannot read", () => {
    const q = (relevant: string): string[] => ids(form([{ id: "a", title: "甲", kind: "text", relevant }]), {});
    expect(q("selected(${visited_categories}, '低保')")).toEqual(["a"]);
    expect(q("selected(${visited_categories}, '特困')")).toEqual([]);
    expect(q("${visited_youngest} < 18 and ${visited_oldest} >= 78")).toEqual(["a"]);
    expect(q("wish(1)")).toEqual(["a"]);
  });
});

describe("what is refused", () => {
  const f = (language: Language = "zh"): Form =>
    form(
      [
        { id: "age", title: "年龄", kind: "number" },
        {
          id: "kids",
          title: "孩子",
          kind: "number",
          constraint: ". >= 0 and . < ${age}",
          constraint_message: "比 ${age} 小",
          en_constraint_message: "Below ${age}",
        },
        { id: "phone", title: "电话", kind: "text", constraint: "regex(., '1[3-9][0-9]{9}')" },
        { id: "why", title: "为什么", kind: "text", required_if: "${kids} = 0" },
      ],
      language,
    );

  it("tells it in the form's words, at the field", () => {
    const a = { "answers.age": 30, "answers.kids": 31, "answers.phone": "12" };
    expect(gapsOf(f(), a)).toEqual(["answers.kids constraint 比 30 小", "answers.phone constraint"]);
    expect(gapsOf(f("en"), a)[0]).toBe("answers.kids constraint Below 30");
    expect(gapsOf(f(), { "answers.age": 30, "answers.kids": 2, "answers.phone": "13912345678" })).toEqual([]);
  });

  it("refuses nothing that is not answered", () => expect(gapsOf(f(), {})).toEqual([]));

  it("requires by a rule", () =>
    expect(gapsOf(f(), { "answers.age": 5, "answers.kids": 0 })).toEqual(["answers.why missing"]));
});

describe("what follows", () => {
  const f = form([
    { id: "income", title: "收入", kind: "number", default: "'1000'" },
    { id: "people", title: "人口", kind: "number" },
    { id: "each", title: "人均", kind: "calculate", calculation: "round(${income} div ${people}, 2)" },
    { id: "level", title: "等级", kind: "choice", choices: yn, calculation: "if(${each} < 500, 'yes', 'no')" },
    { id: "told", title: "人均 ${each} 元，是低收入：${level}", kind: "note" },
    { id: "day", title: "哪天", kind: "date", default: "today()" },
    { id: "next", title: "下次", kind: "date", default: "date(${day} + 30)" },
  ]);

  it("is submitted with the rest, and drawn where it has a place", () => {
    const a = { "answers.income": 1000, "answers.people": 3 };
    const r = resolve(f, a, at);
    expect(submitted(f, a, at)).toEqual({ ...a, "answers.each": 333.33, "answers.level": "yes" });
    expect(r.sections[0]?.questions.map((q) => q.title)).toEqual([
      "收入",
      "人口",
      "等级",
      "人均 333.33 元，是低收入：是",
      "哪天",
      "下次",
    ]);
    expect(submitted(f, { "answers.each": 7, "answers.level": "yes" }, at)).toEqual({ "answers.level": "no" });
  });

  it("stands in what is signed where somebody read it, and not where it is hidden", () => {
    const head = { title: "走访", lines: [], yes: "是", no: "否", unanswered: "未填" };
    const text = signedText(f, { "answers.income": 900, "answers.people": 1 }, at, head);
    expect(text.split("\n").slice(2, 6)).toEqual(["收入：900", "人口：1", "等级：否", "哪天：未填"]);
  });

  it("fills in defaults of what is not answered, each on those before", () => {
    expect(defaults(f, {}, at)).toEqual({
      "answers.income": 1000,
      "answers.day": "2026-12-01",
      "answers.next": "2026-12-31",
    });
    expect(defaults(f, { "answers.income": 5, "answers.day": "2026-01-01" }, at)).toEqual({
      "answers.next": "2026-01-31",
    });
  });
});

describe("choices", () => {
  const f = form([
    {
      id: "town",
      title: "乡镇",
      kind: "choice",
      choices: [
        { value: "t1", title: "东镇" },
        { value: "t2", title: "西镇" },
      ],
    },
    {
      id: "village",
      title: "村",
      kind: "choice",
      required: true,
      filter: "town = ${town}",
      choices: [
        { value: "v1", title: "甲村", of: { town: "t1" } },
        { value: "v2", title: "乙村", of: { town: "t2" } },
      ],
    },
    {
      id: "many",
      title: "几个",
      kind: "choices",
      filter: "name != ${village}",
      choices: [
        { value: "v1", title: "甲" },
        { value: "v3", title: "丙" },
      ],
    },
  ]);
  const offers = (a: Answers): string[][] =>
    (resolve(f, a, at).sections[0]?.questions ?? []).map((q) => q.choices.map((c) => c.value));

  it("are those that the filter leaves", () => {
    expect(offers({})).toEqual([["t1", "t2"], [], ["v1", "v3"]]);
    expect(offers({ "answers.town": "t1", "answers.village": "v1" })).toEqual([["t1", "t2"], ["v1"], ["v3"]]);
  });

  it("count as not made where they are not offered, and are kept", () => {
    const a = { "answers.town": "t2", "answers.village": "v1", "answers.many": ["v1", "v3"] };
    expect(gapsOf(f, a)).toEqual(["answers.village missing"]);
    expect(submitted(f, { ...a, "answers.town": "t1" }, at)).toEqual({
      "answers.town": "t1",
      "answers.village": "v1",
      "answers.many": ["v3"],
    });
    expect(submitted(f, a, at)).toEqual({ "answers.town": "t2", "answers.many": ["v1", "v3"] });
  });
});

it("asks as a text what it does not know, and keeps recordings among the visit's own", () => {
  const f = form([
    { id: "a", title: "甲", kind: "song" },
    { id: "b", title: "乙", kind: "audio" },
    { id: "c", title: "丙", kind: "time" },
  ]);
  const q = f.sections[0]?.questions ?? [];
  expect(q.map((x) => [x.kind, x.field])).toEqual([["text", undefined], ["audio", "audio"], ["time", undefined]]); // prettier-ignore
});
