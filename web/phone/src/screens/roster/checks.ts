/** What a year of birth and a number to call look like, when somebody types them. Nothing is right too: both may be unknown. */

/** "1950", "1950-03", "1950-03-01"; not after today, and of nobody older than people become. */
export function isBirth(text: string, today: string): boolean {
  const v = text.trim();
  const m = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(v);
  return v === "" || (m !== null && v <= today.slice(0, v.length) && Number(m[1]) > Number(today.slice(0, 4)) - 130);
}

/** Digits, as they are written with spaces, dashes, brackets, a plus or an extension. */
export function isPhone(text: string): boolean {
  const v = text.normalize("NFKC").trim();
  const digits = v.replace(/\D/g, "").length;
  return v === "" || (/^[\d +()\-/,;转]+$/.test(v) && digits >= 5);
}
