/** Looks at a screen as people do who see little, read in the sun, or have large fingers. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";

const pictures = fileURLToPath(new URL("./pictures/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The looks of a screen, each with the least size of what is to be tapped. */
export const looks = {
  light: { size: 16, scheme: "light", target: 44, rules: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] },
  dark: { size: 16, scheme: "dark", target: 44, rules: ["color-contrast"] },
  large: { size: 30, scheme: "light", target: 60, rules: [] },
} as const;
export type Look = keyof typeof looks;

interface Fault {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/**
 * Takes the screen's picture in each look and returns what is wrong with it: what axe finds (WCAG 2.1 AA), what is wider
 * than the screen, what is too small to be hit. `on`: what the picture is to show. The look the app had comes back.
 */
export async function look(page: Page, name: string, on?: Locator): Promise<string[]> {
  mkdirSync(pictures, { recursive: true });
  const found: string[] = [];
  const was = await page.evaluate(
    () => [document.documentElement.style.fontSize, document.documentElement.className] as const,
  );
  for (const which of Object.keys(looks) as Look[]) {
    const { size, scheme, target, rules } = looks[which];
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.evaluate(async (px) => {
      document.documentElement.style.fontSize = px + "px";
      document.documentElement.classList.toggle("elder", px >= 24);
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }, size);
    await on?.evaluate((e) => e.scrollIntoView({ block: "center" }));
    const at = `${which} ${name}: `;
    await page.screenshot({ path: `${pictures}${which}-${name}.png` });
    if (rules.length > 0) {
      found.push(...(await ask(page, rules)).map((f) => at + f));
    }
    found.push(...(await page.evaluate(measure, target)).map((f) => at + f));
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.evaluate(([px, name]) => {
    document.documentElement.style.fontSize = px;
    document.documentElement.className = name;
  }, was);
  return found;
}

async function ask(page: Page, rules: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(axe); // by the debugger: the page's policy lets no other script in
  }
  const faults = await page.evaluate(
    async (rules) => {
      const run = (
        globalThis as unknown as { axe: { run(on: Document, how: object): Promise<{ violations: Fault[] }> } }
      ).axe;
      return (await run.run(document, { runOnly: rules, resultTypes: ["violations"] })).violations;
    },
    [...rules],
  );
  return faults.map(
    (f) =>
      `${f.id}: ${f.help}\n${f.nodes
        .slice(0, 3)
        .map((n) => "    " + n.html.slice(0, 160) + "\n    " + n.failureSummary.split("\n").slice(1, 2).join())
        .join("\n")}`,
  );
}

/** Runs in the page: what is too wide, and what is smaller than `least` pixels although it is to be hit. */
function measure(least: number): string[] {
  const out: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    out.push(`${root.scrollWidth - root.clientWidth} px too wide`);
  }
  const top = document.querySelector("[role=dialog]") ?? document.body;
  for (const e of Array.from(top.querySelectorAll<HTMLElement>("a[href], button, select, textarea, input, summary"))) {
    // A hidden box is hit by its label.
    const hit = e.matches("input[type=radio], input[type=checkbox], input[type=file]") ? (e.closest("label") ?? e) : e;
    const box = hit.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(hit).visibility === "hidden") continue;
    // Turned by a quarter it is as large.
    if (Math.min(box.width, box.height) < least - 0.5) {
      out.push(
        `${Math.round(box.width)} × ${Math.round(box.height)} px is too small: ${(e.getAttribute("aria-label") ?? hit.textContent ?? "").trim() || e.id || e.outerHTML.slice(0, 80)}`,
      );
    }
    const text = hit.matches(".b, .chip, .item, .bar a") && hit.scrollWidth > hit.clientWidth + 1;
    if (text) {
      out.push(`the words do not fit: ${(hit.textContent ?? "").trim()}`);
    }
  }
  return out;
}
