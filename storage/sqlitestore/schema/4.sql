-- The account log. Ids are in the order of time; what is plain is needed to find
-- entries, the rest is sealed in `data`.
CREATE TABLE audit (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	who TEXT NOT NULL,
	area TEXT NOT NULL,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
