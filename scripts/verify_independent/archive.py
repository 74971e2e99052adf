"""An archive's folder: sections 12 and 14."""
import base64, os, pathlib, sqlite3, stat, urllib.parse  # noqa: E401

from .anchors import Anchors
from .audit import Audit
from .forms import Bad, Note, check_file, find_referenced, refuse_if

DATABASE = "archive.sqlite"
SCHEMA = pathlib.Path(__file__).resolve().parent.parent.parent / "archive-schema" / "archive-v001.sql"

class Archive:
    def __init__(self, folder, report, reader):
        self.folder, self.report, self.reader = pathlib.Path(folder).resolve(), report, reader

    def one(self, sql, *arguments):
        row = self.db.execute(sql, arguments).fetchone()
        return row and row[0]

    def verify(self):
        report, pinned = self.report, self.reader.key
        header = (self.folder / DATABASE).open("rb").read(20)
        if len(header) == 20 and header[18:20] != b"\1\1":
            return report("database-malformed", DATABASE, "its header asks for another journal")
        path = urllib.parse.quote(os.fsencode(self.folder / DATABASE))
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for setting in ("PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON", "BEGIN"):  # one state throughout
            self.db.execute(setting)
        if self.one("PRAGMA application_id") != 0x45766964:
            return report("database-malformed", DATABASE, "no evidence archive")
        if self.one("PRAGMA user_version") != 1:
            return report("not-understood", DATABASE, "another version of the format")
        self.check_database()
        checkpoints = self.db.execute("SELECT size, CAST(note AS BLOB) FROM checkpoint WHERE size >= 0 ORDER BY size")
        audit = Audit(report, ((size, note or b"") for size, note in checkpoints), self.entry_at,
                      lambda file: find_referenced(file, self.reader.media_root, at_location=True),
                      Anchors(report, self.reader, self.anchors()))
        for seq, data, body in self.db.execute(
                "SELECT entry.seq, CAST(entry.bytes AS BLOB), CAST(body.bytes AS BLOB) FROM entry"
                " LEFT JOIN body USING (seq) WHERE entry.seq >= 0 ORDER BY entry.seq"):
            audit.skip(seq)
            if seq < 2**63 - 1:  # A row at the end of all numbers is past any size that a log can have.
                audit.absorb(data or b"", body)
        audit.finish()
        self.check_rows(audit)
        self.check_published(audit)
        if audit.archive_key and (pinned is None or pinned.text != audit.archive_key.text):
            report("key-differs-from-pin" if pinned else "key-not-pinned", DATABASE, audit.archive_key.text)
        if audit.continues:
            report("predecessor-not-checked", DATABASE, audit.continues["origin"])
        for seq in audit.sealed:
            report("sealed-content-not-checked", f"entry {seq}")
        self.check_files(audit)
        root = base64.b64encode(audit.tree.root()).decode()
        return print(f"{audit.position} entries, root {root}, {len(audit.files)} files")

    def anchors(self):
        for number, size, kind, token in self.db.execute(
                "SELECT id, size, kind, CAST(token AS BLOB) FROM anchor WHERE id > 0 ORDER BY id"):
            yield number, size, kind, token, self.one("SELECT CAST(note AS BLOB) FROM checkpoint WHERE size = ?", size)

    def entry_at(self, seq):
        found = self.db.execute("SELECT CAST(bytes AS BLOB) FROM entry WHERE seq = ?", (seq,)).fetchone()
        return found and (found[0] or b"")

    def check_database(self):
        parts = ("coalesce(CAST(%s AS TEXT), '')" % name for name in ("type", "name", "tbl_name", "sql"))
        rows = "SELECT {} || ' ' || {}, {} || ': ' || {} FROM sqlite_schema".format(*parts)
        if SCHEMA.is_file():
            expected = sqlite3.connect(":memory:")
            expected.executescript(SCHEMA.read_text("utf-8"))
            for name in sorted({name for name, _ in set(self.db.execute(rows)) ^ set(expected.execute(rows))}):
                self.report("schema-altered", DATABASE, name)
        else:
            self.report("not-understood", DATABASE, f"{SCHEMA.name} is not here: the schema was not compared")
        for text, in self.db.execute("PRAGMA integrity_check(10)"):
            if text != "ok":
                self.report("database-malformed", DATABASE, text)

    def check_rows(self, audit):
        entries = {seq for seq, in self.db.execute("SELECT seq FROM entry")}
        stray = [("body", seq) for seq, in self.db.execute("SELECT seq FROM body") if seq not in entries]
        stray += [("entry", seq) for seq in entries if seq < 0]
        stray += [("checkpoint", size) for size, in self.db.execute("SELECT size FROM checkpoint WHERE size < 0")]
        stray += [("removal", seq) for seq, in self.db.execute("SELECT seq FROM removal") if seq not in audit.withdrawn]
        stray += [("anchor", number) for number, in self.db.execute("SELECT id FROM anchor WHERE id < 1")]
        for table, seq in stray:
            self.report("body-unexpected", f"{table} {seq}")
        for seq in sorted(audit.withdrawn):
            if self.one("SELECT 1 FROM body WHERE seq = ?", seq):
                self.report("removal-pending", f"entry {seq}")

    def check_published(self, audit):
        path, size = self.folder / "checkpoint", audit.position
        if not os.path.lexists(path):
            return self.report("published-checkpoint-behind", "checkpoint", "not there")
        try:
            if not stat.S_ISREG(path.lstat().st_mode) or path.lstat().st_size >= 64 * 1024:
                raise Bad("no small regular file")
            data = path.read_bytes()
            note, published = Note(data), Note(data).checkpoint(may_extend=True)[1]
            if published > size:
                refuse_if(not audit.archive_key or note.verify(audit.archive_key) != "valid", "not the archive's")
                self.report("log-truncated", "checkpoint", f"it says {published} entries, the log has {size}")
            elif data != self.one("SELECT note FROM checkpoint WHERE size = ?", published):
                raise Bad("not the stored checkpoint of its size")
            elif published < size:
                self.report("published-checkpoint-behind", "checkpoint", f"{published} of {size}")
        except (Bad, OSError) as error:
            self.report("published-checkpoint-altered", "checkpoint", str(error))
        return None

    def check_files(self, audit):
        named = set()
        for (digest, verity, size), seqs in sorted(audit.files.items()):
            place = f"objects/{digest[:2]}/{digest}"
            named.add(place)
            seq = next((seq for seq in seqs if seq not in audit.withdrawn), None)
            if seq is None:
                continue  # Its content is about to be removed, and part of it may be gone.
            if code := check_file(self.folder, place, digest, verity, size):
                self.report(code, place, f"of entry {seq}")
        audit.check_outside()
        aside = self.folder / "aside"
        if aside.is_dir() and not aside.is_symlink() and (kept := len(os.listdir(aside))):
            self.report("kept-aside", "aside", f"{kept}")
        for shelf in sorted((self.folder / "objects").glob("*")):
            for item in sorted(shelf.iterdir()) if shelf.is_dir() and not shelf.is_symlink() else [shelf]:
                if (place := item.relative_to(self.folder).as_posix()) not in named:
                    self.report("file-not-regular" if item.is_symlink() else "object-unreferenced", place)
