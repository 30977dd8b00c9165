import { KeepError } from "./errors";
import { STEPS } from "./steps";

export const NAME = "zoufang";

export interface Door {
  name: string;
  factory: IDBFactory;
  /** The connection is gone: a newer version or a deletion in another tab asked for it, or the browser closed it. */
  onClosed: () => void;
}

/** Opens the database and brings its shape up to date. The connection closes itself when another tab needs it to. */
export function openDatabase(door: Door): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = door.factory.open(door.name, STEPS.length);
    let waiting = true;
    request.onupgradeneeded = (e) => {
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
      resolve();
    };
  });
}
