/** Whether two texts are the same to people. The twin of internal/fold/key.go; both replay its vectors. */

/** Breaks and blanks of every width. */
const blanks = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** Controls, and what shows nothing by itself: zero-width, direction, variation selectors, fillers, tags. */
const unseen =
  "\\0-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f" +
  "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}";

export const blankRun = new RegExp("[" + blanks + "]+", "gu");
export const unseenRun = new RegExp("[" + unseen + "]+", "gu");
const nothing = new RegExp("[" + blanks + unseen + "]+", "gu");
const plain = /^[a-z0-9\u4e00-\u9fa5]*$/;
const dots = /[•‧∙⋅・･⸱⸳᛫●]/g;
const dashes = /[‐‑‒–—―−⁃﹘]/g;
const stop = /([\u3400-\u9fff\u{20000}-\u{3ffff}])\.(?=[\u3400-\u9fff\u{20000}-\u{3ffff}])/gu;

/**
 * The same text for two texts exactly when people take them for the same: compatibility forms, width and case are one,
 * blanks are none, dots between the parts of a name are one, likewise dashes, and what nobody sees is gone. For
 * comparing, never stored, never shown.
 */
export function key(text: string): string {
  if (plain.test(text)) return text;
  return Array.from(text.replace(unseenRun, "").normalize("NFKC"), (c) => c.toLowerCase())
    .join("")
    .replace(nothing, "")
    .replace(dots, "·")
    .replace(dashes, "-")
    .normalize("NFKC")
    .replace(stop, "$1·");
}

/** The keys of the parts of a query that blanks divide. */
export const words = (query: string): string[] => query.split(blankRun).map(key).filter(Boolean);
