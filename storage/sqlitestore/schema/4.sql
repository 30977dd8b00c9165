-- The account log. Ids are in the order of time; what is plain is needed to find
-- entries, the rest is sealed in `data`.
CREATE TABLE audit (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	who TEXT NOT NULL,
	area TEXT NOT NULL,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Held lines are listed by who sent them and what they are held for, and found by the
-- areas they name.
ALTER TABLE held ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- when it came under code and rule; 0: at
ALTER TABLE held ADD COLUMN rule TEXT NOT NULL DEFAULT ''; -- of fault
UPDATE held SET rule = ifnull(fault ->> '$.rule', '') WHERE fault <> '';
CREATE INDEX held_group ON held (sender, code, rule, at, id) WHERE decided = 0;
CREATE INDEX held_areas ON held (areas, sender, code, rule, at) WHERE decided = 0;

-- Who brought a line in with a rescue file of unproven origin, and who released it.
ALTER TABLE held ADD COLUMN brought TEXT NOT NULL DEFAULT '';
ALTER TABLE held ADD COLUMN freed TEXT NOT NULL DEFAULT '';
