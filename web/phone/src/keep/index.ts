/**
 * keep: what survives on this phone.
 *
 * Owns the one IndexedDB database: own lines, media, drafts, the rows of the server in append-only segments, and small
 * things by name. Everything that tells of people is sealed by lock/ before a transaction begins, because a transaction
 * that waits for cryptography commits by halves on old browsers.
 *
 * Promises: a save that reported a line is on the disk (one strict transaction over line, counter and media); two tabs
 * never give out the same number; a full disk undoes the whole transaction, leaves earlier lines alone, and space is made
 * from the ballast and from media the server has, oldest first, never from anything else; a reply is stored whole or not
 * at all, and a late one not at all.
 *
 * Hands on a Keep. Before `unlock` it reads and writes only what is not sealed, and can write the rescue file. Knows no
 * field of any record: the caller freezes lines, and says what of a row is light enough to stay in memory.
 */
export { Keep, type KeepOptions } from "./keep";
export { deleteKeep } from "./database";
export { KeepError, type KeepCode } from "./errors";
export type {
  Answer,
  AreaReply,
  Change,
  Draft,
  Freed,
  FrozenLine,
  Known,
  KeptLine,
  LightRow,
  LineKey,
  Loaded,
  Loss,
  MediaState,
  NewMedium,
  Receipt,
  ReplyToStore,
  RescueFile,
  RescueHeader,
  SaveAllOrder,
  SaveOrder,
  Saved,
  StoredReply,
  StorageUse,
} from "./types";
