/**
 * How the app looks on this phone: text size, light or dark, language. Kept in localStorage, since the locked screens
 * need it too and it tells nothing of anybody.
 */
import { reactive, watch } from "vue";
import { speak, type Language } from "./say";

export type TextSize = 16 | 20 | 24 | 30;
export type Theme = "auto" | "light" | "dark";

export const sizes: TextSize[] = [16, 20, 24, 30];
export const themes: Theme[] = ["auto", "light", "dark"];

export interface Looks {
  size: TextSize;
  theme: Theme;
  language: Language;
  toured: boolean;
  /** It was said that the phone's clock is wrong. */
  clockTold: boolean;
  /** Print village, time and name on photos. */
  mark: boolean;
}

const KEY = "zoufang-looks";
export const looks = reactive<Looks>({
  size: 16,
  theme: "auto",
  language: "zh",
  toured: false,
  clockTold: false,
  mark: false,
  ...read(),
});

function read(): Partial<Looks> {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const o = (typeof v === "object" && v !== null ? v : {}) as { [k: string]: unknown };
    const out: Partial<Looks> = {
      toured: o["toured"] === true,
      clockTold: o["clockTold"] === true,
      mark: o["mark"] === true,
    };
    const size = sizes.find((s) => s === o["size"]);
    const theme = themes.find((t) => t === o["theme"]);
    if (size) out.size = size;
    if (theme) out.theme = theme;
    if (o["language"] === "en") out.language = "en";
    return out;
  } catch {
    return {}; // no storage, or not ours: the plain look
  }
}

/** Applies the looks now and whenever they change. */
export function wearLooks(): void {
  watch(looks, apply, { immediate: true, deep: true });
}

function apply(): void {
  const html = document.documentElement;
  void speak(looks.language).catch(() => undefined); // its words could not be had: Chinese stays
  html.lang = looks.language === "en" ? "en" : "zh-CN";
  html.style.fontSize = looks.size + "px";
  html.classList.toggle("elder", looks.size >= 24);
  setTheme(looks.theme);
  try {
    localStorage.setItem(KEY, JSON.stringify(looks));
  } catch {
    // a browser without storage forgets the look; the gate says so in words
  }
}

/** The dark colours stand once, in the tokens, under a media rule; choosing a theme rewrites when that rule holds. */
function setTheme(theme: Theme): void {
  const wanted = theme === "auto" ? "(prefers-color-scheme: dark)" : theme === "dark" ? "all" : "not all";
  for (const sheet of Array.from(document.styleSheets)) {
    let rules: CSSRuleList;
    try {
      rules = sheet.cssRules;
    } catch {
      continue; // another origin's: none of ours
    }
    for (const rule of Array.from(rules)) {
      if (rule instanceof CSSMediaRule && isDark(rule)) rule.media.mediaText = wanted;
    }
  }
}

const darkRules = new WeakSet<CSSRule>();

function isDark(rule: CSSMediaRule): boolean {
  if (rule.media.mediaText.includes("prefers-color-scheme")) darkRules.add(rule);
  return darkRules.has(rule);
}
