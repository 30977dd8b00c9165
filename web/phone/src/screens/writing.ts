/** What the editors of everything but visits do alike: drafts, held lines, saving, and what they say of it. */
import { computed, markRaw, ref, type ComputedRef, type Ref } from "vue";
import { isObject, type Item, type Json, type JsonObject, type NewItem, type RecordId } from "../../../shared/wire";
import type { Shown } from "../fold";
import type { Intent } from "../village";
import { zh, type Word } from "../words";
import { amend, heldLine, type HeldLine } from "./amending";
import { useDrafting } from "./drafting";
import { jump, type Missing } from "./gaps";
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
  /** What keeps it from being saved. */
  gaps: ComputedRef<Missing[]>;
  /** A save was tried: what is missing is said. */
  told: Ref<boolean>;
  /** Leads to the first gap instead, where there is one. `to`: what is shown when it is saved. `stops`: words against it. */
  save(to: () => string, stops?: () => Promise<string>): Promise<void>;
}

/**
 * `f`: the reactive fields. `amended`: the id of a held line, or "". `items`: what saving makes of the fields as they are;
 * of fields that are not filled in yet, what there is. `gaps`: what keeps them from being saved; null among them is none.
 * `about`: the record that is changed or spoken of.
 */
export function useWriting(
  what: Word,
  f: object,
  amended: string,
  how: {
    who: () => string;
    items: () => Item[];
    gaps: () => (Missing | null)[];
    about?: () => RecordId;
    was?: () => Shown | null;
  },
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

  const told = ref(false);
  const gaps = computed(() => how.gaps().filter((g) => g !== null));

  async function save(to: () => string, stops = async (): Promise<string> => ""): Promise<void> {
    if (busy.value || shut.value) return;
    told.value = true;
    trouble.value = "";
    const [first] = gaps.value;
    if (first) return jump(first.field);
    busy.value = true;
    try {
      trouble.value = await stops();
      const list = trouble.value ? [] : how.items();
      if (!trouble.value && !list.length) trouble.value = say("edit_none");
      if (trouble.value) return;
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
    gaps,
    told,
    draft,
    save,
    begin: () => drafting.begin(kept ? () => Object.assign(f, kept.f) : undefined),
  });
}
