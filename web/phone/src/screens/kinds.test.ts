import { afterEach, expect, it } from "vitest";
import { kinds } from "../../../shared/wire";
import { choiceWords, choices, chosen, fieldWords, kindWords, toneOf } from "./kinds";
import { named, speak } from "./say";
import { visitType } from "./sentences";

afterEach(() => speak("zh"));

it("says what the table says, and what came where the table does not know it", () => {
  const states = ["draft", "submitted", "returned", "approved"];
  expect(states.map((s) => choiceWords("visit", "state", s))).toEqual(["草稿", "待核定", "退回", "已核定"]);
  expect(states.map((s) => toneOf("visit", "state", s))).toEqual(["", "wait", "info", "done"]);
  expect(["household", "village", "mayor"].map((who) => choiceWords("visit", "signature." + who, who))).toEqual([
    "被访人",
    "村(居)委会",
    "mayor",
  ]);
  expect([visitType(null), visitType("gift"), visitType("of a newer app")]).toEqual(["走访", "慰问", "of a newer app"]);
  expect([choiceWords("visit", "way", null, ""), toneOf("request", "urgency", "一般")]).toEqual(["", ""]);
  expect([kindWords("person"), kindWords("of a newer app")]).toEqual(["走访对象", "一条内容"]);
});

it("offers each word once: a value of another program's is read, not chosen", () => {
  expect(choices("person", "sex")).toEqual([
    { value: "男", title: "男" },
    { value: "女", title: "女" },
  ]);
  expect(choiceWords("person", "sex", "female")).toBe("女");
  expect(choices("request", "urgency").map((u) => u.value)).toEqual(expect.arrayContaining(["紧急", "一般"]));
  expect([chosen("request", "urgency", "紧急", "一般"), chosen("request", "urgency", 5, "一般")]).toEqual([
    "紧急",
    "一般",
  ]);
});

it("has every word of the table in English", async () => {
  await speak("en");
  for (const k of kinds) {
    expect(kindWords(k.name), k.name).not.toMatch(/[^ -~]/);
    for (const f of k.fields) {
      expect(fieldWords(k.name, f.name), f.name).not.toMatch(/[^ -~]/);
      for (const c of f.choices ?? []) expect(named(c.title), c.value).not.toMatch(/[^ -~]/);
    }
  }
  expect([choiceWords("visit", "state", "submitted"), kindWords("household")]).toEqual(["to be reviewed", "household"]);
});
