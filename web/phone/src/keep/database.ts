import { KeepError } from "./errors";
import { secondName } from "./copies";
import { STEPS } from "./steps";

export const NAME = "zoufang";

export interface Door {
  name: string;
  factory: IDBFactory;
  /** The browser threw away what was there and says so; called before the promise resolves. */
  onLost?: () => void;
  /** The connection is gone: a newer version or a deletion in another tab asked for it, or the browser closed it. */
  onClosed: () => void;
}

/** Opens the database and brings its shape up to date. The connection closes itself when another tab needs it to. */
export function openDatabase(door: Door): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = door.factory.open(door.name, STEPS.length);
    let waiting = true;
    request.onupgradeneeded = (e) => {
      if ((e as { dataLoss?: string }).dataLoss === "total") door.onLost?.();
      for (const step of STEPS.slice(e.oldVersion)) step(request.result);
    };
    request.onblocked = () => {
      waiting = false;
      reject(new KeepError("blocked"));
    };
    request.onerror = () => reject(new KeepError("failed", request.error));
    request.onsuccess = () => {
      const db = request.result;
      if (!waiting) return db.close();
      db.onversionchange = () => {
        db.close();
        door.onClosed();
      };
      db.onclose = door.onClosed;
      resolve(db);
    };
  });
}

const TRIES = 3;

/**
 * As openDatabase. Where the browser cannot open its files at all, and no try nor deleting helps (a lost MANIFEST), they
 * stay as they are and the database is opened in a bucket of its own, beside them: empty at first, for the second home and
 * the server to fill. Found there again by each later opening, as long as the first place stays shut.
 */
export async function openSomewhere(door: Door): Promise<IDBDatabase> {
  for (let left = TRIES; ; left--) {
    try {
      return await openDatabase(door);
    } catch (e) {
      const broken = e instanceof KeepError && e.code === "failed" && nameOf(e.reason) === "UnknownError";
      if (!broken) throw e;
      if (left > 1) continue;
      const factory = await bucket().catch(() => null);
      if (!factory) throw new KeepError("broken", e.reason);
      door.onLost?.();
      return openDatabase({ ...door, factory });
    }
  }
}

/** Chrome 122 and later; null elsewhere. */
async function bucket(): Promise<IDBFactory | null> {
  const { storageBuckets } = navigator as {
    storageBuckets?: { open(name: string): Promise<{ indexedDB: IDBFactory }> };
  };
  return storageBuckets ? (await storageBuckets.open("zoufang")).indexedDB : null;
}

const nameOf = (e: unknown): string => (e instanceof Error || e instanceof DOMException ? e.name : "");

/** Deletes everything. Open connections close themselves first; one that does not makes this fail instead of hang. */
export function deleteKeep(name: string = NAME, factory: IDBFactory = indexedDB): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = factory.deleteDatabase(name);
    const patience = setTimeout(() => reject(new KeepError("blocked")), 5000);
    request.onerror = () => {
      clearTimeout(patience);
      reject(new KeepError("failed", request.error));
    };
    request.onsuccess = () => {
      clearTimeout(patience);
      if (typeof caches === "undefined") resolve();
      else caches.delete(secondName(name)).then(() => resolve(), reject);
    };
  });
}
