-- Why a medium cannot be seen (zoufang.Flaw); '' where nothing is known against it.
ALTER TABLE media ADD COLUMN flaw TEXT NOT NULL DEFAULT '';

-- What users are charged for while no record names it: storage.Charge.
CREATE TABLE charges (
	id TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	digest BLOB NOT NULL,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	at INTEGER NOT NULL,
	stage TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX charges_user ON charges (user, at, id);
CREATE INDEX charges_digest ON charges (digest, at, id);
CREATE INDEX charges_stage ON charges (stage, at, id);
