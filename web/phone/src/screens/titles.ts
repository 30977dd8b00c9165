/** What the office's own lists are called in the language of the screen: categories of people, and whom to call. */
import { computed, type ComputedRef } from "vue";
import type { Village } from "../village";
import { isObject, type Json } from "../../../shared/wire";
import { language, named } from "./say";

const known = new WeakMap<Village, ComputedRef<Map<string, string>>>();

/** A name as records have it, said in the language of the screen where the office or the app knows it in that. */
export function called(village: Village, name: string): string {
  if (language.value !== "en") return name;
  let english = known.get(village);
  if (!english) known.set(village, (english = computed(() => englishOf(village))));
  return english.value.get(name) ?? named(name);
}

function englishOf(village: Village): Map<string, string> {
  const out = new Map<string, string>();
  const take = (list: Json | undefined, name: string): void => {
    for (const e of Array.isArray(list) ? list : []) {
      if (isObject(e) && typeof e[name] === "string" && typeof e["en"] === "string" && e["en"])
        out.set(e[name], e["en"]);
    }
  };
  for (const r of village.rules("report")) take(r.body["calls"], "title");
  for (const r of village.rules("categories")) take(r.body["list"], "code");
  return out;
}
