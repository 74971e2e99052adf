"""What was acknowledged, and whether the archive still holds it: read from the database itself, not through the program."""

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Acknowledgement:
    """What a command said on success: the signed checkpoint, and where it says so, entries by leaf hash and files by SHA-256."""

    size: int
    root: str
    leaves: dict = field(default_factory=dict)
    files: tuple = ()
    withdrawn: int = None

    @staticmethod
    def of(document, withdraws=False):
        """From the JSON that a command printed; `withdraws` for `withdraw`."""
        entries = list(document.get("entries", ()))
        if "leafHash" in document:
            entries.append(document)
        return Acknowledgement(
            document["checkpoint"]["size"], document["checkpoint"]["root"],
            {entry["seq"]: entry["leafHash"] for entry in entries},
            tuple((file["sha256"], entry["seq"]) for entry in entries for file in entry.get("files", ())),
            document["target"] if withdraws else None)


class Ledger:
    """Acknowledgements, each written down as soon as its process has ended with success."""

    def __init__(self, path):
        self._file = open(path, "a", buffering=1)
        self.all = []

    def add(self, acknowledgement):
        self._file.write(json.dumps(asdict(acknowledgement)) + "\n")
        self.all.append(acknowledgement)

    def faults(self, archive):
        """What is not in the archive as it was acknowledged, a sentence each."""
        database = sqlite3.connect(f"file:{archive}/archive.sqlite?mode=ro", uri=True)
        entries = {seq: bytes(entry) for seq, entry in database.execute("SELECT seq, bytes FROM entry")}
        bodies = {seq: bytes(body) for seq, body in database.execute("SELECT seq, bytes FROM body")}
        notes = {size: bytes(note).decode() for size, note in database.execute("SELECT size, note FROM checkpoint")}
        database.close()
        if sorted(entries) != list(range(len(entries))):
            yield "the numbers of the entries do not run from 0 without a gap"
        for seq, entry in entries.items():
            said = json.loads(entry)
            if said["seq"] != seq:
                yield f"entry {seq} calls itself {said['seq']}"
            if seq in bodies and hashlib.sha256(bodies[seq]).hexdigest() != said["body"]:
                yield f"the body of entry {seq} is not the one that it commits to"
        withdrawn = {
            json.loads(bodies[seq])["target"]["seq"] for seq, entry in entries.items()
            if json.loads(entry)["type"] == "entry.withdrawn"}
        seen = set()
        for given in self.all:
            if given.size in seen:
                yield f"a commit of size {given.size} was acknowledged twice"
            seen.add(given.size)
            lines = notes.get(given.size, "").split("\n")
            if lines[1:3] != [str(given.size), given.root]:
                yield f"the checkpoint of size {given.size} with root {given.root} was acknowledged and is lost"
            for seq, leaf in given.leaves.items():
                if seq not in entries or hashlib.sha256(b"\0" + entries[seq]).hexdigest() != leaf:
                    yield f"entry {seq} was acknowledged and is lost"
                elif seq not in bodies and seq not in withdrawn:
                    yield f"the body of entry {seq} was acknowledged and is lost"
            for digest, seq in given.files:
                if seq not in withdrawn and not _holds(archive, digest):
                    yield f"the file {digest} of entry {seq} was acknowledged and is lost or altered"
            if given.withdrawn is not None and given.withdrawn in bodies:
                yield f"entry {given.withdrawn} was withdrawn, and its body is still there"


def _holds(archive, digest):
    path = archive / "objects" / digest[:2] / digest
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest

