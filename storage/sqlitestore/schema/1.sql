-- Names of people, values and lines are sealed in the columns `data`, `line` and
-- `secret`; what is plain here is needed to find and order rows.

CREATE TABLE meta (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	epoch TEXT NOT NULL,
	clock INTEGER NOT NULL,
	safe_at INTEGER,
	areas INTEGER NOT NULL,
	written INTEGER NOT NULL -- counts the rows ever written: orders rows across areas
) STRICT;

CREATE TABLE commits (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	hash BLOB NOT NULL,
	author TEXT NOT NULL,
	sender TEXT NOT NULL,
	device TEXT NOT NULL,
	since INTEGER NOT NULL,
	at INTEGER NOT NULL,
	staff INTEGER NOT NULL,
	line BLOB NOT NULL
) STRICT;

CREATE TABLE held (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	sender TEXT NOT NULL,
	author TEXT NOT NULL,
	at INTEGER NOT NULL,
	code TEXT NOT NULL,
	why TEXT NOT NULL,
	waits TEXT NOT NULL, -- JSON
	areas TEXT NOT NULL, -- JSON
	waived INTEGER NOT NULL,
	forced INTEGER NOT NULL,
	schema INTEGER NOT NULL,
	sealed INTEGER NOT NULL,
	decided INTEGER NOT NULL,
	ruling TEXT NOT NULL,
	reach TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX held_sender ON held (sender, decided);
CREATE INDEX held_open ON held (at, id) WHERE decided = 0;
CREATE INDEX held_count ON held (sender) WHERE decided = 0 AND code <> 'waiting';

-- What open held lines wait for.
CREATE TABLE waits (
	key TEXT NOT NULL,
	id TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waits_id ON waits (id);

CREATE TABLE rows (
	n INTEGER PRIMARY KEY,
	rid TEXT NOT NULL UNIQUE,
	area TEXT NOT NULL,
	seq INTEGER NOT NULL,
	ver INTEGER NOT NULL,
	kind TEXT NOT NULL,
	public INTEGER NOT NULL,
	sum INTEGER NOT NULL, -- as signed, wraps round
	w INTEGER NOT NULL,   -- meta.written when it was written last
	need BLOB,            -- the digests needed, 32 bytes each; all are in names
	data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX rows_feed ON rows (area, seq);
CREATE INDEX rows_public ON rows (area, seq) WHERE public = 1;
CREATE INDEX rows_kind ON rows (kind, area, w);
CREATE INDEX rows_areas ON rows (w) WHERE kind = 'area';

-- The marks that records left in areas they are no longer in.
CREATE TABLE gone (
	area TEXT NOT NULL,
	seq INTEGER NOT NULL,
	rid TEXT NOT NULL,
	PRIMARY KEY (area, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX gone_rid ON gone (rid, area);

CREATE TABLE writes (
	rid TEXT NOT NULL,
	ver INTEGER NOT NULL,
	area TEXT NOT NULL,
	seq INTEGER NOT NULL,
	id TEXT NOT NULL, -- of the commit
	gone INTEGER NOT NULL,
	PRIMARY KEY (rid, ver)
) STRICT, WITHOUT ROWID;

CREATE TABLE heads (
	area TEXT PRIMARY KEY,
	seq INTEGER NOT NULL,
	sum INTEGER NOT NULL,   -- as signed, wraps round
	public INTEGER NOT NULL -- likewise
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
	digest BLOB PRIMARY KEY,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who has to do with a medium. Which records need it is found by way of this
-- table: one more index by digest would touch another page for each photo.
CREATE TABLE names (
	digest BLOB NOT NULL,
	role TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (digest, role, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
	id TEXT PRIMARY KEY,
	login TEXT UNIQUE, -- in lower case; null without one
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
	id TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	x TEXT NOT NULL,
	y TEXT NOT NULL,
	name TEXT NOT NULL,
	platform TEXT NOT NULL,
	app TEXT NOT NULL,
	enrolled INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	revoked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
	hash TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	expires INTEGER NOT NULL,
	device TEXT -- it was spent on
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	id TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	hash TEXT NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
	purpose TEXT NOT NULL,
	id TEXT NOT NULL,
	created INTEGER NOT NULL,
	secret BLOB NOT NULL,
	PRIMARY KEY (purpose, id)
) STRICT, WITHOUT ROWID;
