/**
 * wire owns the phone protocol, version 1, as this app speaks it: ids, lines and
 * how they are frozen, rows, replies, requests, and the calls of the server.
 *
 * It hands on parsed values and Problems, keeps nothing and decides nothing:
 * what is stored, sent again or shown is for keep, sync and village. Values that
 * came over the line are read here once; whatever is not of the protocol's shape
 * ends here as a Malformed, and nothing of it is used.
 */
export * from "./values";
export * from "./ids";
export * from "./items";
export * from "./line";
export * from "./row";
export * from "./sums";
export * from "./reply";
export * from "./request";
export * from "./problem";
export * from "./device";
export * from "./once";
export * from "./server";
export * from "./kinds";
