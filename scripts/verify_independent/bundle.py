"""A bundle's folder: section 16."""
import base64, functools, hashlib, os, re, unicodedata  # noqa: E401

from .anchors import Anchors
from .audit import Audit
from .folder import Entries, Folder
from .forms import (EXPORTED, FIXED_TYPES, LINKED, OPENINGS, Bad, Note, Pyramid, Tiles, check, check_file, find_referenced, is_base64,
                    is_count, is_number, is_random, is_string, leaf_hash, parse_json, read_tile_path, refuse_if, tile_path,
                    tile_width, unbase64)

MANIFEST, TAG_MANIFEST, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "signatures/tagmanifest.note"
DECLARATION, INFO, FETCH = "bagit.txt", "bag-info.txt", "fetch.txt"
TAG_FILES = ["VERIFY.txt", "VERIFY.zh-CN.txt", INFO, DECLARATION, "index.html", MANIFEST, "print.html", "verify.py"]
CHECKPOINT, CHECKPOINTS, DOSSIER = "data/log/checkpoint", "data/log/checkpoints.jsonl", "data/dossier.json"
ANCHORS, CRATE = "data/log/anchors.jsonl", "data/ro-crate-metadata.json"
# What is held against the lists alone: the exporter's word, and what depends on the version of the program that wrote it.
UNPROVEN = ["index.html", "print.html", CRATE, INFO, "VERIFY.txt", "VERIFY.zh-CN.txt", "verify.py"]
ARCHIVE_KEY, MIB, LONG, MOST_BAD_LINES = "data/keys/archive", 1024 * 1024, 16 * 1024**3, 100
# What a body may not be kept back of: without it nobody could check the bundle.
INDISPENSABLE = FIXED_TYPES | OPENINGS | {"dossier.linked", "entry.withdrawn", "bundle.exported"}
SUFFIXES = {media_type: suffix for suffix, types in {
    "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "tif": "image/tiff",
    "bmp": "image/bmp image/x-ms-bmp", "heic": "image/heic", "heif": "image/heif", "mp3": "audio/mpeg",
    "m4a": "audio/mp4 audio/x-m4a", "wav": "audio/wav audio/x-wav", "ogg": "audio/ogg",
    "flac": "audio/flac audio/x-flac", "aac": "audio/aac audio/x-hx-aac-adts", "amr": "audio/amr audio/AMR",
    "mp4": "video/mp4 video/x-m4v", "mov": "video/quicktime", "avi": "video/x-msvideo", "mkv": "video/x-matroska",
    "webm": "video/webm", "mpg": "video/mpeg", "3gp": "video/3gpp video/3gpp2", "wmv": "video/x-ms-asf",
    "ts": "video/MP2T", "pdf": "application/pdf", "rtf": "application/rtf text/rtf", "eml": "message/rfc822",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip", "7z": "application/x-7z-compressed", "rar": "application/x-rar",
    "gz": "application/gzip", "p7m": "application/pkcs7-mime", "csv": "text/csv",
    "txt": "text/plain text/html text/xml application/json image/svg+xml"}.items() for media_type in types.split()}
FILE_PATH = "data/files/([0-9a-f]{64})\\.(" + "|".join(sorted({*SUFFIXES.values(), "bin"})) + ")"
DESCRIPTION = {"dossier": is_random, "name": is_string, "kind": lambda v: is_string(v) and v in OPENINGS,
               "entries": [{"n": is_count, "seq": is_count}],
               "linked": lambda v: isinstance(v, list) and all(map(is_count, v)), "slim?": lambda v: v is True}

MARKS = {DECLARATION, MANIFEST, TAG_MANIFEST, SIGNATURE}

def is_bundle(folder):
    return any(os.path.lexists(os.path.join(folder, name)) for name in MARKS)

def body_path(seq): return f"data/bodies/{seq}.json"
def entry_path(seq): return f"data/entries/{seq}.json"
def sealed_path(seq, name): return f"data/sealed/{seq}/{name}"
def proof_path(seq): return f"data/proofs/{seq}.tlog-proof"

def key_files(path, key):
    """A key's two files: as a verifier key, and as a SubjectPublicKeyInfo in PEM (RFC 8410)."""
    der = bytes.fromhex("302a300506032b6570032100") + key.public
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"
    return {path + ".vkey": f"{key.text}\n".encode(), path + ".pem": pem.encode()}

class Bundle(Folder):
    def __init__(self, folder, report, reader):
        super().__init__(folder, report, reader, "bag-file-unlisted", deepest=16, names="[A-Za-z0-9._-]+")
        self.tags, self.payload = {}, {}
        self.places, self.linked, self.exports, self.last, self.knows_linked = [], set(), set(), None, True
        self.own, self.handed, self.fixed, self.indispensable = set(), set(), set(), set()

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
        if self.sizes.get(path, 0) > LONG:
            self.report("bag-malformed", path, "too large")
        elif path in self.sizes:
            whole = hashlib.sha256()
            with self.open(path) as file:
                while chunk := file.read(MIB):
                    whole.update(chunk)
            if whole.hexdigest() != digest:
                self.report("bag-file-altered", path)

    def check_stored(self, path, digest, verity, size):
        return check_file(self.folder, path, digest, verity, size)

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
            if named := re.fullmatch(FILE_PATH, path):  # Its bytes are read last.
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
        for number, line in self.lines(path, longest) if self.sizes.get(path, LONG + 1) <= LONG else []:
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
        self.description = self.read_description()
        self.is_slim = bool(self.description and "slim" in self.description)
        log = Slim(self) if self.is_slim else Entries(self, "data/log/")
        audit = Audit(self.report, self.checkpoints(), log.at,
                      lambda file: find_referenced(file, self.reader.media_root, at_location=False),
                      Anchors(self.report, self.reader, self.anchors()), leaf_at=log.leaf_at if self.is_slim else lambda seq: None,
                      only=self.description["dossier"] if self.is_slim else None, holds_parts=False)
        tiles, self.suffixes, self.leaves, held = Tiles(), {}, Pyramid(), 0
        for number in sorted(log.widths):
            entries, first = log.bundle(number), number * 256
            if entries is None:
                if not self.is_slim:
                    self.report("entry-malformed", f"entry {first}", "no entry bundle")
                continue
            if first > audit.position:
                tiles = None
            audit.skip(first)
            for data in entries:
                seq = audit.position
                leaf = log.leaf_at(seq) if self.is_slim else None
                if data is None:
                    if entry_path(seq) in self.sizes:
                        self.report("bag-file-altered", entry_path(seq), "not what the log says")
                    audit.pass_by(leaf)
                else:
                    entry, body = audit.absorb(data, self.body(seq), is_withheld=True)
                    if entry and entry["type"] in FIXED_TYPES:
                        self.fixed.add(seq)
                        if body_path(seq) not in self.sizes:
                            self.report("bundle-incomplete", f"entry {seq}", body_path(seq))
                    self.note_dossier(entry, body, seq)
                    held += 1
                self.leaves.append(audit.last_leaf)
                for tile in tiles.append(audit.last_leaf) if tiles else []:
                    self.check_tile(tile)
        audit.finish()
        for tile in tiles.partial() if tiles else []:
            self.check_tile(tile)
        if self.is_slim:
            for seq in (0, 1):
                if entry_path(seq) not in self.sizes:
                    self.incomplete(entry_path(seq))
            self.report("entries-not-checked", "", f"{audit.position - held} entries are not in this slim bundle")
        self.check_dossier(audit)
        if tiles:
            self.check_proofs(audit)
        self.check_parts(audit)
        return audit

    def check_proofs(self, audit):
        size = audit.position
        if not self.newest or self.newest[0] != size:
            return
        root = base64.b64encode(self.leaves.root(0, size)).decode()
        if self.newest[1].decode().split("\n")[2:3] != [root]:
            return
        for seq in sorted(self.own):
            if seq < size and (not self.is_slim or entry_path(seq) in self.sizes):
                hashes = [base64.b64encode(hash).decode() + "\n" for hash in self.leaves.proof(seq, 0, size)]
                text = f"c2sp.org/tlog-proof@v1\nindex {seq}\n" + "".join(hashes) + "\n"
                self.require(proof_path(seq), text.encode() + self.newest[1])

    def may_hold(self, seq):
        """Whether a body is this bundle's business; each is, where the dossier or what it links can't be told."""
        return not self.description or not self.knows_linked or seq in self.handed | self.fixed

    def path_of(self, digest):
        """Where a file lies that an entry names, or ought to: of several names, the first that is there."""
        paths = [f"data/files/{digest}.{suffix}" for suffix in sorted(self.suffixes.get(digest, ()))]
        return next((path for path in paths if path in self.sizes), paths[0] if paths else None)

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
        keys = key_files(ARCHIVE_KEY, audit.archive_key) if audit.archive_key else {}
        for name in sorted(audit.signers):
            keys |= key_files(f"data/keys/signers/{name}", audit.signers[name]["key"])
        for path, expected in keys.items():
            self.require(path, expected)
        for path in CHECKPOINTS, CRATE:
            if path not in self.sizes:
                self.incomplete(path)
        named = {self.path_of(digest) for digest, _, _ in audit.files}
        named |= {CHECKPOINT, CHECKPOINTS, ANCHORS, DOSSIER, CRATE, ARCHIVE_KEY + ".vkey", ARCHIVE_KEY + ".pem"} | set(keys)
        named |= {proof_path(seq) for seq in self.own} | self.check_sealed(audit)
        for path in sorted(self.sizes):
            body = re.fullmatch(r"data/(bodies|entries)/(0|[1-9][0-9]{0,18})\.json", path)
            is_body = body and int(body[2]) < audit.position and (
                self.may_hold(int(body[2])) if body[1] == "bodies" else self.is_slim)
            tile = read_tile_path(path.removeprefix("data/log/")) if path.startswith("data/log/tile/") else None
            is_tile = tile and tile_width(*tile[:2], audit.position) == tile[2] and not (self.is_slim and tile[0] == "entries")
            if path.startswith("data/") and path not in named and not is_body and not is_tile:
                self.report("bag-file-unlisted", path, "nothing in the log accounts for it")

    def check_sealed(self, audit):
        """Looks whether sealed records' parts are there, and are the archive's; returns the paths that belong to them."""
        named = set()
        for seq, body in sorted(audit.sealed.items()):
            count = sum(file["name"].endswith("-1.cms") for file in body["files"])
            files = [[] for _ in range(count)]
            for place, parts in enumerate(files):
                while sealed_path(seq, name := f"{place + 1}-{len(parts) + 1}.cms") in self.sizes:
                    parts.append(name)
            names = ["body.cms", *(name for parts in files for name in parts)]
            named |= {sealed_path(seq, name) for name in names}
            first = [sealed_path(seq, name) for name in ["body.cms", *(f"{place + 1}-1.cms" for place in range(count))]]
            if missing := [path for path in first if path not in self.sizes]:
                for path in missing:
                    self.incomplete(path)
                continue
            is_original = names == [file["name"] for file in body["files"]] and all(
                self.payload.get(sealed_path(seq, file["name"])) == file["sha256"] for file in body["files"])
            self.report("sealed-content-not-checked" if is_original else "sealed-not-opened", f"entry {seq}")
        return named

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
            if set(description) - {"slim"} != set(DESCRIPTION) - {"slim?"} or any(len(place) != 2 for place in description["entries"]):
                raise Bad("other members")
            return description
        except Bad as error:
            return self.report("bag-malformed", DOSSIER, str(error))

    def note_dossier(self, entry, body, seq):
        self.last = None
        if not entry:
            return
        for file in (body or {}).get("files", []) if entry["type"] == "evidence.added" else []:
            if isinstance(file, dict) and file.get("held") == "stored" and is_string(file.get("type")):
                self.suffixes.setdefault(file.get("sha256"), set()).add(SUFFIXES.get(file["type"], "bin"))
        def is_form(kind):
            try:
                check(EXPORTED if kind == "bundle.exported" else LINKED, body or {})
                return entry["type"] == kind
            except Bad:
                return False
        self.last = seq, entry["actor"], body if is_form("bundle.exported") else None
        wanted = self.description and self.description["dossier"]
        for link in entry.get("dossiers", []):
            if link["id"] != wanted:
                continue
            self.places.append({"n": link["n"], "seq": seq})
            if entry["type"] in ("bundle.exported", "bundle.received"):
                self.exports.add(seq)
            elif entry["type"] in INDISPENSABLE:
                self.indispensable.add(seq)
            if is_form("dossier.linked"):
                self.linked |= {r["seq"] for r in body["entries"]}
            elif entry["type"] == "dossier.linked":
                self.knows_linked = False

    def check_dossier(self, audit):
        description = self.description
        self.own = {place["seq"] for place in self.places} | self.linked
        self.handed = self.own | {r["seq"] for r in ((self.last or (0, 0, None))[2] or {"entries": []})["entries"]}
        if not description:
            return
        own = [place["seq"] for place in self.places]
        outside = sorted(self.linked - set(own))
        last_seq, _, exported = self.last or (None, None, None)
        if not own or [place["n"] for place in self.places] != list(range(1, len(own) + 1)):
            self.report("bundle-incomplete", DOSSIER, "the dossier's numbers do not run from 1 on without a gap")
        if not exported or exported["dossier"] != description["dossier"] or not own or last_seq != own[-1]:
            self.report("bundle-incomplete", DOSSIER, "the log does not end in the dossier's export")
        withheld = {r["seq"] for r in (exported or {}).get("withheld", [])} - self.indispensable
        if kept := sorted(seq for seq in withheld if body_path(seq) not in self.sizes):
            self.report("bodies-withheld", f"entry {kept[0]}", f"{len(kept)} bodies were kept back")
        may_lack = audit.withdrawn | (self.exports - set(own[-1:])) | withheld
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
                self.report(code, ARCHIVE_KEY + ".vkey", audit.archive_key.text)
        if self.description:
            name = audit.dossiers.get(self.description["dossier"], (0, None, None))[2]
            self.check_info("External-Identifier", self.description["name"] if name is None else name)
        if digest:
            self.check_signature(audit, digest)
        for (sha256, verity, size), seq in sorted(audit.files.items()):
            path = self.path_of(sha256)
            code = self.check_stored(path, sha256, verity, size) if path in self.sizes else "file-missing"
            if code:
                self.report(code, path, f"of entry {seq[0]}")
        audit.check_outside()
        if audit.continues:
            self.report("predecessor-not-checked", body_path(0), audit.continues["origin"])
        named = {self.path_of(sha256) for sha256, _, _ in audit.files}
        for path in sorted(self.sizes):
            if re.fullmatch(FILE_PATH, path) and path not in named and path in self.payload:
                self.check_digest(path, self.payload[path])
        root = base64.b64encode(audit.tree.root()).decode()
        print(f"{audit.position} entries, root {root}, {len(audit.files)} files")
        print("not checked, but that they were signed:", ", ".join(path for path in UNPROVEN if path in self.sizes))

class Slim:
    """The log of a slim bundle: hash tiles, and some entries by themselves."""
    def __init__(self, bundle):
        self.folder, self.widths = bundle, {}
        for path in bundle.sizes:
            found = read_tile_path(path.removeprefix("data/log/")) if path.startswith("data/log/tile/0/") else None
            if found:
                self.widths[found[1]] = max(found[2], self.widths.get(found[1], 0))

    @functools.lru_cache(maxsize=4)  # noqa: B019 (one object a run)
    def leaves(self, number):
        width = self.widths.get(number)
        data = width and self.folder.read("data/log/" + tile_path(0, number, width), 256 * 32)
        return [data[i:i + 32] for i in range(0, len(data), 32)] if data and len(data) == width * 32 else None

    def leaf_at(self, seq):
        leaves = self.leaves(seq // 256) or []
        return leaves[seq % 256] if seq % 256 < len(leaves) else None

    def bundle(self, number):
        """For each entry its bytes, or None where they are not there or not those of its hash."""
        leaves = self.leaves(number)
        return leaves and [self.at(number * 256 + i) for i in range(len(leaves))]

    def at(self, seq):
        data = self.folder.read(entry_path(seq), 4096)
        return data if data is not None and leaf_hash(data) == self.leaf_at(seq) else None
