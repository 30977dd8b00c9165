/** Where a change of the roster is proposed, with what is known of it. The address names records and places in lists, no words about people. */
import type { Village } from "../../village";
import type { RecordId } from "../../../../shared/wire";
import { choices } from "../kinds";

export interface Asked {
  change?: string; // as the record says it
  person?: RecordId;
  category?: string;
  visit?: RecordId;
}

/** The changes there are, as the record says them and in the language of the screen. */
export const changes = (): { value: string; title: string }[] => choices("request", "change");

export function changeAt(village: Village, household: RecordId, asked: Asked): string {
  const q = {
    kind: place(
      changes()
        .map((c) => c.value)
        .indexOf(asked.change ?? ""),
    ),
    person: asked.person ?? "",
    category: place(village.categories().findIndex((c) => c.code === asked.category)),
    visit: asked.visit ?? "",
  };
  const given = Object.entries(q).filter(([, v]) => v !== "");
  return "/household/" + household + "/change" + (given.length ? "?" + new URLSearchParams(given).toString() : "");
}

const place = (at: number): string => (at < 0 ? "" : String(at));

/** What such an address asks for; of what is not there any more, nothing. */
export function askedAt(village: Village, q: { kind: string; category: string }): { change: string; category: string } {
  return {
    change: (q.kind && changes()[Number(q.kind)]?.value) || "",
    category: (q.category && village.categories()[Number(q.category)]?.code) || "",
  };
}

/** Answers that a change of the roster follows from, and which. The values are the words of the forms. */
export const leads: { readonly [answer: string]: string } = { 死亡: "死亡", 去世: "死亡", 迁出: "搬迁", 搬走: "搬迁" };
