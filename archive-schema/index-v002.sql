-- index.sqlite, version 2: disposable look-up tables, made again from archive.sqlite by `evidence reindex`.

CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    archive TEXT NOT NULL,
    size INTEGER NOT NULL,
    removed INTEGER NOT NULL
) STRICT;

-- Hash tiles of height 8 as in C2SP tlog-tiles: up to 256 hashes of 32 bytes; the last of a level is partial.
CREATE TABLE tile (
    level INTEGER NOT NULL,
    n INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;

-- What an entry is found by: 'kind:photo', 'dossier:<id>', 'sha256:<hex>', …
CREATE TABLE term (
    seq INTEGER NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (seq, term)
) STRICT, WITHOUT ROWID;

CREATE INDEX term_seq ON term (term, seq);

-- What people wrote, without the text itself: one token for each folded code point, the row's number is the entry's.
CREATE VIRTUAL TABLE text USING fts5 (title, named, description, files, content = '', tokenize = 'ascii');

PRAGMA user_version = 2;
