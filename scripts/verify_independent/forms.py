"""The forms of FORMAT.md sections 3 to 7 and 9 to 11: JSON, values, entries, bodies, hashes, notes and keys."""
import base64, calendar, hashlib, json, os, pathlib, re, stat, unicodedata  # noqa: E401

from . import ed25519

TYPES = set("""archive.created signer.enrolled signer.revoked inspection.opened inspection.step case.opened case.step
    dossier.linked evidence.added entry.amended entry.withdrawn custody.moved record.opened checkpoint.anchored
    bundle.exported bundle.received archive.verified archive.repaired""".split())
OPENINGS = {"case.opened", "inspection.opened"}
OF_DOSSIER = {"dossier.linked", "bundle.exported", "case.step", "inspection.step"}  # in the one that they name
FIXED_TYPES = {"archive.created", "signer.enrolled", "signer.revoked", "checkpoint.anchored"}  # nothing may be done to them

FIXED_MEMBERS = {"salt", "files", "sealed", "dossier", "name", "step", "evidence"}  # nor be amended

class Bad(Exception):
    """Bytes that are not of the format."""

class NotUnderstood(Bad):
    """An entry of another version."""

def refuse_if(condition, why):
    if condition:
        raise Bad(why)

# ---------------------------------------------------------------------------------- section 3: JSON, times, values
def parse_json(data):
    """The object in these bytes, which must be in the one form that the format allows."""
    def ordered(value, depth):
        refuse_if(isinstance(value, (dict, list)) and depth > 32, "nested too deeply")
        if value is None or isinstance(value, float) or (is_integer(value) and abs(value) > 2**53 - 1):
            raise Bad("null, a fraction, or an integer past 2^53-1")
        if is_object(value):
            return {n: ordered(value[n], depth + 1) for n in sorted(value, key=lambda name: name.encode("utf-16-be"))}
        return [ordered(item, depth + 1) for item in value] if isinstance(value, list) else value
    try:  # Written again, whatever was in another form (order, white space, escapes, members twice) is other bytes.
        value = ordered(json.loads(data.decode("utf-8")), 1)
        if is_object(value) and json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() == data:
            return value
    except (ValueError, RecursionError) as error:
        raise Bad(f"no JSON of this format: {error}") from error
    raise Bad("no object, or not in canonical form")

DAY, CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
def is_string(v): return isinstance(v, str)
def is_strings(v): return isinstance(v, list) and all(map(is_string, v))
def is_object(v): return isinstance(v, dict)
def is_bool(v): return isinstance(v, bool)
def is_integer(v): return isinstance(v, int) and not isinstance(v, bool)
def is_count(v): return is_integer(v) and v >= 0
def is_number(v): return is_integer(v) and v >= 1
def fits(v, pattern): return is_string(v) and re.fullmatch(pattern, v) is not None
def is_digest(v): return fits(v, "[0-9a-f]{64}")
def is_random(v): return fits(v, "[0-9a-f]{32}")
def is_key_name(v): return fits(v, "[a-z0-9][a-z0-9._-]{0,63}")
def is_note_name(v): return v != "" and "+" not in v and not any(c.isspace() or c < " " for c in v)
def is_time(v): return fits(v, rf"{DAY}T{CLOCK}:[0-5][0-9]\.[0-9]{{3}}Z") and is_day(v[:10])
def is_claimed(v):
    return fits(v, rf"{DAY}(?:T{CLOCK}(?::[0-5][0-9](?:\.[0-9]{{3}})?)?(?:Z|[+-]{CLOCK}))?") and is_day(v[:10])
def is_civil(v): return fits(v, DAY) and is_day(v)
def is_reference(v):
    return is_object(v) and set(v) == {"seq", "leafHash"} and is_count(v["seq"]) and is_digest(v["leafHash"])
def is_references(v): return isinstance(v, list) and all(map(is_reference, v))
def is_dossier_name(v):
    return is_string(v) and 1 <= len(v) <= 64 and all(unicodedata.category(c) != "Cc" for c in v)

def is_day(text):
    year, month, day = (int(part) for part in text.split("-"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= 12 and 1 <= day <= (29 if leap and month == 2 else calendar.mdays[month])

def check(form, thing):
    """Holds an object against a form: by name (with ? where it may be absent) a test, a form, or a list's form."""
    for name, test in form.items():
        value = thing.get(name.rstrip("?"))
        if value is None and name.endswith("?"):
            continue
        if callable(test):
            is_right, within = test(value), ()
        elif isinstance(test, list):
            is_right, within = isinstance(value, list) and all(map(is_object, value)), value
        else:
            is_right, within = is_object(value), (value,)
        if not is_right:
            raise Bad(f"{name.rstrip('?')} is missing or not of the form asked for")
        for item in within:
            check(test[0] if isinstance(test, list) else test, item)

# ------------------------------------------------------------------------------ sections 9 to 11: hashes and notes
def sha256(data): return hashlib.sha256(data).digest()
def leaf_hash(entry): return sha256(b"\0" + entry)
def node_hash(left, right): return sha256(b"\1" + left + right)

class Tree:
    def __init__(self):
        self.edge = []  # the perfect subtrees at the right edge, largest first: (height, hash)

    def append(self, leaf, height=0):
        while self.edge and self.edge[-1][0] == height:
            leaf, height = node_hash(self.edge.pop()[1], leaf), height + 1
        self.edge.append((height, leaf))

    def root(self):
        hashes = [hash_ for _, hash_ in self.edge] or [sha256(b"")]
        while len(hashes) > 1:
            hashes[-2:] = [node_hash(*hashes[-2:])]
        return hashes[0]

class Tiles:
    """The hash tiles of C2SP tlog-tiles, height 8."""
    def __init__(self):
        self.rows = []  # by level: the number of the unfinished tile, and its hashes

    def append(self, leaf, level=0):
        """The tiles that this hash fills: (level, number, bytes)."""
        if level == len(self.rows):
            self.rows.append([0, b""])
        row = self.rows[level]
        row[1] += leaf
        if len(row[1]) < 256 * 32:
            return []
        tree, (number, data) = Tree(), row
        for start in range(0, len(data), 32):
            tree.append(data[start:start + 32])
        self.rows[level] = [number + 1, b""]
        return [(level, number, data), *self.append(tree.root(), level + 1)]

    def partial(self):
        return [(level, number, data) for level, (number, data) in enumerate(self.rows) if data]

class Pyramid:
    """All perfect subtrees of a log, for inclusion proofs (RFC 6962, 2.1.1)."""
    def __init__(self):
        self.levels = [[]]

    def append(self, leaf):
        level = 0
        self.levels[0].append(leaf)
        while len(self.levels[level]) % 2 == 0:
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(node_hash(*self.levels[level][-2:]))
            level += 1

    def root(self, low, high):
        count, half = high - low, split(high - low)
        if count == 1 or 2 * half == count and low % count == 0:
            return self.levels[count.bit_length() - 1][low // count]
        return node_hash(self.root(low, low + half), self.root(low + half, high))

    def proof(self, index, low, high):
        if high - low == 1:
            return []
        middle = low + split(high - low)
        if index < middle:
            return self.proof(index, low, middle) + [self.root(middle, high)]
        return self.proof(index, middle, high) + [self.root(low, middle)]

def split(count):
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1 if count > 1 else 0

def tile_path(level, number, width):
    """tile/0/x001/x234/067 or tile/0/273.p/112; level is "entries" for an entry bundle."""
    digits = str(number)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    path = "".join(f"x{group}/" for group in groups[:-1]) + groups[-1]
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")

def read_tile_path(path):
    """The level ("entries" or a number), number and width in such a path; None for any other."""
    found = re.fullmatch(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?", path)
    if not found:
        return None
    level = found[1] if found[1] == "entries" else int(found[1])
    tile = level, int(re.sub("[x/]", "", found[2])), int(found[3] or 256)
    is_right = tile_path(*tile) == path and tile[2] > 0 and tile[1] < 2**64 and (level == "entries" or level < 64)
    return tile if is_right else None

def tile_width(level, number, size):
    """How many hashes (or entries) the tile has in a tree of this size; 0 where there is no such tile."""
    return max(0, min(256, (size >> 8 * (0 if level == "entries" else level)) - number * 256))

def read_entries(data, width):
    """The entries of an entry bundle; None where the bytes are not exactly so many."""
    entries, place = [], 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place:place + 2], "big")
        if end > len(data) or place + 2 > len(data):
            return None
        entries.append(data[place + 2:end])
        place = end
    return entries if len(entries) == width else None

def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad("no base64") from error
    refuse_if(base64.b64encode(data).decode() != text, "base64 in another form than the one allowed")
    return data

def is_base64(v):
    try:
        return is_string(v) and unbase64(v) is not None
    except Bad:
        return False

class Key:
    """A verifier key: of kind 1 of an archive or a signer, of kind 4 of a witness."""
    def __init__(self, text, kind=1):
        self.text, parts = text, text.split("+", 2)
        data = unbase64(parts[2]) if len(parts) == 3 else b""
        if len(data) != 33 or data[0] != kind or not is_note_name(parts[0]):
            raise Bad(f"no verifier key of an Ed25519 key of type {kind:02}")
        self.name, self.public, self.id = parts[0], data[1:], sha256(parts[0].encode() + b"\n" + data)[:4]
        refuse_if(self.id.hex() != parts[1], "the key ID is not that of the key")

    def verifies(self, signature, message):
        return ed25519.verifies(self.public, signature, message)

def parse_signature(line):
    """The name, key ID and signature in a signature line."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_note_name(parts[1]) or len(unbase64(parts[2])) < 5:
        raise Bad("no signature line")
    data = unbase64(parts[2])
    return parts[1], data[:4], data[4:]

class Note:
    def __init__(self, data):
        cut = data.rfind(b"\n\n")
        if len(data) > 1_000_000 or cut < 0 or not data.endswith(b"\n") or any(b < 32 and b != 10 for b in data):
            raise Bad("no signed note")
        try:
            self.text, lines = data[:cut + 1].decode("utf-8"), data[cut + 2:-1].decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise Bad("a note that is no UTF-8") from error
        self.signatures = [parse_signature(line) for line in lines]
        refuse_if(len(lines) > 100, "more than 100 signatures")

    def verify(self, key):
        found = [signature for name, id_, signature in self.signatures if (name, id_) == (key.name, key.id)]
        valid = all(key.verifies(signature, self.text.encode()) for signature in found)
        return "missing" if not found else "valid" if valid else "invalid"

    def checkpoint(self, may_extend=False):
        lines = self.text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or (len(lines) > 4 and not may_extend) \
                or not fits(lines[1], "0|[1-9][0-9]{0,18}") or int(lines[1]) >= 2**63 or len(unbase64(lines[2])) != 32:
            raise Bad("no checkpoint")
        return lines[0], int(lines[1]), unbase64(lines[2])

def file_digests(file):
    """SHA-256, fs-verity digest (both hex) and size of an open file."""
    whole, size, level = hashlib.sha256(), 0, bytearray()
    while chunk := file.read(1 << 20):
        whole.update(chunk)
        size += len(chunk)
        for start in range(0, len(chunk), 4096):
            level += sha256(chunk[start:start + 4096].ljust(4096, b"\0"))
    while len(level) > 32:
        level = b"".join(sha256(bytes(level[i:i + 4096]).ljust(4096, b"\0")) for i in range(0, len(level), 4096))
    descriptor = bytes([1, 1, 12, 0, 0, 0, 0, 0]) + size.to_bytes(8, "little") + (bytes(level) or bytes(32))
    return whole.hexdigest(), sha256(descriptor.ljust(256, b"\0")).hex(), size

def check_file(root, path, digest, verity, size):
    """The code for what is wrong with a stored file at root/path, or none. No link on the way is followed."""
    place = pathlib.Path(root)
    try:
        *folders, name = path.split("/")
        for folder in folders:
            place /= folder
            if not stat.S_ISDIR(place.lstat().st_mode):
                return "file-not-regular"
        place /= name
        if not stat.S_ISREG(place.lstat().st_mode):
            return "file-not-regular"
        with open(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if os.fstat(file.fileno()).st_size != size:
                return "file-size-differs"
            found = file_digests(file)
    except OSError as error:
        return "file-missing" if isinstance(error, FileNotFoundError) else "file-unreadable"
    return digests_code(found, (digest, verity, size))

def digests_code(found, expected):
    """The code for a file of these digests and this size, or none."""
    wrong = (found[0] != expected[0]) + (found[1] != expected[1])
    return "file-size-differs" if found[2] != expected[2] else ["", "file-digests-disagree", "file-altered"][wrong]

def find_referenced(file, root, at_location):
    """Where a file that stayed outside the archive is, as bytes: section 14, or None where it is not to be reached."""
    def exact(name):
        return bytes.fromhex(file[name + "Bytes"]) if name + "Bytes" in file else file.get(name, "").encode()
    def parts(path):
        names = [name for name in path.split(b"/") if name]
        plain = all(len(name) <= 255 and b"\0" not in name and name not in (b".", b"..") for name in names)
        return names if plain and len(names) <= 256 else []
    def size(place):
        """Of a regular file that is reached without following a link."""
        try:
            folder = os.path.dirname(place)
            while folder != b"/":
                if not stat.S_ISDIR(os.lstat(folder).st_mode):
                    return None
                folder = os.path.dirname(folder)
            status = os.lstat(place)
            return status.st_size if stat.S_ISREG(status.st_mode) else None
        except OSError:
            return None
    places, location = [], exact("location")
    for names in (parts(location), parts(exact("name"))) if root else ():
        places += [os.path.join(os.fsencode(os.path.realpath(root)), *names[i:]) for i in range(len(names))]
    if at_location and location.startswith(b"/") and parts(location):
        places.append(b"/" + b"/".join(parts(location)))
    found = [(place, there) for place in places if (there := size(place)) is not None]
    return next((place for place, there in found if there == file["size"]), found[0][0] if found else None)

# --------------------------------------------------------------------------------- sections 4 to 7: entries, bodies
ENTRY = {"seq": is_count, "time": is_time, "type": is_string, "actor": is_key_name, "commit": is_count,
         "body": is_digest, "prev?": is_digest, "dossiers?": [{"id": is_random, "n": is_number, "prev?": is_digest}]}
PERSON_DETAILS = {"person": is_string, "unit?": is_string, "role?": is_string}
PERSON = {"name": is_key_name, "key": is_string, **PERSON_DETAILS}
def is_verifier_key(v):
    try:
        return is_string(v) and bool(Key(v))
    except Bad:
        return False

ELSEWHERE = {"key": is_verifier_key, "size": is_count, "root": is_digest, "dossier": is_random, "name": is_string}
OCCURRED = {"from?": is_claimed, "to?": is_claimed}
OPENED = {"dossier": is_random, "name": is_dossier_name, "joins?": ELSEWHERE, "occurred?": OCCURRED, "due?": is_civil,
          "planned?": {"from": is_civil, "to": is_civil},
          "team?": [{"name": is_string, "role": is_string, "rank?": is_string, "unit?": is_string}],
          **{name: is_string for name in ("title?", "description?", "unit?", "content?", "severity?", "county?",
                                          "person?", "measures?", "funds?", "plan?", "drawn?", "unitKind?")}}
STEP = {"dossier": is_random, "step": is_string, "occurred?": OCCURRED, "summary?": is_string, "due?": is_civil,
        "evidence?": lambda v: is_references(v) and v, "to?": is_string, "result?": is_string}
LINKED = {"dossier": is_random, "entries": lambda v: is_references(v) and v}
EXPORTED = {**LINKED, "recipient?": is_string, "purpose?": is_string, "withheld?": is_references}
MEDIA = {
    "duration?": is_integer, "width?": is_integer, "height?": is_integer, "videoCodec?": is_string,
    "audioCodec?": is_string, "tools?": [{"name": is_string, "version": is_string}],
    "captured?": {"written": is_string, "tag": is_string, "time": is_claimed, "gps?": is_claimed,
                  "zone": lambda v: v in ("written", "gps", "format", "assumed")},
    "position?": {"latitude": is_integer, "longitude": is_integer, "altitude?": is_integer},
    "device?": {"make?": is_string, "model?": is_string, "serial?": is_string}}
FILE = {"name": is_string, "nameBytes?": lambda v: fits(v, "(?:[0-9a-f]{2})*"), "size": is_count, "type": is_string,
        "sha256": is_digest, "fsverity": is_digest, "held": lambda v: v in ("stored", "referenced"),
        "location?": is_string, "locationBytes?": lambda v: fits(v, "(?:[0-9a-f]{2})*"), "modified?": is_time,
        "media?": MEDIA}
SAID = {"files?": [FILE], "related?": is_references, "tags?": is_strings,
        "occurred?": OCCURRED, "people?": [{"name": is_string, "role?": is_string}],
        "acquired?": {**{name: is_string for name in ("by?", "from?", "device?", "serial?", "at?")},
                      "clockOffset?": is_integer},
        **{name: is_string for name in ("description?", "place?", "method?", "content?", "classification?")}}
SEALED = {**SAID, "kind?": lambda v: False, "title?": lambda v: False, "sealed": {
    "body": is_digest, "readers": [{"subject": is_string, "sha256": is_digest, "key": is_digest}]}}
BODIES = {
    "archive.created": {"origin": is_string, "key": is_string, "title?": is_string, "continues?": {
        "origin": is_string, "key": is_string, "size": is_count, "root": is_digest, "reason": is_string}},
    "signer.enrolled": {**PERSON, "slip": is_string, "mayEnrol": is_bool},
    "signer.revoked": {"name": is_string, "reason": is_string},
    "case.opened": OPENED, "inspection.opened": OPENED, "dossier.linked": LINKED,
    "case.step": STEP, "inspection.step": STEP,
    "checkpoint.anchored": {"size": is_count, "kind": lambda v: v in ("cosignature", "timestamp"), "time": is_time,
                            "by": is_string, "token": is_digest},
    "bundle.exported": EXPORTED,
    "entry.amended": {"target": is_reference, "reason": is_string, "set?": is_object, "unset?": is_strings},
    "entry.withdrawn": {"target": is_reference, "amendments?": is_references, "authority": is_string,
                        "reason": is_string},
    "custody.moved": {"target": is_reference, "from": is_string, "to": is_string, "at?": is_claimed,
                      "description?": is_string},
    "bundle.received": {"target": is_reference, "by": is_string, "certificate": is_digest, "signed": is_string},
    "archive.repaired": {
        "size": is_count, "root": is_digest,
        "files?": [{"sha256": is_digest, "found": lambda v: v in ("missing", "altered")}],
        "rows?": [{"table": lambda v: v in ("entry", "body", "checkpoint", "anchor"), "number": is_count}],
        "kept?": [{"name": is_string, "sha256": is_digest}]},
    "record.opened": {"target": is_reference, "reader": is_digest, "purpose": is_string},
    "evidence.added": {"kind": is_string, "title": is_string, "bundle?": ELSEWHERE, **SAID},
}

def check_body(kind, body):
    """Holds a body against the form of its type, where that is known."""
    if kind == "evidence.added" and "sealed" in body:
        check(SEALED, body)
        refuse_if(not body["sealed"]["readers"], "sealed to nobody")
        check_parts(body.get("files", []))
    elif kind in BODIES:
        check(BODIES[kind], body)
        refuse_if(kind == "archive.repaired" and not any(body.get(name) for name in ("files", "rows", "kept")),
                  "a repair of nothing")

READ_AMENDED = {"evidence.added", "case.opened", "inspection.opened", "case.step", "inspection.step"}

def check_amended(kind, amendment):
    """Holds what an amendment says against the form of the type that it amends, where that is read with its amendments."""
    form, given = BODIES[kind] if kind in READ_AMENDED else {}, amendment.get("set", {})
    check({name: test for name, test in form.items() if name.rstrip("?") in given}, given)
    refuse_if(set(form) & set(amendment.get("unset", [])), "it takes away what must be there")

def check_parts(files):
    """Holds a sealed record's files against their form: the body, then the parts of each file in order."""
    refuse_if([file["name"] for file in files[:1]] != ["body.cms"], "a sealed record without its inner body")
    file, part = 0, 0
    for record in files[1:]:
        if file and record["name"] == f"{file}-{part + 1}.cms":
            part += 1
        else:
            file, part = file + 1, 1
            refuse_if(record["name"] != f"{file}-1.cms", "a part out of order")
    if any(record["held"] != "stored" or "nameBytes" in record or record["type"] != "application/pkcs7-mime"
           or record["size"] > 64 * 1024 * 1024 for record in files):
        raise Bad("a part that is no stored CMS file of at most 64 MiB")

def parse_entry(data):
    refuse_if(len(data) > 4096, "more than 4096 bytes")
    entry = parse_json(data)
    check({"v": is_integer}, entry)
    if entry["v"] != 1:
        raise NotUnderstood(f"version {entry['v']}")
    check(ENTRY, entry)
    links = entry.get("dossiers", [])
    ids = [link["id"] for link in links]
    if entry["commit"] <= entry["seq"] or ("prev" in entry) != (entry["seq"] > 0):
        raise Bad("commit is not above seq, or prev is there at 0 or missing above it")
    if entry.get("dossiers") == [] or len(links) > 16 or ids != sorted(set(ids)):
        raise Bad("dossiers are empty, too many or out of order")
    if any(set(link) - {"id", "n", "prev"} or ("prev" in link) != (link["n"] > 1) for link in links):
        raise Bad("a dossier with wrong members")
    return entry

def parse_body(data):
    refuse_if(len(data) > 16 * 1024 * 1024, "more than 16 MiB")
    body = parse_json(data)
    check({"salt": is_random}, body)
    return body

def parse_slip(body):
    note = Note(body["slip"].encode())
    lines = note.text.split("\n")
    refuse_if(len(lines) != 3 or lines[0] != "evidence signer slip v1", "no slip")
    slip = parse_json(lines[1].encode())
    check(PERSON, slip)
    key = Key(slip["key"])
    refuse_if(key.name != slip["name"] or note.verify(key) != "valid", "the slip's name or signature is wrong")
    if any(slip.get(name.rstrip("?")) != body.get(name.rstrip("?")) for name in PERSON):
        raise Bad("the slip says something else than the body")
    return key

def references(value):
    if is_reference(value):
        return [value]
    items = value.values() if is_object(value) else value if isinstance(value, list) else []
    return [reference for item in items for reference in references(item)]
