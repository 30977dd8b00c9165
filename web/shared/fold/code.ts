/** Enrolment codes as they are typed; the twin of internal/fold/code.go. */
import { narrow } from "./number";
import { wrong, type Wrong } from "./wrong";

const form = /^[34679ACDEFGHJKMNPQRTVWXY]{20}$/;

/** The code as it was made, in groups of four. */
export function enrolCode(text: string): string | Wrong {
  const t = narrow(text).replace(/[- ]/g, "").toUpperCase();
  return t === "" ? wrong("empty") : form.test(t) ? (t.match(/.{4}/g) ?? []).join("-") : wrong("code");
}

/** A code as earlier versions made them: 12 bytes as b64, in which case and dashes count; "" where it is none. */
export function oldCode(text: string): string {
  const t = narrow(text).replace(/ /g, "");
  return /^[A-Za-z0-9_-]{16}$/.test(t) ? t : "";
}
