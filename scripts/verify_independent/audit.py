"""The rules between a log's entries: sections 5 to 10 and 14 (3) and (4), for archives and bundles alike."""
import os

from .forms import (ENTRY, OPENED, OF_DOSSIER, OPENINGS, FIXED_MEMBERS, FIXED_TYPES, TYPES, Bad, Key, Note, NotUnderstood, Tree, check,
                    check_amended, check_body, check_file, leaf_hash, parse_body, parse_entry, parse_slip, references, refuse_if, sha256)
from .handover import check_received

# Of entries that are about another: the types that the other must not be of.
MAY_NOT_TARGET = {
    "entry.amended": lambda kind: kind in FIXED_TYPES | {"entry.amended", "entry.withdrawn"},
    "entry.withdrawn": lambda kind: kind in FIXED_TYPES | {"entry.withdrawn"},
    "custody.moved": lambda kind: kind in TYPES - {"evidence.added"},
    "record.opened": lambda kind: kind in TYPES - {"evidence.added"},
    "bundle.received": lambda kind: kind in TYPES - {"bundle.exported"},
}

class Audit:
    """Takes entries one by one.

    checkpoints gives (size, note) in the order in which they are kept; entry_at the bytes of an earlier entry, or None;
    find_outside where a file record's file is that stayed outside the archive, or None; anchors holds what outsiders said.
    Of a published tree there is neither, nor a body, nor any checkpoint but the newest, which has but the archive's line.
    Of a slim bundle there are entries of one dossier, only; leaf_at gives the leaf hash of any earlier one. What sealed
    records name as files are stored files only where holds_parts.
    """
    def __init__(self, report, checkpoints, entry_at=None, find_outside=None, anchors=None, is_published=False,
                 leaf_at=lambda seq: None, only=None, holds_parts=True):
        self.leaf_at, self.only, self.holds_parts = leaf_at, only, holds_parts
        self.find_outside, self.outside, self.anchors, self.is_published = find_outside, {}, anchors, is_published
        self.report, self.checkpoints, self.entry_at = report, iter(checkpoints), entry_at
        self.stored = next(self.checkpoints, None)  # the first checkpoint that was not looked at yet
        self.position, self.tree, self.last_leaf, self.last_time, self.shift = 0, Tree(), None, None, 0
        self.commit = None  # the open commit: its size, and its actor or None where no entry of it could be read
        self.tree_broken, self.archive_key, self.continues, self.signers = False, None, None, {}
        self.dossiers, self.foreign, self.names = {}, set(), {}
        self.absent, self.withdrawn, self.files, self.sealed = [], set(), {}, {}

    def report_if(self, condition, *what):
        if condition:
            self.report(*what)

    def take(self):
        taken, self.stored = self.stored, next(self.checkpoints, None)
        return taken

    def skip(self, seq):
        """Says that the entries before seq that were not absorbed are not there."""
        if seq > self.position:
            self.report("entry-missing", f"entry {self.position}", f"{seq - self.position} missing")
            self.position, self.tree_broken, self.last_leaf, self.commit = seq, True, None, None
            while self.stored and self.stored[0] <= seq:
                self.take()

    def pass_by(self, leaf):
        """Takes the leaf hash of the next entry, where there is no more of it."""
        self.position, self.last_leaf = self.position + 1, leaf
        self.tree.append(leaf)
        self.pass_unread(self.position - 1)

    def pass_unread(self, seq):
        if not self.commit and self.stored and self.stored[0] > seq:
            self.commit = self.stored[0], None
        self.close(seq)

    def absorb(self, data, body, is_withheld=False):
        """Takes the next entry; gives it and its body, None for what cannot be read."""
        seq, previous, self.last_leaf = self.position, self.last_leaf, leaf_hash(data)
        self.position, place = seq + 1, f"entry {seq}"
        self.tree.append(self.last_leaf)
        try:
            entry = parse_entry(data)
        except Bad as error:
            self.report("not-understood" if isinstance(error, NotUnderstood) else "entry-malformed", place, str(error))
            self.pass_unread(seq)
            return None, None
        shift, last_shift = entry["seq"] - seq, self.shift
        self.report_if(shift not in (0, last_shift), "entry-misplaced", place, f"calls itself {entry['seq']}")
        self.shift = shift
        unknown = set(entry) - {"v"} - {name.rstrip("?") for name in ENTRY}
        understood = not unknown and entry["type"] in TYPES
        self.report_if(not understood, "not-understood", place, ", ".join(sorted(unknown)) or entry["type"])
        if seq > 0 and previous and entry.get("prev", previous.hex()) != previous.hex():
            self.report("chain-broken", f"entry {seq - 1}", f"entry {seq} follows another")
        if self.last_time and entry["time"] < self.last_time:
            self.report("time-backwards", place, f"{entry['time']} after {self.last_time}")
        self.last_time = entry["time"]
        self.enter_commit(entry, place)
        body = self.read_body(entry, body, is_withheld, seq)
        self.check_actor(entry, seq)
        if understood:
            self.check_place(entry, seq)
            try:
                if body is not None and (entry["type"] != "archive.created" or seq == 0):
                    check_body(entry["type"], body)
                    self.apply(entry, body, seq)
            except Bad as error:
                self.report("body-malformed", place, str(error))
        self.note_files(entry, body, seq)
        self.join(entry, body, understood, seq)
        if self.anchors:
            self.anchors.absorb(entry, body, seq)
        for reference in references(body) if shift == 0 else []:
            found = self.entry_at(reference["seq"]) if reference["seq"] < seq else None
            leaf = leaf_hash(found) if found else self.leaf_at(reference["seq"]) if reference["seq"] < seq else None
            if leaf is None or leaf.hex() != reference["leafHash"]:
                self.report("reference-broken", place, f"to entry {reference['seq']}")
        self.close(entry["seq"])
        return entry, body

    def enter_commit(self, entry, place):
        commit, actor = entry["commit"], entry["actor"]
        if self.commit and (self.commit[1] is not None or self.commit[0] == commit):
            if self.commit not in ((commit, actor), (commit, None)):
                self.report("commit-broken", place, f"commit {commit} by {actor}")
        self.commit = commit, actor

    def read_body(self, entry, body, is_withheld, seq):
        try:
            if body is None:
                if not is_withheld:
                    self.absent.append(seq)
            elif sha256(body).hex() != entry["body"]:
                self.report("body-altered", f"entry {seq}")
            else:
                return parse_body(body)
        except Bad as error:
            self.report("body-malformed", f"entry {seq}", str(error))
        return None

    def check_actor(self, entry, seq):
        actor = entry["actor"]
        if self.is_published:
            return
        if seq > 1 or (seq == 1 and entry["type"] != "signer.enrolled"):
            if actor not in self.signers:
                self.report("signer-not-enrolled", f"entry {seq}", actor)
            elif self.signers[actor]["revoked"]:
                self.report("signer-revoked", f"entry {seq}", actor)

    def check_place(self, entry, seq):
        kind, opening = entry["type"], ["archive.created", "signer.enrolled"][seq:seq + 1]
        if kind == "archive.created" if not opening else [kind] != opening or entry["commit"] != 2:
            self.report("opening-broken", f"entry {seq}")

    def apply(self, entry, body, seq):
        kind, place = entry["type"], f"entry {seq}"
        numbers = {link["id"]: link["n"] for link in entry.get("dossiers", [])}
        if kind == "archive.created":
            key = Key(body["key"])
            refuse_if(body["origin"] != key.name, "origin is not the key's name")
            self.archive_key, self.continues = key, body.get("continues")
        elif kind == "signer.enrolled":
            key = parse_slip(body)
            taken = [s["key"] for s in self.signers.values()] + ([self.archive_key] if self.archive_key else [])
            if any(key.name == other.name or key.public == other.public for other in taken):
                return self.report("signer-enrolled-twice", place, key.name)
            if seq != 1:
                self.check_authority(entry, seq)
            elif key.name != entry["actor"] or not body["mayEnrol"]:
                self.report("opening-broken", place)
            self.signers[key.name] = {"key": key, "may": body["mayEnrol"], "revoked": False}
        elif kind == "signer.revoked":
            self.check_authority(entry, seq)
            if self.signers.get(body["name"], {"revoked": True})["revoked"]:
                raise Bad("it revokes a signer who is not enrolled")
            self.signers[body["name"]]["revoked"] = True
        elif kind in OPENINGS:
            refuse_if(numbers.get(body["dossier"]) != 1, "it opens a dossier that its entry does not")
            self.report_if(body["name"] in self.names, "name-taken", place, body["name"])
        elif kind == "checkpoint.anchored":
            refuse_if(body["size"] > seq, "it is over a later checkpoint")
        elif kind == "archive.repaired":
            refuse_if(body["size"] > seq, "it was mended from a later state")
        elif kind in OF_DOSSIER and body["dossier"] not in numbers:
            raise Bad("it names a dossier that its entry is not in")
        elif kind == "bundle.received":
            check_received(body, self.archive_key, self.signers)
        elif kind == "entry.amended":
            names = [*body.get("set", {}), *body.get("unset", [])]
            refuse_if(not names or len(set(names)) < len(names), "no member is amended, or one twice")
            refuse_if(FIXED_MEMBERS & set(names), "it amends what may not be amended")
        amended = None
        for target in [body["target"], *body.get("amendments", [])] if kind in MAY_NOT_TARGET else []:
            try:
                data = self.entry_at(target["seq"]) if target["seq"] < seq else None
                leaf = self.leaf_at(target["seq"]) if target["seq"] < seq and data is None else None
                if leaf and leaf.hex() == target["leafHash"]:
                    if kind == "entry.withdrawn":
                        self.withdrawn.add(target["seq"])
                    continue
                about = parse_entry(data or b"")
                refuse_if(MAY_NOT_TARGET[kind](about["type"]), "nobody may")
                omitted = {link["id"] for link in about.get("dossiers", [])} - set(numbers)
                if omitted and len(numbers) < 16 and not self.shift:
                    self.report("dossier-omitted", place, f"entry {target['seq']}: {min(omitted)}")
                if kind == "entry.withdrawn":
                    self.withdrawn.add(target["seq"])
                    if about["type"] in OPENINGS and leaf_hash(data).hex() == target["leafHash"]:
                        self.forget_name(target["seq"])
                elif kind == "entry.amended" and leaf_hash(data).hex() == target["leafHash"]:
                    amended = about["type"]
            except Bad as error:
                self.report("target-invalid", place, f"entry {target['seq']}: {error}")
        if amended:
            check_amended(amended, body)
        return None

    def forget_name(self, opening):
        """Frees the name of the dossier that this entry opened: whoever reads the log after the withdrawal finds none."""
        for name, (dossier, seq) in list(self.names.items()):
            if seq == opening:
                count, head, _, kind = self.dossiers[dossier]
                self.dossiers[dossier] = (count, head, None, kind)
                del self.names[name]

    def check_authority(self, entry, seq):
        if not self.signers.get(entry["actor"], {"may": False})["may"]:
            self.report("enrolment-unauthorised", f"entry {seq}", entry["actor"])

    def note_files(self, entry, body, seq):
        try:
            refuse_if(entry["type"] != "evidence.added" or body is None, "not evidence")
            check_body(entry["type"], body)
        except Bad:
            return  # Reported already.
        if "sealed" in body:
            self.sealed[seq] = body
        for file in body.get("files", []) if "sealed" not in body or self.holds_parts else []:
            if file["held"] == "stored":
                self.files.setdefault((file["sha256"], file["fsverity"], file["size"]), []).append(seq)
            elif place := self.find_outside(file):
                self.outside.setdefault((place, file["sha256"], file["fsverity"], file["size"]), seq)
            else:
                self.report("referenced-file-absent", f"entry {seq}", file.get("location", file["name"]))

    def check_outside(self):
        for (place, digest, verity, size), seq in sorted(self.outside.items()):
            if code := check_file("/", os.fsdecode(place)[1:], digest, verity, size):
                self.report(code, os.fsdecode(place), f"of entry {seq}")

    def join(self, entry, body, understood, seq):
        links = entry.get("dossiers", [])
        try:
            check(OPENED, body or {})
            opened, name = body["dossier"], body["name"]
        except Bad:
            opened = name = None  # Where that is wrong, it was reported already.
        opens = entry["type"] in OPENINGS and sum(link["n"] == 1 for link in links) == 1
        for link in links:
            if link["id"] in self.foreign or self.only not in (None, link["id"]):
                continue
            count, head, known_as = self.dossiers.get(link["id"], (0, None, name))[:3]
            if head is None:
                if not understood and link["n"] == 1:
                    self.foreign.add(link["id"])
                    continue
                is_other = opened in [other["id"] for other in links] and opened != link["id"]
                if link["n"] != 1 or not opens or is_other:
                    self.report("dossier-unopened", f"entry {seq}", link["id"])
                    continue
                if name is not None:
                    self.names[name] = link["id"], seq
            elif link["n"] != count + 1:
                code = "dossier-forked" if link["n"] <= count else "dossier-gap"
                self.report(code, f"entry {seq}", f"number {link['n']} instead of {count + 1}")
            elif link["prev"] != head:
                self.report("dossier-chain-broken", f"entry {seq}")
            kind = self.dossiers[link["id"]][3] if head else entry["type"]
            self.dossiers[link["id"]] = (max(count, link["n"]), self.last_leaf.hex(), known_as, kind)

    def close(self, seq):
        """Holds the open commit's checkpoint against the entries, where the entry that calls itself seq ends it."""
        if not self.commit or self.commit[0] != seq + 1:
            return
        (size, actor), self.commit = self.commit, None
        while self.stored and self.stored[0] < size:
            self.report("checkpoint-unexpected", f"checkpoint {self.take()[0]}")
        if not self.stored or self.stored[0] != size:
            if not self.is_published or not self.stored:
                self.report("checkpoint-missing", f"entry {seq}", f"size {size}")
            return
        place, signer = f"checkpoint {size}", self.signers.get(actor, {}).get("key")
        try:
            note = Note(self.take()[1])
            origin, stated, root = note.checkpoint()
            name = self.archive_key.name if self.archive_key else origin if self.is_published else None
            refuse_if(stated != size or origin != name, "of another size or log")
        except Bad as error:
            self.report("checkpoint-malformed", place, str(error))
            return
        if root != self.tree.root() and not self.tree_broken:
            self.tree_broken = True
            self.report("root-mismatch", place)
        if self.is_published and len(note.signatures) != 1:
            self.report("checkpoint-malformed", place, "other signature lines than the archive's")
            return
        verdicts = [(who, key, note.verify(key)) for who, key in (("archive", self.archive_key), ("signer", signer)) if key]
        for who, key, verdict in verdicts:
            self.report_if(verdict != "valid", f"{who}-signature-{verdict}", place, key.name)
        if signer and all(verdict == "valid" for _, _, verdict in verdicts):
            self.report_if(len(note.signatures) != 2 or note.signatures[0][0] != self.archive_key.name,
                           "checkpoint-malformed", place, "other signature lines than its two, or in another order")

    def finish(self):
        if self.commit:
            self.report("log-truncated", f"entry {self.position}", f"the log ends inside commit {self.commit[0]}")
        while self.stored:
            size = self.take()[0]
            self.report("log-truncated" if size > self.position else "checkpoint-unexpected", f"checkpoint {size}")
        self.report_if(self.position < 2, "opening-broken", f"entry {self.position}")
        for seq in sorted(set(self.absent) - self.withdrawn):
            self.report("body-missing", f"entry {seq}")
        if self.anchors:
            self.anchors.finish(self.position)
