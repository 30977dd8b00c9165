/** Fetches what is in second.ts, which the worker keeps like the rest of the app. */
import { shallowReactive } from "vue";

type Pages = typeof import("./second");
export type Second = Exclude<keyof Pages, "whyWords" | "Alone" | "Unsent" | "News">;

export const second = shallowReactive<{ pages: Pages | null; failed: boolean }>({ pages: null, failed: false });

export async function fetchSecond(): Promise<void> {
  if (second.pages) return;
  second.failed = false;
  try {
    second.pages = await import("./second");
  } catch {
    second.failed = true; // no net, and nothing kept yet: asked for again when one of them is opened
  }
}
