/** What is said of a gap, at the foot and at its field alike. */
import { say } from "../say";
import type { Missing } from "./editing";

export const gapWords = (g: Missing): string => g.words ?? say(("gap_" + g.code) as "gap_missing", { n: g.limit ?? 0 });
