/** Gives screens the shell: whether a newer build is there, and a way to say that a form is open. */
import { inject, onBeforeUnmount, onMounted, type InjectionKey } from "vue";
import type { Shell } from "../sw";

export const shellKey: InjectionKey<Shell> = Symbol("shell");

/** Null where nobody gave one, as in a page of test. */
export function useShell(): Shell | null {
  return inject(shellKey, null);
}

/** Called by each screen that is a form: no update takes over while it is shown, in any tab. */
export function useForm(): void {
  const shell = useShell();
  let close = (): void => undefined;
  onMounted(() => (close = shell?.formOpen() ?? close));
  onBeforeUnmount(() => close());
}
