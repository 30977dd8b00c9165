/** How an editor of a visit goes on: over what is missing, to the signatures, to the server; or out, with a draft kept. */
import { computed, onBeforeUnmount, ref, type ComputedRef, type Ref } from "vue";
import { jump, type Missing } from "../gaps";
import { swap } from "../route";
import { saveWords } from "../trouble";
import type { Editing } from "./editing";

export interface Going {
  trouble: Ref<string>;
  busy: Ref<boolean>;
  showGaps: Ref<boolean>;
  /** Signing was asked for before all was filled in. */
  early: ComputedRef<boolean>;
  step: ComputedRef<"next" | "sign" | "submit">;
  /** The field that is being signed, or "", and its text as it stood when the page opened: what is signed is what was read. */
  signing: Ref<string>;
  signText: Ref<string>;
  forward(): Promise<void>;
  sign(field: string): void;
  keep(): Promise<void>;
}

const needsSign = (g: Missing): boolean => g.code === "signature" || g.code === "witness" || g.code === "stale";

export function useGoing(e: Editing): Going {
  const [trouble, signing, signText] = [ref(""), ref(""), ref("")];
  const [busy, showGaps, first] = [ref(false), ref(false), ref(false)];
  const plainGaps = computed(() => e.gaps.value.filter((g) => !needsSign(g)));
  const signGaps = computed(() => e.gaps.value.filter(needsSign));
  /** Of a signature that no longer fits it is for a person to say: sign again, or take it off. */
  const toSign = computed(() => signGaps.value.find((g) => g.code !== "stale"));
  let left = false;
  onBeforeUnmount(() => (left = true));

  async function work(act: () => Promise<void>): Promise<void> {
    trouble.value = "";
    busy.value = true;
    try {
      await e.making.finish();
      await act();
    } catch (err) {
      trouble.value = saveWords(err);
    } finally {
      busy.value = false;
    }
  }

  async function submit(): Promise<void> {
    if (e.gaps.value.length > 0) return void (showGaps.value = true); // of what was still in the making, or typed meanwhile
    const rid = await e.submit();
    if (!left) swap(e.d.household ? "/household/" + e.d.household : "/visit/" + rid);
  }

  function sign(field: string): void {
    const gap = plainGaps.value[0];
    if (gap) {
      showGaps.value = first.value = true;
      return void jump(gap.field);
    }
    trouble.value = "";
    signText.value = e.text();
    signing.value = field;
  }

  return {
    trouble,
    busy,
    showGaps,
    early: computed(() => first.value && plainGaps.value.length > 0),
    step: computed(() =>
      e.gaps.value.length === 0 ? "submit" : plainGaps.value.length === 0 && toSign.value ? "sign" : "next",
    ),
    signing,
    signText,
    sign,
    async forward() {
      trouble.value = "";
      first.value = false;
      const gap = plainGaps.value[0];
      if (!gap && toSign.value) return sign(toSign.value.field);
      const next = gap ?? signGaps.value[0];
      if (next) {
        showGaps.value = true;
        return jump(next.field);
      }
      if (!busy.value) await work(submit);
    },
    keep: () =>
      work(async () => {
        await e.flush();
        if (!left) swap("/today");
      }),
  };
}
