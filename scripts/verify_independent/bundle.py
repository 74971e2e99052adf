"""A bundle's folder: section 16."""
import base64, hashlib, os, re, unicodedata  # noqa: E401

from .anchors import Anchors
from .audit import Audit
from .folder import Entries, Folder
from .forms import (FIXED_TYPES, LINKED, OPENINGS, Bad, Note, Tiles, check, check_file, find_referenced, is_base64,
                    is_count, is_number, is_random, is_string, parse_json, read_tile_path, refuse_if, tile_path,
                    tile_width, unbase64)

MANIFEST, TAG_MANIFEST, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "signatures/tagmanifest.note"
DECLARATION, INFO, FETCH = "bagit.txt", "bag-info.txt", "fetch.txt"
TAG_FILES = ["README.txt", "README.zh-CN.txt", INFO, DECLARATION, MANIFEST]
CHECKPOINT, CHECKPOINTS, DOSSIER = "data/log/checkpoint", "data/log/checkpoints.jsonl", "data/dossier.json"
ANCHORS = "data/log/anchors.jsonl"
ARCHIVE_KEY, MIB, MOST_BAD_LINES = "data/keys/archive.vkey", 1024 * 1024, 100
DESCRIPTION = {"dossier": is_random, "name": is_string, "kind": lambda v: is_string(v) and v in OPENINGS,
               "entries": [{"n": is_count, "seq": is_count}],
               "linked": lambda v: isinstance(v, list) and all(map(is_count, v))}

def is_bundle(folder):
    return any(os.path.lexists(os.path.join(folder, name)) for name in (DECLARATION, MANIFEST, TAG_MANIFEST, SIGNATURE))

def body_path(seq): return f"data/bodies/{seq}.json"
def file_path(digest): return f"data/files/{digest}"
def signer_path(name): return f"data/keys/signers/{name}.vkey"

class Bundle(Folder):
    def __init__(self, folder, report, reader):
        super().__init__(folder, report, reader, "bag-file-unlisted", deepest=16, names="[A-Za-z0-9._-]+")
        self.tags, self.payload = {}, {}
        self.places, self.linked, self.exports, self.last, self.knows_linked = [], set(), set(), None, True

    # ------------------------------------------------------------------------------------------- files of the folder
    def lines(self, path, longest):
        """Each line with its number; None in place of one that is too long or has no end."""
        number = 0
        with self.open(path) as file:
            while line := file.readline(longest + 1):
                number += 1
                yield number, line[:-1] if line.endswith(b"\n") else None
                while line and not line.endswith(b"\n"):
                    line = file.readline(longest + 1)

    def check_digest(self, path, digest):
        if path in self.sizes:
            whole = hashlib.sha256()
            with self.open(path) as file:
                while chunk := file.read(MIB):
                    whole.update(chunk)
            if whole.hexdigest() != digest:
                self.report("bag-file-altered", path)

    def require(self, path, expected, code="bag-file-altered"):
        """Says where a part that every bundle has is left out, or is not what the log says."""
        if path not in self.sizes:
            self.incomplete(path)
        elif self.read(path, len(expected)) != expected:
            self.report(code, path, "not what the log says")

    def incomplete(self, path):
        if path not in self.payload:  # If it is listed, bag-file-missing was reported.
            self.report("bundle-incomplete", path)

    # ------------------------------------------------------------------------------------------------- 1: the bag
    def check_bag(self):
        self.walk()
        if FETCH in self.sizes:
            self.report("bag-malformed", FETCH, "nothing may be left to be fetched")
        declaration = self.tag_file(DECLARATION)
        if declaration not in (None, b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"):
            self.report("bag-malformed", DECLARATION)
        tag_manifest = self.tag_file(TAG_MANIFEST)
        for path, listed, is_payload in (TAG_MANIFEST, self.tags, False), (MANIFEST, self.payload, True):
            if path in self.sizes:
                self.read_manifest(path, listed, is_payload)
            elif is_payload:
                self.report("bag-file-missing", path)
        for path in sorted(self.sizes):
            if path not in (TAG_MANIFEST, SIGNATURE, FETCH) and path not in self.payload and path not in self.tags:
                self.report("bag-file-unlisted", path)
        for path in sorted(set(self.tags) - set(TAG_FILES)):
            self.report("bag-file-unlisted", path, "no part of a bundle")
        for path in sorted(set(TAG_FILES) - set(self.tags)) if TAG_MANIFEST in self.sizes else []:
            self.report("bag-malformed", TAG_MANIFEST, f"it does not list {path}")
        for path in sorted(set(self.tags) | set(self.payload)):
            if path not in self.sizes and path not in (MANIFEST, DECLARATION):
                self.report("bag-file-missing", path)
        payload = [size for path, size in self.sizes.items() if path.startswith("data/")]
        expected = f"Payload-Oxum: {sum(payload)}.{len(payload)}".encode()
        for line in self.info("Payload-Oxum"):
            if line != expected:
                self.report("bag-malformed", INFO, "its Payload-Oxum is not what lies in data/")
        for path, digest in sorted(self.tags.items()) + sorted(self.payload.items()):
            if named := re.fullmatch(r"data/files/([0-9a-f]{64})", path):  # Its bytes are read last.
                if named[1] != digest:
                    self.report("bag-file-altered", path, f"listed as {digest}")
            else:
                self.check_digest(path, digest)
        return tag_manifest and hashlib.sha256(tag_manifest).hexdigest()

    def tag_file(self, path):
        data = self.read(path, MIB)
        if path not in self.sizes:
            self.report("bag-file-missing", path)
        elif data is None:
            self.report("bag-malformed", path, "too large")
        return data

    def read_manifest(self, path, listed, is_payload):
        if self.sizes[path] > (64 * MIB if is_payload else MIB):
            if is_payload:
                self.report("bag-malformed", path, "too large")
            return
        folded, bad = set(), 0
        for number, line in self.lines(path, 4096):
            found = re.fullmatch(rb"([0-9a-f]{64})  ((?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+)", line or b"")
            name = found[2].decode() if found else ""
            if not found or {".", ".."} & set(name.split("/")) or name.startswith("data/") != is_payload \
                    or name.lower() in folded:
                self.report("bag-malformed", path, f"line {number}")
                if (bad := bad + 1) == MOST_BAD_LINES:
                    return
                continue
            folded.add(name.lower())
            listed[name] = found[1].decode()

    def info(self, label):
        """The lines of bag-info.txt with this label."""
        lines = (self.read(INFO, MIB) or b"").split(b"\n")
        return [line for line in lines if line.lower().startswith(label.lower().encode() + b":")]

    def check_info(self, label, value):
        safe = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
        if self.read(INFO, MIB) is not None and self.info(label) != [f"{label}: {safe}".encode()]:
            self.report("bag-malformed", INFO, f"its {label} is not what the log says")

    # ------------------------------------------------------------------------------------------------- 2: the log
    def records(self, path, longest, form):
        """Each line's number, and the object of exactly these members in it, or None."""
        bad = 0
        for number, line in self.lines(path, longest) if path in self.sizes else []:
            try:
                record = parse_json(line or b"")
                check(form, record)
                refuse_if(len(record) != len(form), "other members")
            except Bad:
                record, bad = None, bad + 1
            yield number, record
            if bad == MOST_BAD_LINES:
                return

    def checkpoint_records(self):
        return self.records(CHECKPOINTS, 2_000_064, {"size": is_count, "note": is_string})

    def checkpoints(self):
        self.newest = None
        for number, stored in self.checkpoint_records():
            if stored:
                self.newest = stored["size"], stored["note"].encode()
                yield self.newest
            else:
                self.report("checkpoint-malformed", CHECKPOINTS, f"line {number}")

    def anchor_records(self):
        form = {"kind": is_string, "number": is_number, "size": is_count, "token": is_base64}
        return self.records(ANCHORS, 400_000, form)

    def anchors(self):
        """As section 12 takes them. A line that is none stands for the anchor with the number that follows."""
        sizes, notes, last = {stored["size"] for _, stored in self.anchor_records() if stored}, {}, 0
        for _, stored in self.checkpoint_records() if sizes else []:
            if stored and stored["size"] in sizes:
                notes.setdefault(stored["size"], stored["note"].encode())
        for _, stored in self.anchor_records():
            stored = stored or {"number": last + 1, "size": None, "kind": None, "token": ""}
            last = stored["number"]
            yield last, stored["size"], stored["kind"], unbase64(stored["token"]), notes.get(stored["size"])

    def check_log(self):
        log = Entries(self, "data/log/")
        self.description = self.read_description()
        audit = Audit(self.report, self.checkpoints(), log.at,
                      lambda file: find_referenced(file, self.reader.media_root, at_location=False),
                      Anchors(self.report, self.reader, self.anchors()))
        tiles = Tiles()
        for number in sorted(log.widths):
            entries, first = log.bundle(number), number * 256
            if entries is None:
                self.report("entry-malformed", f"entry {first}", "no entry bundle")
                continue
            if first > audit.position:
                tiles = None
            audit.skip(first)
            for data in entries:
                seq = audit.position
                entry, body = audit.absorb(data, self.body(seq), is_withheld=True)
                if entry and entry["type"] in FIXED_TYPES and body_path(seq) not in self.sizes:
                    self.report("bundle-incomplete", f"entry {seq}", body_path(seq))
                for tile in tiles.append(audit.last_leaf) if tiles else []:
                    self.check_tile(tile)
                self.note_dossier(entry, body, seq)
        audit.finish()
        self.check_dossier(audit)
        for tile in tiles.partial() if tiles else []:
            self.check_tile(tile)
        self.check_parts(audit)
        return audit

    def body(self, seq):
        path = body_path(seq)
        data = self.read(path, 16 * MIB)
        if data is None and path in self.sizes:
            self.report("bag-malformed", path, "too large")
        return data

    def check_tile(self, tile):
        level, number, data = tile
        self.require("data/log/" + tile_path(level, number, len(data) // 32), data)

    def check_parts(self, audit):
        if self.newest:
            self.require(CHECKPOINT, self.newest[1], "published-checkpoint-altered")
        if audit.archive_key:
            self.require(ARCHIVE_KEY, f"{audit.archive_key.text}\n".encode())
        for name in sorted(audit.signers):
            self.require(signer_path(name), f"{audit.signers[name]['key'].text}\n".encode())
        if CHECKPOINTS not in self.sizes:
            self.incomplete(CHECKPOINTS)
        named = {file_path(digest) for digest, _, _ in audit.files}
        named |= {CHECKPOINT, CHECKPOINTS, ANCHORS, ARCHIVE_KEY, DOSSIER} | {signer_path(name) for name in audit.signers}
        for path in sorted(self.sizes):
            body = re.fullmatch(r"data/bodies/(0|[1-9][0-9]{0,18})\.json", path)
            tile = read_tile_path(path.removeprefix("data/log/")) if path.startswith("data/log/tile/") else None
            if path.startswith("data/") and path not in named and not (body and int(body[1]) < audit.position) \
                    and not (tile and tile_width(*tile[:2], audit.position) == tile[2]):
                self.report("bag-file-unlisted", path, "nothing in the log accounts for it")

    # ------------------------------------------------------------------------------------------------- 3: the dossier
    def read_description(self):
        data = self.read(DOSSIER, 16 * MIB)
        try:
            if data is None:
                if DOSSIER in self.sizes:
                    raise Bad("too large")
                return self.incomplete(DOSSIER)
            description = parse_json(data)
            check(DESCRIPTION, description)
            if set(description) != set(DESCRIPTION) or any(len(place) != 2 for place in description["entries"]):
                raise Bad("other members")
            return description
        except Bad as error:
            return self.report("bag-malformed", DOSSIER, str(error))

    def note_dossier(self, entry, body, seq):
        self.last = None
        if not entry:
            return
        def is_form(kind):
            try:
                check({**LINKED, **({"recipient?": is_string, "purpose?": is_string} if kind == "bundle.exported" else {})},
                      body or {})
                return entry["type"] == kind
            except Bad:
                return False
        self.last = seq, entry["actor"], body if is_form("bundle.exported") else None
        wanted = self.description and self.description["dossier"]
        for link in entry.get("dossiers", []):
            if link["id"] != wanted:
                continue
            self.places.append({"n": link["n"], "seq": seq})
            if entry["type"] == "bundle.exported":
                self.exports.add(seq)
            if is_form("dossier.linked"):
                self.linked |= {r["seq"] for r in body["entries"]} if body["dossier"] == wanted else set()
            elif entry["type"] == "dossier.linked":
                self.knows_linked = False

    def check_dossier(self, audit):
        description = self.description
        if not description:
            return
        own = [place["seq"] for place in self.places]
        outside = sorted(self.linked - set(own))
        last_seq, _, exported = self.last or (None, None, None)
        if not own or [place["n"] for place in self.places] != list(range(1, len(own) + 1)):
            self.report("bundle-incomplete", DOSSIER, "the dossier's numbers do not run from 1 on without a gap")
        if not exported or exported["dossier"] != description["dossier"] or not own or last_seq != own[-1]:
            self.report("bundle-incomplete", DOSSIER, "the log does not end in the dossier's export")
        may_lack = audit.withdrawn | (self.exports - set(own[-1:]))
        needed = [seq for seq in own + outside if seq not in may_lack]
        needed += [r["seq"] for r in (exported or {"entries": []})["entries"] if r["seq"] not in set(own + outside)]
        for seq in needed:
            if body_path(seq) not in self.sizes:
                self.report("bundle-incomplete", f"entry {seq}", body_path(seq))
        _, _, name, kind = audit.dossiers.get(description["dossier"], (0, None, None, None))
        if kind != description["kind"] or description["entries"] != self.places \
                or (self.knows_linked and description["linked"] != outside) or name not in (None, description["name"]):
            self.report("bag-malformed", DOSSIER, "it does not describe the dossier as the log has it")

    # ------------------------------------------------------------------------------------------------- 4: signatures
    def check_signature(self, audit, digest):
        try:
            note = Note(self.read(SIGNATURE, 1_000_000) or b"")
        except Bad:
            return self.report("bag-signature-invalid", SIGNATURE, "missing or no signed note")
        if not audit.archive_key:
            return None
        if note.text != f"evidence bundle v1\n{audit.archive_key.name}\n{digest}\n":
            return self.report("bag-signature-invalid", SIGNATURE, "over another list, or by another archive")
        if note.verify(audit.archive_key) != "valid":
            self.report("bag-signature-invalid", SIGNATURE, "not signed by the archive")
        _, actor, exported = self.last or (None, None, None)
        if exported and actor in audit.signers and note.verify(audit.signers[actor]["key"]) != "valid":
            self.report("bag-signature-invalid", SIGNATURE, f"not signed by {actor}, who made the export")
        return None

    def verify(self):
        pinned, digest = self.reader.key, self.check_bag()
        audit = self.check_log()
        if audit.archive_key:
            self.check_info("Source-Organization", audit.archive_key.name)
            if pinned is None or pinned.text != audit.archive_key.text:
                code = "key-differs-from-pin" if pinned else "key-not-pinned"
                self.report(code, ARCHIVE_KEY, audit.archive_key.text)
        if self.description:
            name = audit.dossiers.get(self.description["dossier"], (0, None, None))[2]
            self.check_info("External-Identifier", self.description["name"] if name is None else name)
        if digest:
            self.check_signature(audit, digest)
        for (sha256, verity, size), seq in sorted(audit.files.items()):
            is_there = file_path(sha256) in self.sizes
            code = check_file(self.folder, file_path(sha256), sha256, verity, size) if is_there else "file-missing"
            if code:
                self.report(code, file_path(sha256), f"of entry {seq[0]}")
        audit.check_outside()
        named = {file_path(sha256) for sha256, _, _ in audit.files}
        for path in sorted(self.sizes):
            if re.fullmatch(r"data/files/[0-9a-f]{64}", path) and path not in named and path in self.payload:
                self.check_digest(path, self.payload[path])
        root = base64.b64encode(audit.tree.root()).decode()
        print(f"{audit.position} entries, root {root}, {len(audit.files)} files")
