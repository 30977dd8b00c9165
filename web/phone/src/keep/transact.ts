import { KeepError } from "./errors";
import type { Store } from "./steps";

/** strict reaches the disk before it is done; relaxed survives a killed app, but not a loss of power. */
export type Mode = "readonly" | "strict" | "relaxed";

type Work<T> = (tx: IDBTransaction) => Promise<T> | T;

/**
 * Runs `work` in one transaction and resolves when it is complete, not before. Work may wait for requests of its own
 * transaction by `got`, and for nothing else. When it throws, all of it is undone.
 */
export function transact<T>(db: IDBDatabase, stores: Store[], mode: Mode, work: Work<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let tx: IDBTransaction;
    try {
      tx = mode === "readonly" ? db.transaction(stores) : db.transaction(stores, "readwrite", { durability: mode });
    } catch (e) {
      return reject(new KeepError("closed", e));
    }
    let value: T;
    let failure: unknown;
    tx.oncomplete = () => resolve(value);
    tx.onabort = () =>
      reject(failure instanceof KeepError ? failure : (tx.error ?? failure ?? new KeepError("failed")));
    const fail = (e: unknown) => {
      failure = e;
      try {
        tx.abort();
      } catch {
        // Already aborted by the failing request itself: onabort tells.
      }
    };
    try {
      Promise.resolve(work(tx)).then((v) => {
        value = v;
      }, fail);
    } catch (e) {
      fail(e);
    }
  });
}

/** The result of a request within its transaction. */
export function got<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** All keys that begin with these parts; strings and numbers sort before any array. */
export function under(...parts: (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(parts, [...parts, []], false, true);
}
