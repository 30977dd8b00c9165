import { afterEach, expect, it } from "vitest";
import type { Fault, Item } from "../../../shared/wire";
import type { Deed } from "../village";
import { speak } from "./say";
import { whyWords } from "./why";

afterEach(() => speak("zh"));

const made: Item = ["new", "r1", "request", "990101001201", { urgency: 5 }];
const step: Item = ["go", "v1", "state", "draft", "submitted", []];
const set: Item = ["set", "h1", "phone", 5, []];
const amends: Item = ["judge", "line", "amend", ""];
const deeds = [
  { deed: "change", kind: "household", id: "h1", type: null, about: "", fields: ["phone"] },
  { deed: "step", kind: "visit", id: "v1", type: "routine", about: "", field: "state", from: "draft", to: "submitted" },
] as Deed[];

const held = (code: string, rule: string, more: Partial<Fault> = {}) => ({
  code,
  why: "as the server says it",
  fault: { rule, item: 0, field: "", args: {}, ...more },
});

it("says a rule with the field's words, by the kind of the item it is about", () => {
  const value = held("invalid", "value", { field: "urgency" });
  expect(whyWords(value, [made], [])).toBe("内容不合要求：紧急程度：写法不对，请重填");
  const phone = held("invalid", "value", { field: "phone", item: 1 });
  expect(whyWords(phone, [amends, set], deeds)).toBe("内容不合要求：电话：写法不对，请重填");
  expect(whyWords(held("invalid", "too_much"), [set], deeds)).toBe("内容不合要求：这条记录的内容已经太多");
  expect(whyWords(held("invalid", "nested", { args: { levels: "20" } }), [set], deeds)).toBe(
    "内容不合要求：嵌套超过 20 层",
  );
});

it("says where a record stands in the words of its states", () => {
  const stands = held("stale_state", "stands_at", { field: "state", args: { state: "approved" } });
  expect(whyWords(stands, [step], deeds)).toBe("镇里已先一步处理了这条：状态 现在是 已核定");
  expect(whyWords(stands, [step], "visit")).toBe("镇里已先一步处理了这条：状态 现在是 已核定");
});

it("lets a rule that names its field by itself do so", () => {
  for (const [rule, field, words] of [
    ["two_visitors", "visitors", "入户核查须有两名走访人"],
    ["household_signs", "signature.household", "入户核查须有家庭成员签名,或不能签名的原因和见证人"],
    ["visitor_signs", "signature.visitor2", "入户核查须有走访人签名"],
    ["type_missing", "type", "提交前须选走访类型"],
  ] as const) {
    expect(whyWords(held("invalid", rule, { field }), [step], deeds)).toBe("内容不合要求：" + words);
  }
});

it("shows what came where it knows no rule", () => {
  for (const rule of ["of_a_newer_server", "constructor"])
    expect(whyWords(held("invalid", rule, { field: "phone" }), [set], deeds)).toBe(
      "内容不合要求：as the server says it",
    );
  expect(whyWords({ code: "invalid", why: "第 1 项: phone: 值的类型不对" }, [set], deeds)).toBe(
    "内容不合要求：第 1 项: phone: 值的类型不对",
  );
  expect(whyWords({ code: "of_a_newer_server", why: "请联系镇里" }, [set], deeds)).toBe("请联系镇里");
  expect(whyWords({ code: "scope", why: "" }, [set], deeds)).toBe("这个村现在不归您管，要镇里放行。");
});

it("speaks English", async () => {
  await speak("en");
  const stands = held("stale_state", "stands_at", { field: "state", args: { state: "approved" } });
  expect(whyWords(stands, [step], deeds)).toBe("The township has already dealt with this: State is approved now");
  expect(whyWords(held("invalid", "null", { field: "photos" }), [step], deeds)).toBe(
    "Something is not right: Photos: nothing cannot be added",
  );
  expect(whyWords(held("invalid", "two_visitors", { field: "visitors" }), [step], deeds)).toBe(
    "Something is not right: an investigation needs two visitors",
  );
});
