/** Where a written number leads: tel: addresses, one a number. */
import { dials } from "../../../shared/fold/phone";

export interface Call {
  who: string;
  /** The number as it was written; of several, what is dialled. */
  shown: string;
  href: string;
}

/** The calls that what is written in a phone field makes, each number once. */
export function callsOf(written: readonly { who: string; phone: string }[]): Call[] {
  const out: Call[] = [];
  for (const { who, phone } of written) {
    const numbers = dials(phone);
    for (const n of numbers) {
      const href = "tel:" + n;
      if (!out.some((c) => c.href === href)) out.push({ who, shown: numbers.length > 1 ? n : phone, href });
    }
  }
  return out;
}
