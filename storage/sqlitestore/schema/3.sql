-- What a line is held for, in parts (JSON of zoufang.Parts); '' where an older program
-- held it, or somebody decided it.
ALTER TABLE held ADD COLUMN fault TEXT NOT NULL DEFAULT '';
