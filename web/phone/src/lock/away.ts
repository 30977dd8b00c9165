import type { Clocks } from "./types";

/** What the watch needs of a document. */
export interface Page {
  readonly visibilityState: string;
  addEventListener(type: "visibilitychange", f: () => void): void;
  removeEventListener(type: "visibilitychange", f: () => void): void;
}

/**
 * Calls `lock` once the page has been in the background for `ms`: by a timer while the browser lets one run, else at the
 * moment it comes back. The longer of the two clocks counts, and a date set back counts as away. Returns how to stop.
 */
export function lockWhenAway(page: Page, clocks: Clocks, ms: number, lock: () => void): () => void {
  let since: { date: number; steady: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    page.removeEventListener("visibilitychange", look);
  };
  const fire = () => {
    stop();
    lock();
  };
  const look = () => {
    if (page.visibilityState === "hidden") {
      since ??= { date: clocks.date(), steady: clocks.steady() };
      clearTimeout(timer);
      timer = setTimeout(fire, ms);
      return;
    }
    clearTimeout(timer);
    if (!since) return;
    const byDate = clocks.date() - since.date;
    const bySteady = clocks.steady() - since.steady;
    since = undefined;
    if (byDate < 0 || Math.max(byDate, bySteady) >= ms) fire();
  };
  page.addEventListener("visibilitychange", look);
  look();
  return stop;
}
