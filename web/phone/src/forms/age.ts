/** How old somebody is. */
/** Whole years on a day; null where the birth is unknown or not a date. */
export function ageOn(birth: string | null, today: string): number | null {
  const b = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birth ?? "");
  const t = /^(\d{4})-(\d{2})-(\d{2})/.exec(today);
  if (!b || !t) return null;
  const years = Number(t[1]) - Number(b[1]);
  const had = (b[2] ?? "01") + (b[3] ?? "01") <= (t[2] ?? "") + (t[3] ?? "");
  return had ? years : years - 1;
}
