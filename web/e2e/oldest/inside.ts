/**
 * What runs inside the page, sent there as text: plain functions of ES2019 without a name from outside, for the old
 * browser reads them as they stand.
 */

export type Kind = "button" | "link" | "field" | "heading" | "chip" | "text" | "dialog" | "css";

export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
  /** What lies on top of it, if anything does. */
  under: string;
}

/** The first visible one of its kind with the name (of a chip: its question, a slash, the answer); a name between slashes is a pattern. */
export function find(kind: Kind, name: string, act: "" | "show" | "focus"): Spot | null {
  const flat = (s: string | null): string => (s || "").replace(/\s+/g, " ").trim();
  const pattern = /^\/.*\/$/.test(name) ? new RegExp(name.slice(1, -1)) : null;
  const fits = (s: string | null): boolean => (pattern ? pattern.test(flat(s)) : flat(s) === name);
  const seen = (e: Element): boolean => e.getClientRects().length > 0 && getComputedStyle(e).visibility === "visible";
  const all = (css: string): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>(css)).filter(seen);
  const named = (css: string): HTMLElement[] =>
    all(css).filter((e) => fits(e.getAttribute("aria-label") || e.textContent));
  const field = (): HTMLElement[] => {
    const labelled = all("label")
      .filter((l) => fits(l.textContent))
      .map((l) => (l as HTMLLabelElement).control);
    return all("input, textarea, select").filter((e) => labelled.indexOf(e) >= 0 || fits(e.getAttribute("aria-label")));
  };
  const chip = (): HTMLElement[] => {
    const [question, answer] = name.split("/");
    const groups = all("[role=radiogroup], [role=group]").filter(
      (g) => flat(g.getAttribute("aria-label")).indexOf(question || "") >= 0,
    );
    return groups
      .reduce<HTMLElement[]>((a, g) => a.concat(Array.from(g.querySelectorAll("label"))), [])
      .filter((l) => flat(l.textContent) === answer);
  };
  const deepest = (): HTMLElement[] =>
    all("body *").filter((e) => fits(e.textContent) && !Array.from(e.children).some((c) => fits(c.textContent)));
  const found =
    kind === "button"
      ? named("button, [role=button], summary")
      : kind === "link"
        ? named("a[href]")
        : kind === "heading"
          ? named("h1, h2")
          : kind === "dialog"
            ? named("[role=dialog]")
            : kind === "field"
              ? field()
              : kind === "chip"
                ? chip()
                : kind === "css"
                  ? all(name)
                  : deepest();
  const it = found[0];
  if (!it) {
    return null;
  }
  if (act !== "") {
    it.scrollIntoView({ block: "center" });
  }
  if (act === "focus") {
    it.focus();
  }
  const box = it.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const clear = top !== null && (it.contains(top) || top.contains(it));
  return {
    x: box.left,
    y: box.top,
    width: box.width,
    height: box.height,
    under:
      getComputedStyle(it).pointerEvents === "none"
        ? "what lets no finger through"
        : clear
          ? ""
          : top
            ? top.outerHTML.slice(0, 120)
            : "nothing",
  };
}

/**
 * What is wrong with the page's layout: wider than the screen, or parts nearer to each other than their `gap` says, which
 * this browser knows for grids alone. Every visible row and column is measured, words too.
 */
export function crowded(): string[] {
  const faults: string[] = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    faults.push(wide + " px too wide");
  }
  // Where the part ends for its neighbour: a margin below nothing takes back what its own parts have around them.
  const box = (n: Node): { left: number; top: number; right: number; bottom: number } => {
    const r = document.createRange();
    r.selectNode(n);
    const { left, top, right, bottom } = n instanceof Element ? n.getBoundingClientRect() : r.getBoundingClientRect();
    const { marginRight, marginBottom } =
      n instanceof Element ? getComputedStyle(n) : { marginRight: "0", marginBottom: "0" };
    return {
      left,
      top,
      right: right + Math.min(0, parseFloat(marginRight)),
      bottom: bottom + Math.min(0, parseFloat(marginBottom)),
    };
  };
  const placed = (n: Node): boolean => {
    if (n instanceof Element) {
      const { position, display } = getComputedStyle(n);
      return position === "static" || position === "relative" ? display !== "none" : false;
    }
    return n.nodeType === 3 && (n.textContent || "").trim() !== "";
  };
  const order = (n: Node): number => (n instanceof Element && Number(getComputedStyle(n).order)) || 0;
  // A page turned by a quarter is measured where it is not turned.
  const upright = (e: Element): boolean => e.closest(".turned") === null;
  for (const e of Array.from(document.querySelectorAll("body *")).filter(upright)) {
    const style = getComputedStyle(e);
    if (!/flex/.test(style.display)) {
      continue;
    }
    const [rows, columns] = [parseFloat(style.rowGap) || 0, parseFloat(style.columnGap) || 0];
    const parts = Array.from(e.childNodes)
      .filter(placed)
      .sort((a, b) => order(a) - order(b))
      .map(box)
      .filter((b) => b.right > b.left && b.bottom > b.top);
    for (let i = 1; i < parts.length; i++) {
      const [a, b] = [parts[i - 1]!, parts[i]!];
      // Words stand a little out of their line, and many of them reach below what they stand beside.
      const below = (b.top + b.bottom) / 2 > a.bottom && b.left < a.right;
      const got = below ? b.top - a.bottom : b.left - a.right;
      const want = below ? rows : columns;
      if (got < want - (below ? 4 : 1)) {
        faults.push(
          `${e.tagName.toLowerCase()}.${e.className}: ${got.toFixed(1)} px ${below ? "above" : "left of"} part ${i + 1}, not ${want}: ${(e.textContent || "").trim().slice(0, 30)}`,
        );
      }
    }
  }
  return faults;
}
