/** One step per released shape of the database. Old steps are never touched: phones skip versions. */
export const STEPS: readonly ((db: IDBDatabase) => void)[] = [
  (db) => {
    for (const store of ["meta", "lines", "media", "mediaState", "idx", "body", "drafts"]) db.createObjectStore(store);
  },
];

export type Store = "meta" | "lines" | "media" | "mediaState" | "idx" | "body" | "drafts";
