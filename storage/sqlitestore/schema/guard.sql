-- The log of what people did is only ever added to. These are taken away for a
-- restore alone, inside its transaction.
CREATE TRIGGER commits_keep BEFORE UPDATE ON commits BEGIN SELECT RAISE(ABORT, 'commits are never changed'); END;
CREATE TRIGGER commits_stay BEFORE DELETE ON commits BEGIN SELECT RAISE(ABORT, 'commits are never deleted'); END;
CREATE TRIGGER writes_keep BEFORE UPDATE ON writes BEGIN SELECT RAISE(ABORT, 'writes are never changed'); END;
CREATE TRIGGER writes_stay BEFORE DELETE ON writes BEGIN SELECT RAISE(ABORT, 'writes are never deleted'); END;
