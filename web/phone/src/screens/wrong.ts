/** What is wrong with what was typed, in words. */
import type { Wrong } from "../../../shared/fold/wrong";
import { say } from "./say";

export const wrongWords = (w: Wrong): string => say(`w_${w.wrong}`);
