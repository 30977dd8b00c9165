/** Two ways to work the app: with the keys alone, and with a finger that counts. */
import type { Locator, Page } from "playwright-core";

/** Presses Tab until it is there. `within`: how many stops are borne with. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await target.waitFor();
  for (let i = 0; i < 90; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(key + " does not lead there: " + String(target));
}

/** Tab leads to it, and Enter (or Space) works it. */
export async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** One answer of a question: Tab leads to the group, arrows to the answer, which Space may take. */
export async function choose(page: Page, group: Locator, answer: string): Promise<void> {
  const radio = group.getByRole("radio", { name: answer, exact: true });
  await group.waitFor();
  for (let i = 0; i < 90 && !(await group.evaluate((e) => e.contains(document.activeElement))); i++) {
    await page.keyboard.press("Tab");
  }
  for (let i = 0; i < 12; i++) {
    if (await radio.evaluate((e) => e === document.activeElement)) {
      if (!(await radio.isChecked())) await page.keyboard.press("Space");
      return;
    }
    await page.keyboard.press("ArrowRight");
  }
  throw new Error("the arrows do not lead to " + answer);
}

export interface Stop {
  what: string;
  faults: string[];
}

/**
 * Goes once round the screen by Tab and once back. Returns what is wrong: controls that Tab does not reach, and stops
 * at which the focus cannot be seen. A question of radios is one stop: within it the arrows lead.
 */
export async function walk(page: Page): Promise<string[]> {
  const wanted = await page.evaluate(controls);
  const out: string[] = [];
  for (const key of ["Tab", "Shift+Tab"]) {
    const left = new Set(wanted);
    for (let i = 0; i < wanted.length * 2 + 10 && left.size > 0; i++) {
      await page.keyboard.press(key);
      const at = await page.evaluate(stop);
      if (!at) continue; // the browser's own
      left.delete(at.what);
      if (key === "Tab") out.push(...at.faults.map((f) => at.what + ": " + f));
    }
    out.push(...Array.from(left, (w) => w + ": " + key + " does not lead there"));
  }
  return Array.from(new Set(out));
}

/** Runs in the page: numbers all that can be worked, and names it. */
function controls(): string[] {
  const top = document.querySelector("[role=dialog]") ?? document;
  const found = Array.from(
    top.querySelectorAll<HTMLElement>(
      "a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex='0']",
    ),
  );
  const groups = new Set<string>();
  const out: string[] = [];
  found.forEach((e, i) => {
    const shown = e.closest("label") ?? e;
    const box = shown.getBoundingClientRect();
    const shut = e.closest("details:not([open])");
    if (box.width === 0 || (shut && !e.matches("summary"))) return;
    let name =
      (e.getAttribute("aria-label") ?? e.closest("label")?.textContent ?? e.textContent ?? "").trim().slice(0, 30) ||
      e.id ||
      e.tagName;
    if (e instanceof HTMLInputElement && e.type === "radio") {
      name = "radios " + e.name;
      e.dataset["stop"] = name;
      if (groups.has(name)) return;
      groups.add(name);
    } else {
      name = i + " " + name;
      e.dataset["stop"] = name;
    }
    out.push(name);
  });
  return out;
}

/** Runs in the page: where the focus is, and whether that can be seen. */
function stop(): { what: string; faults: string[] } | null {
  const e = document.activeElement as HTMLElement | null;
  if (!e || e === document.body || e === document.documentElement) return null;
  const what = e.dataset["stop"] ?? "not numbered: " + e.outerHTML.slice(0, 60);
  // The ring is the element's own, or its label's where the box itself is hidden.
  let ringed: HTMLElement | null = e;
  const ring = (x: HTMLElement): number =>
    getComputedStyle(x).outlineStyle === "none" ? 0 : parseFloat(getComputedStyle(x).outlineWidth);
  const hidden = e.matches(".chip input, .away");
  if (hidden) ringed = e.closest("label");
  const faults: string[] = [];
  if (!ringed || ring(ringed) < 2) return { what, faults: ["no ring of two pixels"] };
  const style = getComputedStyle(ringed);

  const parse = (c: string): number[] => (c.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r = 0, g = 0, b = 0]: number[]): number => {
    const l = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (l[0] ?? 0) + 0.7152 * (l[1] ?? 0) + 0.0722 * (l[2] ?? 0);
  };
  const inside = parseFloat(style.outlineOffset) < 0;
  let behind: number[] = [255, 255, 255];
  for (let up: HTMLElement | null = inside ? ringed : ringed.parentElement; up; up = up.parentElement) {
    const c = parse(getComputedStyle(up).backgroundColor);
    if (c.length === 3 || (c[3] ?? 0) > 0.9) {
      behind = c;
      break;
    }
  }
  const [a, b] = [light(parse(style.outlineColor)), light(behind)];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 3) faults.push(`the ring's contrast is ${contrast.toFixed(1)}`);

  const reach = ring(ringed) + parseFloat(style.outlineOffset);
  const box = ringed.getBoundingClientRect();
  let [l, t, r, u] = [0, -Infinity, innerWidth, Infinity];
  for (let up = ringed.parentElement; up && up !== document.body; up = up.parentElement) {
    const s = getComputedStyle(up);
    if (s.overflowX === "visible" && s.overflowY === "visible") continue;
    const clip = up.getBoundingClientRect();
    [l, t, r, u] = [Math.max(l, clip.left), Math.max(t, clip.top), Math.min(r, clip.right), Math.min(u, clip.bottom)];
    if (s.overflowY === "auto" || s.overflowY === "scroll") break; // what lies outside can be scrolled to
  }
  if (
    box.left - reach < l - 0.5 ||
    box.top - reach < t - 0.5 ||
    box.right + reach > r + 0.5 ||
    box.bottom + reach > u + 0.5
  )
    faults.push("the ring is cut off");

  // Seen at all: nothing that stays put lies over the middle of it.
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, 44) / 2];
  const over = document.elementFromPoint(x, y);
  if (over && !ringed.contains(over) && !over.contains(ringed)) faults.push("hidden behind " + over.className);
  return { what, faults };
}

/** Counts real taps, as the page itself hears them. Ask again for the sum. */
export async function countTaps(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const w = globalThis as unknown as { taps: number };
    w.taps = 0;
    document.addEventListener("pointerup", (e) => e.isTrusted && w.taps++, { capture: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { taps: number }).taps);
}
