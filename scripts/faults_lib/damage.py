"""What `repair` is for: files that rotted or are gone, rows of the log that are other or gone, a file `checkpoint` of nobody's."""

import hashlib
import json
import sqlite3

from .program import FaultsError


def damage_files(site):
    """Changes a byte of one stored file that the mirror has, and removes another."""
    rotten, gone = (path for path in sorted(site.archive.glob("objects/*/*")) if (site.folder / "mirror" / path.relative_to(
        site.archive)).exists())
    content = bytearray(rotten.read_bytes())
    content[len(content) // 2] ^= 1
    rotten.chmod(0o600)
    rotten.write_bytes(content)
    gone.unlink()


def damage_log(site):
    """Changes a byte of one body, removes another and an entry, and makes the file `checkpoint` nobody's.

    All in rows that the mirror has; the archive's later entries stay.
    """
    path = site.archive / "archive.sqlite"
    database = sqlite3.connect(path)
    triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid").fetchall()
    [altered, gone, entry] = [seq for seq, in database.execute("SELECT seq FROM body ORDER BY seq LIMIT 3 OFFSET 2")]
    [body] = database.execute("SELECT bytes FROM body WHERE seq = ?", (altered,)).fetchone()
    content = bytearray(body)
    content[len(content) // 2] ^= 1
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE body SET bytes = ? WHERE seq = ?", (bytes(content), altered))
    database.execute("DELETE FROM body WHERE seq IN (?, ?)", (gone, entry))
    database.execute("DELETE FROM entry WHERE seq = ?", (entry,))
    for _, sql in triggers:
        database.execute(sql)
    database.commit()
    database.close()
    (site.archive / "checkpoint").write_text("nobody's\n")


def digests(folder):
    """The files below a folder: the SHA-256 of each by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*") if path.is_file()}


def problems(site):
    """What verification finds wrong with the site's archive.

    - Throws: FaultsError where that is nothing.
    """
    report = site.run("verify", "archive", "--json", at=None).json
    if not report["problems"]:
        raise FaultsError("what was damaged is not found: nothing that is mended then counts.")
    return {named(problem) for problem in report["problems"]}


def named(problem):
    """A problem as it can be told from others."""
    return json.dumps([problem["code"], problem.get("seq"), problem.get("path")])
