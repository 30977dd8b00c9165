/** What stories of phones and the real server begin with. All that was opened is closed after each test. */
import { afterEach, vi } from "vitest";
import { item } from "../../../shared/wire";
import type { Village } from "../village";
import { Backend, dong, phoneOf, type Phone } from "./backend.testing";

/** A story starts the real program, and the machine may have other work: time decides nothing here. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const open: { b: Backend[]; p: Phone[] } = { b: [], p: [] };

export async function begin(): Promise<Backend> {
  const b = new Backend();
  open.b.push(b);
  await b.start();
  return b;
}

export async function phone(...args: Parameters<typeof phoneOf>): Promise<Phone> {
  const p = await phoneOf(...args);
  open.p.push(p);
  return p;
}

afterEach(async () => {
  open.p.splice(0).forEach((p) => p.gate.close());
  for (const b of open.b.splice(0)) await b.end();
});

export const commits = (b: Backend): number => (b.run("verify") as { commits: number }).commits;
/** What the program finds when it reads its whole store; `held` is told only where there is any. */
export function store(b: Backend): { faults: unknown[]; media: number; awaited: number; held?: unknown } {
  const v = b.run("verify") as { faults: unknown[]; media: number; awaited: number; held: object };
  return {
    faults: v.faults,
    media: v.media,
    awaited: v.awaited,
    ...(Object.keys(v.held).length > 0 ? { held: v.held } : {}),
  };
}

export async function newHousehold(v: Village, head: string, area = dong): Promise<string> {
  const id = v.newId();
  await v.save([item.create(id, "household", area, { head, group: "3组", phone: "13800000000" })]);
  return id;
}

export function photo(i: number, size = 3000): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, k) => (k * 31 + i * 7 + (k >> 8)) % 256);
}

/** A visit as forms save it: the record with its photo, and the step as a line of its own, in one step of the disk. */
export async function visit(
  v: Village,
  household: string,
  note: string,
  pic: Uint8Array<ArrayBuffer> | null = null,
  area = dong,
): Promise<string> {
  const id = v.newId();
  const sha256 = pic ? await v.digest(pic) : "";
  const fields = {
    type: "routine",
    household,
    way: "home",
    started: v.now(),
    note,
    ...(pic ? { photos: [sha256] } : {}),
  };
  const made = item.create(id, "visit", area, fields);
  await v.saveSteps(
    [[made], (earlier) => [item.go(id, "state", "draft", "submitted", earlier)]],
    pic ? [{ sha256, type: "image/jpeg", bytes: pic }] : [],
  );
  return id;
}

/** A phone opened otherwise: closed after the test too. */
export function opened(p: Phone): void {
  open.p.push(p);
}

export async function waitFor(is: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (is()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error("it did not come to pass");
}

/** Writes to a phone's disk from outside, as a fault of the disk does. */
export async function onDisk(
  name: string,
  store: string,
  f: (s: IDBObjectStore, keys: IDBValidKey[]) => void,
): Promise<void> {
  const db = await new Promise<IDBDatabase>((done, failed) => {
    const r = indexedDB.open(name);
    r.onsuccess = () => done(r.result);
    r.onerror = () => failed(r.error);
  });
  await new Promise<void>((done, failed) => {
    const tx = db.transaction([store], "readwrite");
    const s = tx.objectStore(store);
    const keys = s.getAllKeys();
    keys.onsuccess = () => f(s, keys.result);
    tx.oncomplete = () => done();
    tx.onabort = () => failed(tx.error);
  });
  db.close();
}
