/**
 * Where the app is: a path behind the `#`, with parameters and a query. Addresses name records, never people. Going
 * back is the browser's; how deep the app is in its own pages is kept beside each entry of the history.
 */
import { computed, shallowRef, type Component, type ComputedRef } from "vue";

export interface Params {
  [name: string]: string;
}

export interface Screen {
  path: string; // "/household/:id/change"
  component: Component;
  props?: (params: Params, query: Params) => { [name: string]: unknown };
}

export interface Route {
  path: string;
  query: Params;
}

const place = shallowRef<Route>(read());
const scrolled = new Map<number, number>(); // by depth, to find the place in a list again

/** Where the app is now. */
export const here: ComputedRef<Route> = computed(() => place.value);

function read(): Route {
  const [path = "", rest = ""] = window.location.hash.slice(1).split("?");
  const query: Params = {};
  new URLSearchParams(rest).forEach((v, k) => (query[k] = v));
  return { path: path.startsWith("/") ? path : "/today", query };
}

function depth(): number {
  const state = window.history.state as { depth?: unknown } | null;
  return typeof state?.depth === "number" ? state.depth : 0;
}

let cover: (() => void) | null = null; // closes the layer over the page
let leaving: (() => void)[] | null = null; // what waits until its entry of the history is left

function moved(): void {
  const [closing, waiting] = [cover, leaving];
  cover = leaving = null;
  closing?.();
  if (!(closing || waiting) || written(read()) !== address()) show(scrolled.get(depth()) ?? 0);
  waiting?.forEach((then) => then());
}

/** A layer over the page: going back closes it and nothing else. Returns what is called when it was closed otherwise. */
export function over(close: () => void): () => void {
  const mine = depth() + 1;
  scrolled.set(depth(), window.scrollY);
  window.history.pushState({ depth: mine }, "", window.location.hash || "#" + address());
  cover = close;
  return () => {
    if (cover !== close) return;
    cover = null;
    if (depth() !== mine) return;
    leaving = [];
    window.history.back();
  };
}

function show(top: number): void {
  place.value = read();
  window.setTimeout(() => window.scrollTo(0, top)); // after the screen was drawn
}

/** Follows the browser's own going back and forth. Called once. */
export function followHistory(): void {
  window.history.scrollRestoration = "manual";
  window.addEventListener("popstate", moved);
  window.addEventListener("hashchange", () => window.location.hash !== "#" + address() && show(0));
}

/** What the place would read in the address. */
export function address(): string {
  return written(place.value);
}

function written(at: Route): string {
  const q = new URLSearchParams(at.query).toString();
  return at.path + (q ? "?" + q : "");
}

export function go(to: string): void {
  if (leaving) return void leaving.push(() => go(to));
  scrolled.set(depth(), window.scrollY);
  window.history.pushState({ depth: depth() + 1 }, "", "#" + to);
  show(0);
}

/** Takes the place of this entry: what was submitted is not come back to. */
export function swap(to: string): void {
  if (leaving) return void leaving.push(() => swap(to));
  window.history.replaceState({ depth: depth() }, "", "#" + to);
  show(0);
}

export function back(): void {
  if (leaving) return void leaving.push(back);
  if (depth() > 0) window.history.back();
  else swap("/today");
}

/** The screen for a path with its props; null where there is none. */
export function match(
  screens: readonly Screen[],
  at: Route,
): { screen: Screen; props: { [name: string]: unknown } } | null {
  const parts = at.path.split("/");
  for (const screen of screens) {
    const wanted = screen.path.split("/");
    const params: Params = {};
    const fits =
      wanted.length === parts.length &&
      wanted.every((w, i) => {
        const part = parts[i] as string;
        if (!w.startsWith(":")) return w === part;
        params[w.slice(1)] = part;
        return part !== "";
      });
    if (fits) return { screen, props: screen.props ? screen.props(params, at.query) : params };
  }
  return null;
}
