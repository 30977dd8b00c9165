import type { Tries } from "./types";

export type PinFault = "short" | "long" | "simple";

const MIN = 6;
const MAX = 128;

/** One spelling per PIN: full-width digits of a Chinese keyboard count as digits, blanks around it do not count. */
export function normalPin(pin: string): string {
  return pin.normalize("NFKC").trim();
}

/** What is wrong with a new PIN, or null. Six digits or longer; not one digit repeated, not a plain run of digits. */
export function checkPin(pin: string): PinFault | null {
  const p = normalPin(pin);
  if (p.length < MIN) return "short";
  if (p.length > MAX) return "long";
  return isPlain(p) ? "simple" : null;
}

function isPlain(p: string): boolean {
  const steps = new Set<number>();
  for (let i = 1; i < p.length; i++) steps.add(p.charCodeAt(i) - p.charCodeAt(i - 1));
  if (steps.size !== 1) return false;
  return steps.has(0) || (/^\d+$/.test(p) && (steps.has(1) || steps.has(-1)));
}

const MINUTE = 60_000;
const PAUSES = [0, 0, 0, 0, 0, MINUTE / 2, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];

/** The pause that follows the given number of wrong PINs in a row. It grows to an hour and never further. */
export function pauseAfter(wrong: number): number {
  return PAUSES[Math.min(Math.max(wrong, 0), PAUSES.length - 1)] ?? 0;
}

/**
 * The part of a pause that must pass on an open page by its steady clock, however the phone's clock was set: short for
 * somebody who mistypes, as long as the pause itself for who goes on and on.
 */
export function floorAfter(wrong: number): number {
  return Math.min(
    pauseAfter(wrong),
    wrong < 10 ? MINUTE : wrong < 20 ? 5 * MINUTE : wrong < 40 ? 15 * MINUTE : 60 * MINUTE,
  );
}

/**
 * How long to wait before the next try. The phone's clock may jump: when it stands before the last try the whole pause
 * counts, and it is never longer than that. `steady`: how long this page has known of that many wrong PINs.
 */
export function waitLeft(tries: Tries, now: number, steady: number): number {
  const pause = pauseAfter(tries.wrong);
  const gone = now - tries.at;
  return Math.max(gone < 0 ? pause : pause - gone, floorAfter(tries.wrong) - steady, 0);
}
