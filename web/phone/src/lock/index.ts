/**
 * lock: who may read what this phone holds.
 *
 * Owns the content key and everything that wraps it: the PIN or passphrase (PBKDF2, calibrated on the phone) together
 * with a key that scripts cannot export, and the server's recovery key, so that a forgotten PIN never means lost work.
 * Owns the counting of wrong PINs and the lock after minutes in the background. Knows nothing of IndexedDB: what must
 * outlive the page goes through a Shelf, which keep/ provides.
 *
 * Hands on an Opened: `seal` and `open` for bytes, each bound to its place, so that a sealed blob moved to another
 * record or store does not open there.
 *
 * Promises no more than this: somebody holding the locked phone cannot read the village's data through the app. Whoever
 * copies the browser's files can try all six-digit PINs in hours; a passphrase of ten characters really helps.
 */
export type { Bytes, Clocks, Opened, Label, Recovery, RecoveryWrap, Sealer, Shelf, Spare, Tries, Wrap } from "./types";
export { LockError, type LockCode } from "./errors";
export { checkPin, type PinFault } from "./pin";
export { changePin, pauseLeft, setPin, unlock } from "./door";
export { openRecovery, wrapForRecovery } from "./recovery";
export { openerOf } from "./seal";
export { calibrate } from "./derive";
export { lockWhenAway } from "./away";
