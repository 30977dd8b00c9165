/** When a visit was: not to come, and seldom long ago. */

/** A clock may be wrong by so much. */
const slack = 5 * 60_000;
const long = 30 * 86_400_000;

export const isToCome = (started: number, now: number): boolean => started > now + slack;

/** Whole days, where it is so long ago that the date may be a slip; else 0. */
export const longAgo = (started: number, now: number): number =>
  now - started > long ? Math.floor((now - started) / 86_400_000) : 0;
