/**
 * fold owns the merge as a phone needs it: a record as it is to be shown, made
 * from the server's row (or none) and this phone's own lines in their order, by
 * the rules of the protocol's §3.
 *
 * It is pure: no clock, no storage, no reactivity. It hands on a Shown, and the
 * ids an editor has to name as seen. Which rows and lines there are is village's.
 */
export { fold } from "./fold";
export type { Shown, Head, Element, Note, Standing, Own, Arrived, Refused, View } from "./shown";
export { shownValue, elements, seenBy, seenShown, seenElement, seenStep, seenVoid } from "./seen";
export { commentsOf, whole, type Comment } from "./comments";
