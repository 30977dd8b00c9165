/**
 * The text a person signs: all that was asked and answered, line by line, save for what is private to the office.
 * It is of the form in Chinese: the same visit reads the same whatever language the screen has.
 */
import { hex, sha256, utf8 } from "../../../shared/wire";
import { resolve } from "./shown";
import { spoken } from "./spoken";
import { fieldOfQuestion, type Answers, type Form, type Setting } from "./types";

/** What the text begins with. Screens give the words, so that they stay in one file. */
export interface Heading {
  title: string; // 入户核查
  lines: string[]; // household, date, visitors
  yes: string;
  no: string;
  unanswered: string;
}

/** Media, places and signatures are not read out. */
const SILENT = ["photo", "place", "signature", "audio", "note"];

/** 2026年11月22日, as papers have it. */
export function longDay(day: string): string {
  return day.replace(/^(\d{4})-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
}

export function signedText(form: Form, answers: Answers, at: Setting, head: Heading): string {
  const lines = [head.title, ...head.lines];
  const { sections, answers: said } = resolve(form, answers, at);
  for (const s of sections) {
    const own = s.questions.filter((q) => !q.private && !SILENT.includes(q.kind) && fieldOfQuestion(q) !== "visitors");
    if (own.length === 0) continue;
    lines.push("【" + s.title + "】");
    for (const q of own) {
      const words = spoken(q, said[fieldOfQuestion(q)], head);
      lines.push(q.title + "：" + (q.kind === "date" ? longDay(words) : words));
    }
  }
  return lines.join("\n");
}

/** The SHA-256 that binds a signature to its text. */
export function textDigest(text: string): string {
  return hex(sha256(utf8(text)));
}
