-- witness.sqlite, format version 1: what a witness has cosigned of each archive that it watches.
-- Nothing in it is ever deleted: a witness that forgot what it cosigned could cosign a second history.

CREATE TABLE witness (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    verifier_key TEXT NOT NULL
) STRICT;

-- The archives that it was told to watch, by the keys that it was told.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    verifier_key TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT;

-- Every checkpoint that it cosigned, as it was signed; the largest of a log is the newest. One size has one row, so one root.
CREATE TABLE cosigned (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES log (id),
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,
    cosignature TEXT NOT NULL,
    time INTEGER NOT NULL CHECK (time > 0),
    UNIQUE (log, size)
) STRICT;

-- Checkpoints that their archive signed and that do not go together with the cosigned one of the size `beside`.
CREATE TABLE conflict (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES log (id),
    kind TEXT NOT NULL CHECK (kind IN ('fork', 'rollback', 'inconsistent')),
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,
    beside INTEGER NOT NULL,
    time TEXT NOT NULL,
    UNIQUE (log, kind, size, root)
) STRICT;

CREATE TRIGGER witness_stays BEFORE UPDATE ON witness
BEGIN SELECT RAISE(ABORT, 'a witness never changes its key'); END;

CREATE TRIGGER witness_remains BEFORE DELETE ON witness
BEGIN SELECT RAISE(ABORT, 'a witness never starts over'); END;

CREATE TRIGGER log_stays BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'an archive never changes its key'); END;

CREATE TRIGGER log_remains BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'what is watched is never forgotten'); END;

CREATE TRIGGER cosigned_grows BEFORE INSERT ON cosigned
WHEN NEW.size <= (SELECT coalesce(max(size), -1) FROM cosigned WHERE log = NEW.log)
BEGIN SELECT RAISE(ABORT, 'checkpoints are cosigned in order'); END;

-- The same checkpoint may be cosigned again, at a later time.
CREATE TRIGGER cosigned_stays BEFORE UPDATE ON cosigned
WHEN NEW.id IS NOT OLD.id OR NEW.log IS NOT OLD.log OR NEW.size IS NOT OLD.size OR NEW.root IS NOT OLD.root
BEGIN SELECT RAISE(ABORT, 'what was cosigned is never changed'); END;

CREATE TRIGGER cosigned_remains BEFORE DELETE ON cosigned
BEGIN SELECT RAISE(ABORT, 'what was cosigned is never forgotten'); END;

CREATE TRIGGER conflict_stays BEFORE UPDATE ON conflict
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;

CREATE TRIGGER conflict_remains BEFORE DELETE ON conflict
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;
