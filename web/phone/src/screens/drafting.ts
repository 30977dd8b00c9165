/**
 * Drafts: what is typed is kept soon after every change, and at once when the page goes away, so that a killed tab costs
 * nothing. A draft of an editor that has an address of its own goes by that address.
 */
import { onBeforeUnmount, ref, watch, type Ref } from "vue";
import type { Village, Intent } from "../village";
import type { Json } from "../../../shared/wire";
import { useOwn } from "./own";

const PAUSE = 250; // ms without typing
const AGAIN = 5_000; // ms, where the disk was full: there may be room by then

export interface Drafting {
  /** What is kept here; null: nothing. */
  readonly kept: Json;
  /** All that was typed is on the disk, in a draft or as what it became. */
  saved: Ref<boolean>;
  /** There is a draft. */
  there: Ref<boolean>;
  /** The state is now as for somebody who has touched nothing; `lay` lays over it what was kept. Changes are kept from here on. */
  begin(lay?: () => void): void;
  flush(): Promise<void>;
  /** Runs the save that the draft becomes. None is written beside or after it, unless it fails. */
  ending<T>(save: () => Promise<T>): Promise<T>;
}

/** What this tab wrote last: the village's own list follows a moment later. */
const latest = new Map<string, Json>();

function note(id: string, value: Json): void {
  latest.set(id, value);
  window.setTimeout(() => latest.get(id) === value && latest.delete(id), 3000);
}

/** Keeps a draft that an editor is to go on with at once. */
export async function lay(village: Village, id: string, value: object, intent: () => Intent | null): Promise<void> {
  const kept = plain<Json>(value);
  await village.saveDraft(id, kept, intentOf(intent));
  note(id, kept);
}

/** As it is kept: without Vue's proxies, and as it is now. */
const plain = <T>(value: object): T => JSON.parse(JSON.stringify(value)) as T;

/** Whatever stands in the way of telling what a draft would become, the draft is kept. */
function intentOf(intent: () => Intent | null): Intent | undefined {
  try {
    const told = intent();
    return told ? plain<Intent>(told) : undefined;
  } catch {
    return undefined; // a rescue file then has the draft as it is
  }
}

/** Discards a draft: whatever is begun next, even at once, does not find it. */
export async function discard(village: Village, id: string): Promise<void> {
  await village.dropDraft(id);
  note(id, null);
}

/** Another tab may have written it: what is on the disk counts. */
export const forget = (id: string): void => void latest.delete(id);

/** The name of a draft beside another: an address stays one of the same editor. */
const asideOf = (village: Village, id: string): string =>
  id.startsWith("/") ? id + (id.includes("?") ? "&" : "?") + "aside=" + village.newId() : village.newId();

/** All drafts, newest first. */
export function draftsNow(village: Village): { id: string; value: Json }[] {
  const fresh = Array.from(latest, ([id, value]) => ({ id, value })).reverse();
  return [...fresh.filter((d) => d.value !== null), ...village.drafts.value.filter((d) => !latest.has(d.id))];
}

const overtaken = (e: unknown): boolean => (e as { code?: unknown } | null)?.code === "overtaken";

/** `state`: reactive, what the user changes. `whole`: what is kept of it. `intent`: what it would become, null: unknown. */
export function useDrafting(
  village: Village,
  id: string,
  state: object,
  whole: () => object,
  intent: () => Intent | null,
): Drafting {
  const find = (): Json => draftsNow(village).find((d) => d.id === id)?.value ?? null;
  const saved = ref(true);
  const there = ref(find() !== null);
  let on = false;
  let untouched = "";
  let last = "";
  let timer = 0;
  let writing: Promise<void> = Promise.resolve();
  let ended: Promise<unknown> = Promise.resolve();
  const own = useOwn();

  /** Another tab has the draft now. What was typed here and is not stored is no part of it, and becomes one of its own. */
  async function aside(): Promise<void> {
    on = false;
    forget(id);
    window.clearTimeout(timer);
    if (saved.value) return;
    const [other, value, told] = [asideOf(village, id), plain<Json>(whole()), intentOf(intent)];
    await village.saveDraft(other, value, told);
    await village.holdMedia(other, JSON.stringify(value).match(/\b[0-9a-f]{64}\b/g) ?? []);
    saved.value = true;
  }
  if (own) {
    own.before(() => Promise.all([flush(), ended]));
    watch(own.lost, (lost) => lost && void aside().catch(() => undefined), { flush: "sync" });
  }

  function flush(): Promise<void> {
    window.clearTimeout(timer);
    if (saved.value || !on) return writing;
    saved.value = true;
    last = JSON.stringify(state);
    if (last === untouched && !there.value) return writing;
    there.value = last !== untouched;
    const value = there.value ? plain<Json>(whole()) : null;
    const told = value === null ? undefined : intentOf(intent);
    note(id, value);
    const write = (): Promise<void> => (value === null ? village.dropDraft(id) : village.saveDraft(id, value, told));
    return (writing = writing
      .catch(() => undefined)
      .then(write)
      .catch((e: unknown) => {
        saved.value = false;
        last = "";
        if (overtaken(e)) own?.lose();
        if (on && (e as { code?: unknown } | null)?.code === "full") timer = window.setTimeout(quietly, AGAIN);
        throw e;
      }));
  }
  const quietly = (): void => void flush().catch(() => undefined); // `saved` tells

  watch(
    () => state,
    () => {
      if (!on || JSON.stringify(state) === last) return;
      saved.value = false;
      window.clearTimeout(timer);
      timer = window.setTimeout(quietly, PAUSE);
    },
    { deep: true },
  );
  document.addEventListener("visibilitychange", quietly);
  window.addEventListener("pagehide", quietly);
  onBeforeUnmount(() => {
    quietly();
    document.removeEventListener("visibilitychange", quietly);
    window.removeEventListener("pagehide", quietly);
  });

  return {
    get kept() {
      return find();
    },
    saved,
    there,
    flush,
    begin(lay) {
      there.value = find() !== null;
      untouched = JSON.stringify(state);
      lay?.();
      last = JSON.stringify(state);
      on = true;
    },
    ending(save) {
      window.clearTimeout(timer);
      on = false;
      const end = async (): ReturnType<typeof save> => {
        await writing.catch(() => undefined); // what becomes a line needs no draft
        try {
          const got = await save();
          note(id, null);
          saved.value = true;
          return got;
        } catch (e) {
          on = true;
          saved.value = false;
          quietly();
          throw e;
        }
      };
      const done = end();
      ended = done.catch(() => undefined);
      return done;
    },
  };
}
