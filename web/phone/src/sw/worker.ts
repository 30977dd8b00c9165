/** The service worker. Its build is written in when the app is built; see policy.ts for the rules. */
import {
  activeMark,
  answerTo,
  cacheName,
  formLock,
  isShellCache,
  root,
  toDelete,
  type Build,
  type KeptBuild,
  type ShellFile,
  type TakeOver,
  type TakeOverAnswer,
  type Wake,
} from "./policy";

// The few things of a worker's world that are used; the compiler knows the page's world alone.
interface Extendable extends Event {
  waitUntil(p: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(r: Promise<Response>): void;
}
interface Syncing extends Extendable {
  readonly tag: string;
}
interface Noticed extends Extendable {
  readonly notification: { close(): void };
}
interface Worker {
  addEventListener(type: "install" | "activate", f: (e: Extendable) => void): void;
  addEventListener(type: "fetch", f: (e: Fetching) => void): void;
  addEventListener(type: "notificationclick", f: (e: Noticed) => void): void;
  addEventListener(type: "sync", f: (e: Syncing) => void): void;
  addEventListener(type: "message", f: (e: Extendable & MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(o: { type: "window" }): Promise<{ postMessage(m: Wake): void; focus(): Promise<unknown> }[]>;
    openWindow(address: string): Promise<unknown>;
  };
}

declare const BUILD: Build;
const worker = self as unknown as Worker;
const build = BUILD; // written in once
const own = cacheName(build.id);
const address = (f: ShellFile): string => root + f.path;

worker.addEventListener("install", (e) => e.waitUntil(keepAll(build.files.filter((f) => !f.later))));
worker.addEventListener("activate", (e) => e.waitUntil(takeUp()));
worker.addEventListener("fetch", (e) => {
  const how = answerTo(e.request, location.origin, build);
  if (how !== "network") {
    e.respondWith(answer(how, e.request));
  }
});
worker.addEventListener("message", (e) => {
  if ((e.data as TakeOver | null)?.do === "take-over") {
    e.waitUntil(takeOver(e.ports[0]));
  }
});
worker.addEventListener("notificationclick", (e) => {
  e.notification.close();
  e.waitUntil(
    worker.clients.matchAll({ type: "window" }).then((all) => all[0]?.focus() ?? worker.clients.openWindow(root)),
  );
});
// Keys are with an open page alone: the worker can only wake it.
worker.addEventListener("sync", (e) => {
  if (e.tag === "zoufang") {
    e.waitUntil(
      worker.clients.matchAll({ type: "window" }).then((all) => all.forEach((c) => c.postMessage({ do: "wake" }))),
    );
  }
});

/** Keeps the files that are not there yet, a few at a time. Fails if one cannot be had as it was built. */
async function keepAll(files: ShellFile[]): Promise<void> {
  const cache = await caches.open(own);
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let f = left.shift(); f; f = left.shift()) {
      if (!(await cache.match(address(f)))) {
        await cache.put(address(f), (await fromKept(f)) ?? (await download(f)));
      }
    }
  };
  await Promise.all([work(), work(), work()]);
}

/** The same file in another build's cache: it need not be fetched again. */
async function fromKept(f: ShellFile): Promise<Response | null> {
  for (const name of (await caches.keys()).filter(isShellCache)) {
    const r = await (await caches.open(name)).match(address(f));
    if (r && (await digest(await r.clone().arrayBuffer())) === f.sha256) {
      return r;
    }
  }
  return null;
}

/**
 * Takes a file only if it is the one that was built: a captive portal answers 200 with a page of its own, and a server
 * may change between two requests.
 */
async function download(f: ShellFile): Promise<Response> {
  for (const cache of ["default", "reload"] as const) {
    const r = await fetch(address(f), { cache, credentials: "omit", redirect: "error" });
    const body = await r.arrayBuffer();
    if (r.status === 200 && (await digest(body)) === f.sha256) {
      const headers = new Headers(r.headers); // the page's policy is among them
      headers.delete("Content-Encoding");
      headers.delete("Content-Length");
      return new Response(body, { headers });
    }
  }
  throw new Error("the server gave another " + f.path);
}

async function digest(b: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", b));
  return Array.from(sum, (n) => (n < 16 ? "0" : "") + n.toString(16)).join("");
}

async function takeUp(): Promise<void> {
  const kept: KeptBuild[] = [];
  for (const name of (await caches.keys()).filter(isShellCache)) {
    const mark = await (await caches.open(name)).match(activeMark);
    kept.push({ cache: name, since: mark ? Number(await mark.text()) : null });
  }
  await (
    await caches.open(own)
  ).put(activeMark, new Response(String(Math.max(Date.now(), ...kept.map((k) => (k.since ?? 0) + 1)))));
  await Promise.all(toDelete(kept, own).map((name) => caches.delete(name)));
  await worker.clients.claim();
  void keepAll(build.files).catch(() => undefined); // what is left of it is fetched at its first use
}

async function answer(how: "page" | "file" | "asset", request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const mine = await caches.open(own);
  const kept = how === "asset" ? await caches.match(path) : await mine.match(how === "page" ? root : path);
  if (kept) {
    return kept;
  }
  const f = build.files.find((x) => address(x) === (how === "page" ? root : path));
  if (!f) {
    return fetch(request); // a part of a build that is no longer kept
  }
  try {
    const r = await download(f);
    await mine.put(address(f), r.clone());
    return r;
  } catch {
    return fetch(request);
  }
}

/** Asked by a page whose user wants the new build: not while a form is open, in whichever tab. */
async function takeOver(port: MessagePort | undefined): Promise<void> {
  const go = async (): Promise<TakeOverAnswer> => {
    await worker.skipWaiting();
    return "taken";
  };
  const locks = (navigator as Partial<Navigator>).locks;
  const said = locks
    ? await locks.request(formLock, { ifAvailable: true }, (lock) =>
        lock ? go() : Promise.resolve<TakeOverAnswer>("form-open"),
      )
    : await go();
  port?.postMessage(said);
}
