/**
 * forms owns what a form means: which questions are asked of whom, what an answer must be, what 同上次 fills, which
 * risk level is proposed, what a signature is bound to, and what items a filled form becomes.
 *
 * It is pure: forms, answers, persons and today's date come in; questions, gaps and items go out. It draws nothing,
 * stores nothing and has no words of its own: gaps are codes. Which form is in force is village's to say.
 */
export * from "./types";
export { readForm } from "./read";
export { ageOn, askedQuestions, askedSections, defaults, resolve, type Resolved } from "./shown";
export { gapOf, gaps, isLacking, isUnable, ruleFor, signed, type Gap, type GapCode, type VisitRule } from "./gaps";
export { alarms, carried, proposedRisk } from "./carry";
export {
  answersOf,
  dateVisit,
  editVisit,
  newVisit,
  resubmit,
  submitNew,
  submitted,
  withItems,
  withUnasked,
  type Frame,
} from "./compile";
export { harm, harmReport, harmReportId } from "./harm";
export { allQuestions, spoken } from "./spoken";
export { longDay, signedText, textDigest, type Heading } from "./text";
export { fieldTitle, newHousehold, newRequest, remark, type Change, type Discovered, type Report } from "./records";
