/**
 * One tab writes a draft at a time. Who does holds a Web Lock of that draft's name, which the browser frees when the tab
 * ends, however it ends; a second tab waits for it, and takes over when it is told to. It asks first, so that what was
 * typed there is stored before; a tab that does not answer is not waited for. Asking goes over a BroadcastChannel: a hint,
 * on which nothing rests, as the store refuses a write over what its writer has not read (keep, `overtaken`).
 */
import { computed, onBeforeUnmount, onUnmounted, ref, type Ref } from "vue";
import type { Village } from "../village";
import { forget } from "./drafting";
import type { Own } from "./own";

/** asking: not known yet. elsewhere: another tab has it. lost: another tab took it from this one. */
export type Where = "asking" | "elsewhere" | "mine" | "lost";

export interface Owning extends Own {
  where: Readonly<Ref<Where>>;
  /** Counts how often it was taken: an editor opens anew on what lies there then. */
  turn: Readonly<Ref<number>>;
  /** The user wants it here. */
  take(): void;
}

const PATIENCE = 2_000; // ms for the other tab to store what was typed

/** Drafts that this tab is about to let go of: the next editor of the same waits for that, not for itself. */
const leaving = new Map<string, Promise<unknown>>();

export async function letGo(id: string): Promise<void> {
  await leaving.get(id);
}

/** Whether no tab writes the draft; `act` runs while none can. */
export async function whileFree(id: string, act: () => Promise<void>): Promise<boolean> {
  const { locks } = navigator as Partial<Navigator>;
  await letGo(id);
  if (!locks) return act().then(() => true);
  return locks.request(lockOf(id), { ifAvailable: true }, (lock) => (lock ? act().then(() => true) : false));
}

const lockOf = (id: string): string => "zoufang-draft " + id;

export function useOwning(village: Village, id: string): Owning {
  const where = ref<Where>("asking");
  const turn = ref(0);
  const { locks } = navigator as Partial<Navigator>;
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("zoufang-drafts") : null;
  let settling = new Set<() => Promise<unknown>>();
  let free: () => void = () => undefined;
  let queue: AbortController | null = null;
  let gone = false;
  let patience = 0;

  const settled = (): Promise<unknown> =>
    Promise.all(Array.from(settling, (s) => Promise.resolve(s()).catch(() => undefined)));

  async function begin(): Promise<void> {
    forget(id);
    await village.takeDraft(id, where.value !== "asking");
    if (gone) return;
    window.clearTimeout(patience);
    settling = new Set();
    turn.value++;
    where.value = "mine";
  }

  /** Runs while the lock is held. */
  async function hold(): Promise<void> {
    queue = null;
    if (gone) return;
    const over = new Promise<void>((done) => (free = done));
    await begin();
    await over;
  }

  function lose(): void {
    if (where.value === "mine") where.value = "lost";
    free();
  }

  /** `steal` takes it from a tab that does not answer. */
  function wait(steal = false): void {
    if (!locks) return void begin();
    queue?.abort();
    const mine = (queue = new AbortController());
    locks.request(lockOf(id), steal ? { steal } : { signal: mine.signal }, hold).catch(() => {
      if (!mine.signal.aborted && !gone) lose(); // it was stolen
    });
  }

  function take(): void {
    channel?.postMessage(id);
    if (queue === null) wait();
    window.clearTimeout(patience);
    patience = window.setTimeout(() => !gone && where.value !== "mine" && wait(true), PATIENCE);
  }

  channel?.addEventListener("message", async (e) => {
    if (e.data !== id || where.value !== "mine") return;
    await settled();
    lose();
  });

  void letGo(id).then(async () => {
    if (gone) return;
    if (!locks) return begin();
    let busy = false;
    await locks
      .request(lockOf(id), { ifAvailable: true }, (lock) => (lock ? hold() : void (busy = true)))
      .catch(() => !gone && lose());
    if (!busy || gone) return;
    where.value = "elsewhere";
    wait();
  });

  let last: Promise<unknown> = Promise.resolve();
  onBeforeUnmount(() => {
    gone = true;
    queue?.abort();
    channel?.close();
    last = settled(); // before the editor's own parts are gone
  });
  onUnmounted(() => {
    const done = Promise.all([last, settled()]).then(() => {
      free();
      if (leaving.get(id) === done) leaving.delete(id);
    });
    leaving.set(id, done);
  });

  return {
    where,
    turn,
    take,
    lose,
    lost: computed(() => where.value === "lost"),
    before(settle) {
      settling.add(settle);
    },
  };
}
