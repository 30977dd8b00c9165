/**
 * Photos and voice notes of a visit, from the moment they are begun until they lie with its draft. None is lost because
 * somebody goes on faster than the phone works: the making outlives the page, a save waits for it, and the draft is not
 * opened again or dropped before it is over.
 */
import { computed, inject, provide, ref, type ComputedRef, type InjectionKey } from "vue";
import type { NewPhoto } from "../../village";

export interface Making {
  /** Something is in the making. */
  busy: ComputedRef<boolean>;
  list(field: "photos" | "audio"): string[];
  /** Runs what makes media and lays them with the draft one by one. Rejects as it does. */
  run(work: () => Promise<void>): Promise<void>;
  /** `place`: among those there are; the end, where none is given. */
  keep(field: "photos" | "audio", made: NewPhoto, place?: number): Promise<void>;
  /** Back to where it stood. Its bytes lie with the draft until that is saved. */
  put(field: "photos" | "audio", digest: string, place: number): void;
  drop(field: "photos" | "audio", digest: string): void;
  /** Something that goes on until it is stopped, as a recording does. Returns how to say that it was. */
  goesOn(stop: () => void): () => void;
  /** Stops what goes on and waits until all is with the draft. */
  finish(): Promise<void>;
}

const drafts = new Map<string, Promise<unknown>>();

/** Resolves when nothing is in the making for a draft. */
export async function made(draft: string): Promise<void> {
  for (let was: unknown = null; drafts.get(draft) !== was; ) await (was = drafts.get(draft));
  drafts.delete(draft);
}

/** `keep`: stores one and lays it with the answers. */
export function useMaking(draft: string, how: Pick<Making, "list" | "keep" | "put" | "drop">): Making {
  const open = ref(0);
  const stops = new Set<() => void>();

  function run(work: () => Promise<void>): Promise<void> {
    open.value++;
    const done = work().finally(() => open.value--);
    const quiet = done.catch(() => undefined); // whoever began it tells
    drafts.set(draft, Promise.all([drafts.get(draft), quiet]));
    return done;
  }
  return {
    ...how,
    run,
    busy: computed(() => open.value > 0),
    goesOn(stop) {
      stops.add(stop);
      return () => stops.delete(stop);
    },
    finish() {
      stops.forEach((stop) => stop());
      return made(draft);
    },
  };
}

const key: InjectionKey<Making> = Symbol("making");

export function giveMaking(m: Making): void {
  provide(key, m);
}

export function takeMaking(): Making {
  const m = inject(key);
  if (!m) throw new Error("no making was given");
  return m;
}
