import type { Shelf, Tries, Wrap } from "./types";

/** A shelf in memory, for tests of the door alone. */
export function memoryShelf(): Shelf & { stored?: Wrap } {
  let t: Tries = { wrong: 0, at: 0 };
  const shelf: Shelf & { stored?: Wrap } = {
    wrap: async () => shelf.stored,
    async putWrap(was, now) {
      if (shelf.stored !== was) return false;
      shelf.stored = now;
      return true;
    },
    tries: async (f) => (t = f(t)),
  };
  return shelf;
}
