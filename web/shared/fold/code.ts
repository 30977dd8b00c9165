/** Enrolment codes as they are typed; the twin of internal/fold/code.go. */
import { narrow } from "./number";
import { wrong, type Wrong } from "./wrong";

const form = /^[34679ACDEFGHJKMNPQRTVWXY]{20}$/;

export function enrolCode(text: string): string | Wrong {
  const t = narrow(text).replace(/[- ]/g, "").toUpperCase();
  return t === "" ? wrong("empty") : form.test(t) ? t : wrong("code");
}
