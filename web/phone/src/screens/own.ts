/** Which tab writes a draft, as editors see it. How that is settled stands in owning.ts, with the pages that come later. */
import { inject, type InjectionKey, type Ref } from "vue";

export interface Own {
  /** Another tab has taken the draft over: nothing is written here any more. */
  lost: Readonly<Ref<boolean>>;
  /** What is to be done before another tab may have the draft, also after the editor was left. */
  before(settle: () => Promise<unknown>): void;
  /** Another tab has written although nobody asked: what this one has is not the draft any more. */
  lose(): void;
}

export const ownKey: InjectionKey<Own> = Symbol("own");

/** Null where no draft is written. */
export const useOwn = (): Own | null => inject(ownKey, null);
