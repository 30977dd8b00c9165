/** One tab syncs at a time. */
import type { Keep } from "../keep";

/** Runs the job while nobody else runs one; false: somebody does. `lost` tells that the lease ran out under it. */
export type Lease = (job: (lost: () => boolean) => Promise<void>) => Promise<boolean>;

const name = "zoufang-sync";
const life = 60_000;

/** Web Locks where the browser has them: freed when a tab dies. */
export function webLock(locks: LockManager): Lease {
  return (job) =>
    locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) {
        return false;
      }
      await job(() => false);
      return true;
    });
}

/**
 * A note in the store, renewed while the job runs. Two tabs may overlap when one was frozen for a minute: then replies
 * are told apart by their turn, and the late one is dropped. So this saves bytes; nothing rests on it.
 */
export function noteLease(keep: Keep, now: () => number, me: string): Lease {
  const take = async (): Promise<boolean> => {
    const held = await keep.updateNamed("lease", (old) => {
      const is = old as { by: string; until: number } | undefined;
      const free = !is || is.by === me || is.until < now() || is.until > now() + life;
      return free ? { by: me, until: now() + life } : is;
    });
    return (held as { by: string }).by === me;
  };
  return async (job) => {
    if (!(await take())) {
      return false;
    }
    let mine = true;
    const renewing = setInterval(
      () =>
        void take().then(
          (is) => (mine = is),
          () => (mine = false),
        ),
      life / 3,
    );
    try {
      await job(() => !mine);
    } finally {
      clearInterval(renewing);
      await keep
        .updateNamed("lease", (old) => ((old as { by?: string } | undefined)?.by === me ? undefined : old))
        .catch(() => undefined);
    }
    return true;
  };
}
