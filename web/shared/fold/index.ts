/**
 * fold reads what people write: whether two texts are the same to them, and numbers, dates, codes and identity numbers as
 * they are typed. A text is folded to compare and kept to show. Its twin is internal/fold; both replay
 * internal/fold/testdata. Screens that need one part import that part: the first screen has no room for all.
 */
export { clean, isolated, line } from "./clean";
export { enrolCode, oldCode } from "./code";
export { birth, date } from "./date";
export { checkDigit, identity, type Identity } from "./id";
export { key, words } from "./key";
export { decimal, digits } from "./number";
export { dials, isPhone } from "./phone";
export { isWrong, type Wrong, type WrongCode } from "./wrong";
