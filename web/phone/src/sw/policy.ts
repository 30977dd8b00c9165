/** What the worker keeps and how it answers. Pure: the worker and the tests read the same rules. */

/** Everything the app is and does lies below this. */
export const root = "/phone/";

/** One file of a build: its path below the root, its SHA-256 in hex, and whether the app opens without it. */
export interface ShellFile {
  path: string;
  sha256: string;
  later?: true;
}

/** A build as the worker carries it. The page itself is the file with the empty path. */
export interface Build {
  id: string;
  files: ShellFile[];
}

const prefix = "zoufang-shell-";

export const cacheName = (build: string): string => prefix + build;

export const isShellCache = (name: string): boolean => name.startsWith(prefix);

/** In a build's cache, when it became the one in use. No request of the app asks for it. */
export const activeMark = root + "assets/active-since";

export type Answer =
  | "network" // not ours: the worker stays out of it
  | "page" // this build's page
  | "file" // this build's file of that path
  | "asset"; // named by its content: any kept build's will do

interface Asked {
  method: string;
  url: string;
  mode: string;
}

export function answerTo(request: Asked, origin: string, build: Build): Answer {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin || !url.pathname.startsWith(root)) {
    return "network";
  }
  const path = url.pathname.slice(root.length);
  if (path.startsWith("assets/")) {
    return "asset";
  }
  if (path !== "" && build.files.some((f) => f.path === path)) {
    return "file";
  }
  return request.mode === "navigate" ? "page" : "network";
}

/** A kept build: its cache, and when it became the one in use (null: never yet). */
export interface KeptBuild {
  cache: string;
  since: number | null;
}

/**
 * The caches to delete when the build of `own` takes over. The one before it stays for pages that are still open;
 * builds that were never in use have no pages.
 */
export function toDelete(kept: readonly KeptBuild[], own: string): string[] {
  const before = kept
    .filter((k) => k.cache !== own && k.since !== null)
    .sort((a, b) => (b.since ?? 0) - (a.since ?? 0))[0];
  return kept.map((k) => k.cache).filter((c) => isShellCache(c) && c !== own && c !== before?.cache);
}

/** Held, shared, by every tab with a form open; the worker takes over only when it has it alone. */
export const formLock = "zoufang-form-open";

/** From page to worker, on a port for the answer. */
export interface TakeOver {
  do: "take-over";
}

export type TakeOverAnswer = "taken" | "form-open";

/** From worker to page: the net is back, sync now. */
export interface Wake {
  do: "wake";
}
