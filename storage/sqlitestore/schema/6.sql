-- API tokens, by the hash of their secret (storage.Token). Lists are JSON arrays.
CREATE TABLE tokens (
	id TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	hash TEXT NOT NULL,
	added INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	read INTEGER NOT NULL,
	kinds TEXT NOT NULL,
	areas TEXT NOT NULL,
	revoked INTEGER NOT NULL,
	used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
