import { afterEach, expect, it } from "vitest";
import { computed } from "vue";
import { readForm, type Form } from "../../forms";
import type { Village } from "../../village";
import { speak } from "../say";
import { blankDraft } from "./draft";
import { useSigning } from "./signing";

afterEach(() => speak("zh"));

/** A signature is bound to the text byte for byte, so the table's words must never change it. */
it("what is signed is Chinese and the same in every language", async () => {
  const village = {
    householdLine: () => ({ head: "王秀兰", address: "东村 12 号" }),
    areaName: () => "东村",
    day: () => "2026-11-02",
  } as unknown as Village;
  const form = readForm({
    name: "routine",
    type: "routine",
    version: 1,
    sections: [{ title: "近况", questions: [{ id: "eat", kind: "yesno", title: "吃得好吗", en: "Eats well" }] }],
  }) as Form;
  const texts = ["routine", "care", "investigation", "gift", "errand", "followup", "disaster", "of a newer app"].map(
    (type) => {
      const d = { ...blankDraft("r", 0), type, answers: { "answers.eat": true } };
      return useSigning(
        village,
        d,
        computed(() => form),
        computed(() => ({ today: "2026-11-02", visited: [] })),
      ).text;
    },
  );
  const rest = "\n东村，王秀兰 户，东村 12 号\n2026年11月2日\n【近况】\n吃得好吗：是";
  const titles = ["走访", "探访", "入户核查", "慰问", "代办上门", "回访", "灾情核查", "of a newer app"];
  for (const language of ["zh", "en"] as const) {
    await speak(language);
    expect(texts.map((text) => text())).toEqual(titles.map((t) => t + rest));
  }
});
