-- Which media are shown where. place is that of the record (storage.PlaceOf), '' for
-- other roles: so the places of a medium are found however many records name it. A
-- record that moves finds what it names by names_record, which grows at its end.
CREATE TABLE placed (
	digest BLOB NOT NULL,
	role TEXT NOT NULL,
	place TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (digest, role, place, id)
) STRICT, WITHOUT ROWID;
INSERT INTO placed (digest, role, place, id)
	SELECT n.digest, n.role, CASE WHEN n.role = 'r' THEN coalesce(r.area || iif(r.public, '+', ''), '') ELSE '' END, n.id
	FROM names AS n LEFT JOIN rows AS r ON n.role = 'r' AND r.rid = n.id ORDER BY 1, 2, 3, 4;
DROP TABLE names;
ALTER TABLE placed RENAME TO names;
CREATE INDEX names_record ON names (id) WHERE role = 'r';

-- Media that came, whose records have been told as far as (place, id).
CREATE TABLE arrivals (
	digest BLOB PRIMARY KEY,
	place TEXT NOT NULL,
	id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Held lines are listed by who sent them and what they are held for, and found by the
-- areas they name.
ALTER TABLE held ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- when it came under code and rule; 0: at
ALTER TABLE held ADD COLUMN rule TEXT NOT NULL DEFAULT ''; -- of fault
UPDATE held SET rule = ifnull(fault ->> '$.rule', '') WHERE fault <> '';
CREATE INDEX held_group ON held (sender, code, rule, at, id) WHERE decided = 0;
CREATE INDEX held_areas ON held (areas, sender, code, rule, at) WHERE decided = 0;

-- The account log. Ids are in the order of time; what is plain is needed to find
-- entries, the rest is sealed in `data`.
CREATE TABLE audit (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	who TEXT NOT NULL,
	area TEXT NOT NULL,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

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

-- Who brought a line in with a rescue file of unproven origin, and who released it.
ALTER TABLE held ADD COLUMN brought TEXT NOT NULL DEFAULT '';
ALTER TABLE held ADD COLUMN freed TEXT NOT NULL DEFAULT '';
