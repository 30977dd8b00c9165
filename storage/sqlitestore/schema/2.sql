-- A sign-in remembers the refresh token before the present one.
ALTER TABLE sessions ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN turned INTEGER NOT NULL DEFAULT 0;
