/** What to dial of what somebody wrote as a telephone number, or as several. */
import { narrow } from "./number";

const parts = /\+?\d+|转接?|分机号?|内线|ext\.?|[x#]|,[-\d ()]*|[^]/gi;
const asksExtension = /^(?:转接?|分机号?|内线|ext\.?|[x#])$/i;
/** A number that is whole by itself: mobile, with area code, 400, or of seven or eight digits in town. */
const whole = /^(?:\+?86)?(?:1[3-9]\d{9}|0[12]\d{8,9}|0[3-9]\d{9,10}|[48]00\d{7}|(?![48]00)[2-9]\d{6,7})$/;
/** A lone x divides, unless the number before it is whole. */
const letterX = /(\d{8}|[2-9]\d{6})x(?=\d)/gi;
const least = 3; // 110 is a number
const longestExtension = 5;

/**
 * The numbers in a text, in its order, each once, as a tel: address takes them: digits in the order they are dialled, a
 * plus in front of a country's, a comma where the phone waits ("05718800,12"). An extension stands behind 转, 分机, ext, a comma, or a dash behind a
 * whole number. Labels between numbers (手机, 儿子) divide them.
 */
export function dials(text: string): string[] {
  const out: string[] = [];
  let number = "";
  let extension = "";
  let gap = "";
  let asked = false;
  const done = (): void => {
    const dial = number + (extension && "," + extension);
    if (number.replace("+", "").length >= least && !out.includes(dial)) out.push(dial);
    number = extension = gap = "";
    asked = false;
  };
  const take = (digits: string): void => {
    if (digits.startsWith("+") || (extension && gap)) done();
    if (asked && !extension) extension = digits;
    else if (whole.test(number) && gap) {
      if (gap.includes("-") && digits.length <= longestExtension) extension = digits;
      else {
        done();
        number = digits;
      }
    } else number += digits;
    gap = "";
  };
  for (const p of narrow(text).match(parts) ?? []) {
    if (/^\+?\d/.test(p)) take(p);
    else if (asksExtension.test(p) && (p.toLowerCase() !== "x" || whole.test(number))) asked = number !== "";
    else if (p.startsWith(",")) {
      const digits = p.replace(/\D/g, "");
      if (number.length > longestExtension && digits !== "" && digits.length <= longestExtension) {
        asked = true;
        take(digits);
      } else {
        done();
        p.split(/(\d+)/).forEach((x) => (/^\d/.test(x) ? take(x) : (gap += number && x.replace(",", ""))));
      }
    } else if (/^[-.() :]$/.test(p)) gap += p;
    else done();
  }
  done();
  return out;
}

/** Whether a text is one number or several, and what belongs to them. */
export function isPhone(text: string): boolean {
  const rest = narrow(text)
    .replace(letterX, "")
    .replace(/转接?|分机号?|内线|ext\.?|#|或|[\d +\-()./,;:、|]/gi, "");
  return rest === "" && dials(text).some((d) => d.replace(/\D/g, "").length >= 5);
}
