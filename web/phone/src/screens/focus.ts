/**
 * Keeps the focus in the page. A button that is pressed often goes away by it, or is shut while something is saved; who
 * works with keys or listens to the screen would then be put back to the very start.
 */
const PLACES = "a[href], button:not(:disabled), summary"; // no text field: a phone would put up its keyboard

/** Watches the whole page. Called once. */
export function keepFocus(root: HTMLElement): void {
  let last: HTMLElement | null = null;
  let around: HTMLElement[] = [];
  root.addEventListener("focusin", (e) => {
    last = e.target as HTMLElement;
    around = [];
    for (let up = last.parentElement; up && up !== root; up = up.parentElement) around.push(up);
  });
  root.addEventListener("focusout", (e) => {
    const left = e.target as HTMLButtonElement;
    const look = (): void => {
      // Still there and open, and nothing else has the focus: it was left by somebody's will.
      if (last === left && left.isConnected && !left.disabled && lost(root)) last = null;
    };
    if (!e.relatedTarget) setTimeout(look);
  });
  new MutationObserver(() => {
    if (!last || !lost(root)) return;
    if (last.isConnected) {
      if (last.matches(PLACES)) last.focus({ preventScroll: true }); // it is open again
      return;
    }
    const stays = around.find((e) => e.isConnected && !e.matches("main, .page, #app"));
    const next = stays
      ? (stays.querySelector<HTMLElement>(PLACES) ?? stays)
      : document.querySelector<HTMLElement>("h1");
    last = null;
    land(next);
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
}

const lost = (root: HTMLElement): boolean => document.activeElement === null || document.activeElement === root;

function land(e: HTMLElement | null): void {
  if (!e) return;
  if (!e.matches(PLACES)) e.tabIndex = -1;
  e.focus({ preventScroll: true });
}

/** For a layer over the page: Tab goes round within it. */
export function stayWithin(box: HTMLElement, e: KeyboardEvent): void {
  if (e.key !== "Tab") return;
  const stops = Array.from(box.querySelectorAll<HTMLElement>("button:not(:disabled), input, [tabindex='0']")).filter(
    (x) => x.getClientRects().length > 0,
  );
  const edge = e.shiftKey ? stops[0] : stops[stops.length - 1];
  const at = document.activeElement;
  if (at !== edge && at !== box && box.contains(at)) return;
  e.preventDefault();
  (e.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
}
