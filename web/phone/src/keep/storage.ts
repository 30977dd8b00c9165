import type { StorageUse } from "./types";

/** How much is in use, and whether the browser promised to keep it; `ask` asks it to. Absent in some browsers. */
export async function storageUse(ask: boolean): Promise<StorageUse> {
  const storage: StorageManager | undefined = typeof navigator === "undefined" ? undefined : navigator.storage;
  if (!storage) return { usage: null, persisted: false };
  const persisted =
    ask && storage.persist ? await storage.persist() : storage.persisted ? await storage.persisted() : false;
  const usage = storage.estimate ? ((await storage.estimate()).usage ?? null) : null;
  return { usage, persisted };
}
