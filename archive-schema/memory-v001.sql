-- The operator's memory of one archive, format version 1: what its newest checkpoint was, and the state at that size.
-- Lies in the user's state folder, not in the archive.

CREATE TABLE archive (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    archive TEXT NOT NULL,
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    checkpoint BLOB NOT NULL,
    last_leaf BLOB NOT NULL,
    last_time TEXT NOT NULL,
    subtrees BLOB NOT NULL,
    -- How many anchors the log has recorded; memories made before there were any have no such column.
    anchors INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE signer (
    name TEXT PRIMARY KEY,
    verifier_key TEXT NOT NULL,
    person TEXT NOT NULL,
    unit TEXT,
    role TEXT,
    enrolled_at INTEGER NOT NULL,
    may_enrol INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE dossier (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT UNIQUE,
    opened_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    head BLOB NOT NULL,
    parent BLOB
) STRICT, WITHOUT ROWID;
