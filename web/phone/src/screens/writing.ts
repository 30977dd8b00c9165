/** What the editors of everything but visits do alike: drafts, held lines, saving, and what they say of it. */
import { computed, markRaw, ref, type ComputedRef, type Ref } from "vue";
import { isObject, type Item, type Json, type JsonObject, type NewItem, type RecordId } from "../../../shared/wire";
import type { Shown } from "../fold";
import type { Intent } from "../village";
import { zh, type Word } from "../words";
import { amend, heldLine, type HeldLine } from "./amending";
import { useDrafting } from "./drafting";
import { useVillage } from "./house";
import { address, back, swap } from "./route";
import { say } from "./say";
import { saveWords } from "./trouble";
import { useForm } from "./update";

export interface WritingDraft {
  v: 1;
  what: Word; // the editor's title
  who: string;
  f: JsonObject;
  was: Json; // what the editor showed when it opened, where it changes a record
}

/** Null: not such a draft, or one of a newer app. */
export function readWriting(v: Json): WritingDraft | null {
  return isObject(v) && v["v"] === 1 && typeof v["what"] === "string" && isObject(v["f"])
    ? (v as unknown as WritingDraft)
    : null;
}

export interface Writing {
  /** The held line that is amended; null where none is. */
  held: HeldLine | null;
  kept: WritingDraft | null;
  /** Why nothing can be saved here, in words; "": it can. */
  shut: Ref<string>;
  busy: Ref<boolean>;
  trouble: Ref<string>;
  /** Where the draft is, in words; "": there is none. */
  draft: ComputedRef<string>;
  /** The fields stand as for somebody who has touched nothing. */
  begin(): void;
  /** Titles of what must be filled in, and of what cannot be so; "" among them is none. `to`: what is shown then. */
  save(faults: { missing: string[]; wrong?: string[] }, to: () => string): Promise<void>;
}

/**
 * `f`: the reactive fields. `amended`: the id of a held line, or "". `items`: what saving makes of the fields as they are;
 * of fields that are not filled in yet, what there is. `about`: the record that is changed or spoken of.
 */
export function useWriting(
  what: Word,
  f: object,
  amended: string,
  how: { who: () => string; items: () => Item[]; about?: () => RecordId; was?: () => Shown | null },
): Writing {
  const village = useVillage();
  useForm();
  const id = address();
  const whole = (): object => ({ v: 1, what, who: how.who(), f, was: how.was?.() ?? null });
  function intent(): Intent {
    const items = how.items();
    const made = items.find((i): i is NewItem => i[0] === "new");
    const area = made?.[3] ?? how.was?.()?.area ?? "";
    return { what: zh[what], who: how.who(), area, about: how.about?.() || null, form: null, items };
  }
  const drafting = useDrafting(village, id, f, whole, intent);
  const kept = readWriting(drafting.kept);
  const held = heldLine(village, amended);
  const shut = ref(amended && !held && !kept ? say("decided_title") : "");
  const busy = ref(false);
  const trouble = ref("");

  async function save(
    { missing, wrong = [] }: { missing: string[]; wrong?: string[] },
    to: () => string,
  ): Promise<void> {
    if (busy.value || shut.value) return;
    const told = (word: "f_missing" | "f_wrong", titles: string[]): string =>
      titles.some(Boolean) ? say(word, { what: titles.filter(Boolean).join("、") }) : "";
    trouble.value = told("f_missing", missing) || told("f_wrong", wrong);
    const list = trouble.value ? [] : how.items();
    if (!trouble.value && !list.length) trouble.value = say("edit_none");
    if (trouble.value) return;
    busy.value = true;
    try {
      const now = heldLine(village, amended); // it may have been decided meanwhile
      await drafting.ending(() => (now ? amend(village, now, list, id) : village.save(list, [], { draft: id })));
      if (amended) back();
      else swap(to());
    } catch (e) {
      trouble.value = saveWords(e);
    } finally {
      busy.value = false;
    }
  }

  const draft = computed(() =>
    !drafting.saved.value ? say("draft_saving") : drafting.there.value ? say("drafts") + " " + say("draft_saved") : "",
  );
  return markRaw({
    held,
    kept,
    shut,
    busy,
    trouble,
    draft,
    save,
    begin: () => drafting.begin(kept ? () => Object.assign(f, kept.f) : undefined),
  });
}
