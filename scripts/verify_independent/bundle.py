"""A bundle's folder: section 16."""
import base64, functools, hashlib, os, pathlib, re, stat, unicodedata  # noqa: E401

from .audit import Audit
from .forms import (LINKED, OPENINGS, SIGNER_TYPES, Bad, Note, Tiles, check, check_file, find_referenced, is_count,
                    is_random, is_string, parse_json, read_tile_path, refuse_if, tile_path, tile_width)

MANIFEST, TAG_MANIFEST, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "signatures/tagmanifest.note"
DECLARATION, INFO, FETCH = "bagit.txt", "bag-info.txt", "fetch.txt"
TAG_FILES = ["README.txt", "README.zh-CN.txt", INFO, DECLARATION, MANIFEST]
CHECKPOINT, CHECKPOINTS, DOSSIER = "data/log/checkpoint", "data/log/checkpoints.jsonl", "data/dossier.json"
ARCHIVE_KEY, DEEPEST, MIB, MOST_BAD_LINES = "data/keys/archive.vkey", 16, 1024 * 1024, 100
DESCRIPTION = {"dossier": is_random, "name": is_string, "kind": lambda v: is_string(v) and v in OPENINGS,
               "entries": [{"n": is_count, "seq": is_count}],
               "linked": lambda v: isinstance(v, list) and all(map(is_count, v))}

def is_bundle(folder):
    return any(os.path.lexists(os.path.join(folder, name)) for name in (DECLARATION, MANIFEST, TAG_MANIFEST, SIGNATURE))

def body_path(seq): return f"data/bodies/{seq}.json"
def file_path(digest): return f"data/files/{digest}"
def signer_path(name): return f"data/keys/signers/{name}.vkey"

class Bundle:
    def __init__(self, folder, report, media_root):
        self.folder, self.report, self.media_root = pathlib.Path(folder).resolve(), report, media_root
        self.sizes, self.tags, self.payload = {}, {}, {}
        self.places, self.linked, self.exports, self.last, self.knows_linked = [], set(), set(), None, True

    # ------------------------------------------------------------------------------------------- files of the folder
    def walk(self, folder, prefix="", depth=0):
        for name in sorted(os.listdir(folder)):
            path, status = prefix + name, (folder / name).lstat()
            if not re.fullmatch("[A-Za-z0-9._-]+", name) or name in (".", ".."):
                self.report("bag-file-unlisted", path, "no name that a bundle has")
            elif stat.S_ISREG(status.st_mode):
                self.sizes[path] = status.st_size
            elif not stat.S_ISDIR(status.st_mode):
                self.report("file-not-regular", path)
            elif depth == DEEPEST:
                self.report("bag-file-unlisted", path, "too deep")
            else:
                self.walk(folder / name, path + "/", depth + 1)

    def open(self, path):
        return open(os.open(self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")

    def read(self, path, limit):
        """The file's bytes; None where it is not there or larger than the limit."""
        if self.sizes.get(path, limit + 1) > limit:
            return None
        with self.open(path) as file:
            return file.read()

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
        self.walk(self.folder)
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
    def checkpoints(self):
        self.newest, bad = None, 0
        for number, line in self.lines(CHECKPOINTS, 2_000_064) if CHECKPOINTS in self.sizes else []:
            try:
                stored = parse_json(line or b"")
                check({"size": is_count, "note": is_string}, stored)
                refuse_if(len(stored) != 2, "other members")
                self.newest = stored["size"], stored["note"].encode()
                yield self.newest
            except Bad as error:
                self.report("checkpoint-malformed", CHECKPOINTS, f"line {number}: {error}")
                if (bad := bad + 1) == MOST_BAD_LINES:
                    return

    def find_entries(self):
        """How many entries the entry bundle of each number says it has; the most where there are several."""
        widths = {}
        for path in self.sizes:
            found = read_tile_path(path.removeprefix("data/log/")) if path.startswith("data/log/") else None
            if found and found[0] == "entries" and found[1] <= (2**53 - 1) // 256:
                widths[found[1]] = max(found[2], widths.get(found[1], 0))
        return widths

    @functools.lru_cache(maxsize=4)  # noqa: B019 (one object a run)
    def entries(self, number):
        """The entries of an entry bundle; None where its bytes are none."""
        width = self.widths.get(number)
        data = width and self.read("data/log/" + tile_path("entries", number, width), 256 * (4096 + 2))
        entries = []
        while data:
            length = int.from_bytes(data[:2], "big")
            if len(data) < 2 + length or len(data) < 2:
                return None
            entries.append(data[2:2 + length])
            data = data[2 + length:]
        return entries if width and len(entries) == width else None

    def entry_at(self, seq):
        entries = self.entries(seq // 256) or []
        return entries[seq % 256] if seq % 256 < len(entries) else None

    def check_log(self):
        self.widths = self.find_entries()
        self.description = self.read_description()
        audit = Audit(self.report, self.checkpoints(), self.entry_at,
                      lambda file: find_referenced(file, self.media_root, at_location=False))
        tiles = Tiles()
        for number in sorted(self.widths):
            entries, first = self.entries(number), number * 256
            if entries is None:
                self.report("entry-malformed", f"entry {first}", "no entry bundle")
                continue
            if first > audit.position:
                tiles = None
            audit.skip(first)
            for data in entries:
                seq = audit.position
                entry, body = audit.absorb(data, self.body(seq), is_withheld=True)
                if entry and entry["type"] in SIGNER_TYPES and body_path(seq) not in self.sizes:
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
        named |= {CHECKPOINT, CHECKPOINTS, ARCHIVE_KEY, DOSSIER} | {signer_path(name) for name in audit.signers}
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

    def verify(self, pinned):
        digest = self.check_bag()
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
        self.report("no-outside-anchor", self.folder.name)
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
