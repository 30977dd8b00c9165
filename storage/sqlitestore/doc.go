// Package sqlitestore keeps records, accounts and the store's own state in one
// SQLite file. It owns the schema (schema/*.sql, numbered steps), the single
// writer with its group commit, and what is cached between transactions; blobs
// lie elsewhere.
//
// Other processes (the command line) may use the same file at the same time: the
// write lock is SQLite's, and whatever is cached is dropped when another
// connection has committed.
package sqlitestore
