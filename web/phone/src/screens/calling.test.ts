import { expect, it } from "vitest";
import { callsOf } from "./calling";

it("every number that was written can be called, each once", () => {
  expect(
    callsOf([
      { who: "家", phone: "０５７１－８８００ 转 12" },
      { who: "罗绍良", phone: "13800000000、0571-88001234" },
      { who: "李梅", phone: "138 0000 0000" },
      { who: "王秀兰", phone: "没有" },
      { who: "单雄", phone: "" },
    ]),
  ).toEqual([
    { who: "家", shown: "０５７１－８８００ 转 12", href: "tel:05718800,12" },
    { who: "罗绍良", shown: "13800000000", href: "tel:13800000000" },
    { who: "罗绍良", shown: "057188001234", href: "tel:057188001234" },
  ]);
});
