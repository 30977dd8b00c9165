import { expect, it } from "vitest";
import { inOrder } from "./kin";
import { metres } from "./near";

const person = (relation: string, birth = ""): { relation: string; birth: string } => ({ relation, birth });
const order = (...all: ReturnType<typeof person>[]): string[] => inOrder(all).map((p) => p.relation);

it("a household is told head first, then the spouse, children, parents and others, the elder first", () => {
  expect(order(person("孙女"), person("母亲"), person("长子"), person("妻子"), person("户主"))).toEqual([
    "户主",
    "妻子",
    "长子",
    "母亲",
    "孙女",
  ]);
  expect(order(person("女儿", "2010"), person("儿子", "2004-03"), person("子女"), person("本人"))).toEqual([
    "本人",
    "儿子",
    "女儿",
    "子女",
  ]);
  for (const [near, far] of [
    ["丈夫", "儿媳"],
    ["女婿", "岳父"],
    ["公公", "侄子"],
    ["养女", "外孙"],
    ["继父", "弟弟"],
    ["户主", "配偶"],
    ["父亲", "孙子女"],
    ["老伴", "次女"],
    ["儿子", ""],
  ] as const)
    expect(order(person(far), person(near)), near + " before " + far).toEqual([near, far]);
});

it("how far it is, as the crow flies", () => {
  const at = { lat: 32.05, lon: 118.78 };
  expect(metres(at, at)).toBe(0);
  expect(metres(at, { lat: 32.06, lon: 118.78 })).toBeCloseTo(1112, -1);
  expect(metres(at, { lat: 32.05, lon: 118.79 })).toBeCloseTo(942, -1);
  expect(metres({ lat: 0, lon: 179.999 }, { lat: 0, lon: -179.999 })).toBeLessThan(250);
});
