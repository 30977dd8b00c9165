/** words owns what is read on the screens: the words, in Chinese and English, and the few lists that are words alone. */
import { zh } from "./zh";

export { zh };

export type Word = keyof typeof zh;

/** Subjects of a problem report, as the record says them. */
export const subjects = [
  "生活困难",
  "看病就医",
  "无人照护",
  "住房安全",
  "孩子可能受到伤害",
  "补贴没到",
  "证件办理",
  "矛盾纠纷",
  "其他",
];

/** The numbers of the whole country, for as long as the office's own have not arrived. */
export const emergency = [
  { title: "公安", phone: "110" },
  { title: "急救", phone: "120" },
  { title: "政务服务热线", phone: "12345" },
];

/** What a request about the roster, or of somebody discovered, is filed under. */
export const filedAs = { change: "花名册变更", discovery: "主动发现" };
