/**
 * village: the local database as screens read it.
 *
 * Owns what is in memory of the coordinator's villages: light rows of every record, laid over by the own lines that the
 * server's rows do not tell of yet; the search index, the due list, the forms and rules in force, the outbox. Owns the
 * gate: enrolment, PIN, opening and locking. Screens import this room, forms/ and words, and nothing else of the house.
 *
 * Hands on plain values. Functions of a Village that read do so from memory and at once; within a Vue computed they are
 * worked out again when the thing they read has changed. What is written is on the disk when its promise resolves, and
 * is sent by sync in its own time.
 */
export type * from "./types";
export { openGate, type Gate, type GateStage, type GateOptions } from "./gate";
export type { Loss } from "../keep";
export { metres } from "./near";
export { dayOf, daysBetween, momentOf, timeOf, weekday } from "./day";
export { GateError, type GateFault } from "./gate-error";
