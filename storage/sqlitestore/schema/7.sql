-- Work that outlives a request, and what it has made so far (storage.Jobs).
CREATE TABLE jobs (
	id TEXT PRIMARY KEY,
	user TEXT NOT NULL,
	created INTEGER NOT NULL,
	due INTEGER NOT NULL, -- 0: nobody may take it as it stands
	data BLOB NOT NULL
) STRICT;
CREATE INDEX jobs_user ON jobs (user, created, id);
CREATE INDEX jobs_due ON jobs (due, created, id) WHERE due > 0;
CREATE INDEX jobs_created ON jobs (created, id);

CREATE TABLE job_parts (
	job TEXT NOT NULL,
	name TEXT NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (job, name)
) STRICT;
