-- What was derived from the records of an area (storage.Shelves); it can be lost.
CREATE TABLE shelves (
	area TEXT PRIMARY KEY,
	data BLOB NOT NULL
) STRICT;
