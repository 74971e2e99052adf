-- archive.sqlite, format version 1. FORMAT.md says what the bytes mean.
-- Append-only: the triggers stop accidents; what stops a person is the hash chain, the tree and the signatures.

CREATE TABLE entry (
    seq INTEGER PRIMARY KEY CHECK (seq >= 0),
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 4096)
) STRICT;

CREATE TABLE body (
    seq INTEGER PRIMARY KEY REFERENCES entry (seq),
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 16777216)
) STRICT;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY CHECK (size >= 1),
    note BLOB NOT NULL
) STRICT;

CREATE TABLE anchor (
    id INTEGER PRIMARY KEY,
    size INTEGER NOT NULL REFERENCES checkpoint (size),
    kind TEXT NOT NULL CHECK (kind IN ('cosignature', 'timestamp')),
    token BLOB NOT NULL
) STRICT;

-- Which bodies an entry.withdrawn entry orders removed; a body may be deleted only when it is named here.
CREATE TABLE removal (
    seq INTEGER PRIMARY KEY REFERENCES entry (seq),
    withdrawal INTEGER NOT NULL REFERENCES entry (seq) CHECK (withdrawal > seq)
) STRICT;

CREATE TRIGGER entry_appends BEFORE INSERT ON entry
WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'entries are only appended'); END;

CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;

CREATE TRIGGER entry_remains BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

CREATE TRIGGER body_appends BEFORE INSERT ON body
WHEN EXISTS (SELECT 1 FROM body WHERE seq >= NEW.seq) OR EXISTS (SELECT 1 FROM removal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'bodies are only appended'); END;

CREATE TRIGGER body_stays BEFORE UPDATE ON body
BEGIN SELECT RAISE(ABORT, 'bodies are never changed'); END;

CREATE TRIGGER body_remains BEFORE DELETE ON body
WHEN NOT EXISTS (SELECT 1 FROM removal WHERE seq = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'bodies are deleted only by a withdrawal'); END;

CREATE TRIGGER checkpoint_appends BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)
BEGIN SELECT RAISE(ABORT, 'checkpoints are only appended'); END;

CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;

CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

CREATE TRIGGER anchor_appends BEFORE INSERT ON anchor
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM anchor)
BEGIN SELECT RAISE(ABORT, 'anchors are only appended'); END;

CREATE TRIGGER anchor_stays BEFORE UPDATE ON anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never changed'); END;

CREATE TRIGGER anchor_remains BEFORE DELETE ON anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never deleted'); END;

CREATE TRIGGER removal_stays BEFORE UPDATE ON removal
BEGIN SELECT RAISE(ABORT, 'removals are never changed'); END;

CREATE TRIGGER removal_remains BEFORE DELETE ON removal
BEGIN SELECT RAISE(ABORT, 'removals are never deleted'); END;
