// Package mongostore keeps storage.Records, storage.Accounts and storage.Upkeep in
// MongoDB: a replica set (one member is enough) or a sharded cluster, behind any
// number of copies of the program.
//
// The database is the only thing the copies share. What a copy remembers between
// two transactions counts only while the numbers in the collection meta, read in
// each snapshot, say that it is still so.
package mongostore
