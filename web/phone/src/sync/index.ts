/**
 * sync: the talk between this phone and the server, by the protocol's §4 and §5.
 *
 * Owns the one loop that sends lines and media and reads rows: what is sent when, what an answer means, when a line or a
 * medium is safe enough to be let go, what happens when a server was restored, an area taken away or the phone revoked.
 * It reads from and writes to keep/ and nothing else; what of a row stays in memory it is told by village.
 *
 * Promises: a reply is used whole or not at all; nothing that was not answered is ever dropped; after any failure the
 * next session goes on from what the last whole reply left. Hands on a Sync to start, nudge and stop, and its Reports.
 */
export { Sync, type Report, type SyncDeps } from "./sync";
export { Session, Stopped, type SessionDeps } from "./session";
export { isAnswered, noState, readState, isSafe, type SyncState } from "./state";
export { noteLease, webLock, type Lease } from "./lease";
export { unsentMedia } from "./media";
export { askBackground, whenWorthIt } from "./events";
