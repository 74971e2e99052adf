#!/usr/bin/env python3
"""Checks the bundle in this folder with Python's standard library and openssl 3: python3 -I verify.py [KEY [DIR]]

KEY is the archive's verifier key: have it from its keeper, a receipt or another document, never from this bundle. DIR is a
folder that gets the timestamps, for openssl ts. This is short, to be read; VERIFY.txt says what it does not check.
"""
import sys
# Without -I, Python looks for modules beside the script first: what somebody put there would run.
if not getattr(sys.flags, "safe_path", sys.flags.isolated): del sys.path[0]
import base64, datetime, hashlib, json, pathlib, re, subprocess, tempfile  # noqa: E401, E402

TAGS, NOTE, LOG = "tagmanifest-sha256.txt", "signatures/tagmanifest.note", "data/log/"
LISTS = "VERIFY.txt VERIFY.zh-CN.txt bag-info.txt bagit.txt index.html manifest-sha256.txt print.html verify.py".split()
# What a bundle never lacks: the first four of the whole log, the others of the dossier.
FIXED = {"archive.created", "signer.enrolled", "signer.revoked", "checkpoint.anchored"}
KEPT = FIXED | {"case.opened", "inspection.opened", "dossier.linked", "entry.withdrawn"}
SPKI = bytes.fromhex("302a300506032b6570032100")  # What stands before an Ed25519 key in DER (RFC 8410).
wrong = []

def check(holds, what):
    if not holds:
        wrong.append(what)
        print("BAD  ", ascii(what)[1:-1])

def read(path): return pathlib.Path(path).read_bytes()
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def paths(pattern): return sorted(path.as_posix() for path in pathlib.Path(".").glob(pattern))

def digest(path):
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20): total.update(piece)
    return total.hexdigest()

def public(key): return base64.b64decode(key.split("+", 2)[2])[1:]

def signed(note, key):
    """Whether a signed note (C2SP signed-note) has a valid Ed25519 signature by a verifier key."""
    (text, _, lines), name = note.rpartition(b"\n\n"), key.split("+", 2)[0].encode()
    begin, key_id = "— ".encode() + name + b" ", sha(name, b"\n\1", public(key))[:4]
    raw = [base64.b64decode(line[len(begin):]) for line in lines.splitlines() if line.startswith(begin)]
    raw = [raw[4:] for raw in raw if raw[:4] == key_id]
    with tempfile.TemporaryDirectory() as folder:
        for file, data in ("text", text + b"\n"), ("key", SPKI + public(key)), ("signature", b"".join(raw)):
            (pathlib.Path(folder) / file).write_bytes(data)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0

def lists():
    """Every file is listed, no other is there, and each is what its list says."""
    here = {path for path in paths("**/*") if pathlib.Path(path).is_symlink() or not pathlib.Path(path).is_dir()}
    listed = {}
    for name, is_its in ("manifest-sha256.txt", lambda path: path.startswith("data/")), (TAGS, LISTS.__contains__):
        for line in read(name).decode().split("\n")[:-1]:
            path = line[66:]
            check(line[64:66] == "  " and is_its(path) and path not in listed, f"{name} lists {path}, which it may not, or not twice")
            listed[path] = line[:64]
    check(listed.keys() >= set(LISTS), f"{TAGS} does not list all that it has to")
    for path in sorted(here ^ (listed.keys() | {TAGS, NOTE})): check(False, f"{path} is missing, or is in no list")
    for path in sorted(here & listed.keys()):
        named = path[11:75] if path.startswith("data/files/") else listed[path]
        sound = not pathlib.Path(path).is_symlink() and digest(path) == listed[path] == named
        check(sound, f"{path} was altered")

def leaves():
    """The log's leaf hashes in order, each with the entry's bytes; a slim bundle has those of few entries."""
    whole = pathlib.Path(LOG + "tile/entries").exists()
    tiles = [path for path in paths(LOG + f"tile/{'entries' if whole else 0}/**/*") if pathlib.Path(path).is_file()]
    places = sorted((int(re.sub(r"tile/0|\.p/.*|\D", "", path)), int(path.partition(".p/")[2] or 256), path) for path in tiles)
    number = 0
    for index, width, tile in places:
        data, first = read(tile), number
        while data:
            length = int.from_bytes(data[:2], "big") if whole else 30
            raw, alone = data[2:2 + length], pathlib.Path(f"data/entries/{number}.json")
            if whole: yield sha(b"\0", raw), raw
            else: yield data[:32], read(alone) if alone.exists() else None
            data, number = data[2 + length:], number + 1
        check((first, number) == (index * 256, index * 256 + width), f"{tile} has other entries than its name says")

def root(trees):
    """Of perfect trees as (height, hash), the largest first: RFC 6962 section 2.1."""
    top = trees[-1][1]
    for _, left in reversed(trees[:-1]): top = sha(b"\1", left, top)
    return top

def log(notes):
    """Walks the log: chain, Merkle tree and checkpoints are computed from the bytes. Gives each entry with its leaf hash."""
    trees, before, seq, ends = [], None, 0, sorted(notes, reverse=True)
    for leaf, raw in leaves():
        if seq == ends[-1]: ends.pop()
        if raw:
            entry = json.loads(raw)
            check(sha(b"\0", raw) == leaf and (entry["seq"], entry.get("prev")) == (seq, before), f"entry {seq} was altered")
            check(entry["commit"] == ends[-1], f"entry {seq} is of another commit than it says")
            yield entry, leaf
        before, seq, node = leaf.hex(), seq + 1, (0, leaf)
        while trees and trees[-1][0] == node[0]: node = node[0] + 1, sha(b"\1", trees.pop()[1], node[1])
        trees.append(node)
        stated = base64.b64decode(notes[seq].split(b"\n")[2]) if seq in notes else None
        check(stated in (None, root(trees)), f"the log before {seq} is not the one that was signed")
    check(seq == max(notes), "the log has another size than its checkpoint says")

def proven(index, leaf, note, proof):
    """Whether an inclusion proof (C2SP tlog-proof) leads from a leaf to a checkpoint: RFC 9162 section 2.1.3.2."""
    (proof, _, signed_by), last, top = proof.partition(b"\n\n"), int(note.split(b"\n")[1]) - 1, leaf
    named = proof.split(b"\n")[1] == b"index %d" % index and signed_by == note
    for other in map(base64.b64decode, proof.split(b"\n")[2:]):
        top = sha(b"\1", other, top) if index & 1 or index == last else sha(b"\1", top, other)
        while index == last and index and not index & 1: index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return named and last == 0 and top == base64.b64decode(note.split(b"\n")[2])

def enrol(people, archive, entry, body):
    """Holds an entry against who may write, and takes note of who may from now on: a name and a key are enrolled once, ever."""
    seq, kind, actor = entry["seq"], entry["type"], entry["actor"]
    check(seq < 2 or people.get(actor, {}).get("active"), f"entry {seq} is by {actor}, who is not enrolled or was revoked")
    if kind not in ("signer.enrolled", "signer.revoked") or not body: return
    may = seq == 1 and body["mayEnrol"] and body["name"] == actor or people.get(actor, {}).get("mayEnrol")
    check(may, f"entry {seq} is by {actor}, who may not say who signs")
    name = body["name"]
    if kind == "signer.revoked":
        check(people.get(name, {}).get("active"), f"entry {seq} revokes {name}, who is not enrolled")
        people.setdefault(name, {})["active"] = False
        return
    taken = {part for key in [archive, *(one["key"] for one in people.values())] for part in key.split("+", 2)[::2]}
    first = not taken & {name, body["key"].split("+", 2)[2]} and body["key"].startswith(name + "+")
    check(first, f"entry {seq} enrols {name} or a key a second time")
    check(signed(body["slip"].encode(), body["key"]), f"the slip of entry {seq} is not signed by {name}")
    if first: people[name] = {"key": body["key"], "mayEnrol": body["mayEnrol"], "active": True}

def references(body, name): return {reference["seq"]: reference["leafHash"] for reference in body.get(name, [])}

class Dossier:
    """What the bundle has to hold of the dossier, found in the log, and what it does hold."""
    def __init__(self, id, last, bodies, left):
        self.id, self.bodies, self.left, export = id, bodies, left, json.loads(bodies[last])
        self.given, self.withheld = references(export, "entries"), references(export, "withheld")
        self.own, self.before, self.linked, self.withdrawn, self.seen = [], None, {}, set(), {}
        self.held = {pathlib.Path(path).name[:64]: path for path in paths("data/files/*")}

    def take(self, entry, leaf, body):
        seq, kind = entry["seq"], entry["type"]
        for link in [link for link in entry.get("dossiers", []) if link["id"] == self.id]:
            self.own.append(seq)
            number = len(self.own)
            check((link["n"], link.get("prev")) == (number, self.before), f"number {number} of the dossier is not there")
            self.before = leaf.hex()
            if kind == "dossier.linked": self.linked.update(references(body, "entries"))
            if not body: print("note ", f"number {number}, entry {seq} ({kind}), is here without its content")
        if body or kind in FIXED or seq in self.own[-1:] or f"data/proofs/{seq}.tlog-proof" in self.left:
            self.seen[seq] = kind, leaf.hex(), entry["commit"], entry["actor"]
        if kind == "entry.withdrawn" and body: self.withdrawn |= {body["target"]["seq"], *references(body, "amendments")}
        if "sealed" in body:
            print("note ", f"entry {seq} is sealed: only its readers can look into data/sealed/{seq}")
            self.left -= set(paths(f"data/sealed/{seq}/*"))
        for file in body.get("files", []) if kind == "evidence.added" and "sealed" not in body else []:
            name, path = ascii(file["name"])[1:-1], self.held.get(file["sha256"])
            if file["held"] != "stored": print("note ", f"{name} of entry {seq} stayed elsewhere: it is not here")
            elif not path or pathlib.Path(path).stat().st_size != file["size"]: check(False, f"{name} of entry {seq} is missing")
            self.left.discard(path)

    def finish(self):
        """Nothing may be missing that nobody kept back, and nothing may be left that belongs to nothing."""
        for seq, leaf in {**self.given, **self.withheld, **self.linked}.items():
            check(self.seen.get(seq, "  ")[1] == leaf, f"entry {seq} is another than the one that is referred to")
        ours = {*self.own, *self.linked}
        for seq, (kind, *_) in self.seen.items():
            is_ours, is_named = seq in ours, seq in self.given or kind in FIXED
            may_stay = kind not in KEPT and (seq in self.withheld or kind in ("bundle.exported", "bundle.received"))
            is_spared = may_stay or seq in self.withdrawn and kind not in FIXED
            if is_named or is_ours and not is_spared:
                check(seq in self.bodies, f"the content of entry {seq} is missing, and nobody kept it back")
            if is_named or is_ours: self.left.discard(f"data/bodies/{seq}.json")
            if is_ours:
                check(f"data/proofs/{seq}.tlog-proof" in self.left, f"the proof of entry {seq} is missing")
                self.left.discard(f"data/proofs/{seq}.tlog-proof")
        for path in sorted(self.left): check(False, f"{path} belongs to nothing that was recorded")

    def keys(self, people, archive):
        """The keys that lie here, for openssl, are those of the log."""
        for name, key in [("archive", archive), *((f"signers/{name}", one["key"]) for name, one in people.items())]:
            key_file, pem = f"data/keys/{name}.vkey", f"data/keys/{name}.pem"
            same = b"".join(read(pem).splitlines()[1:-1]) == base64.b64encode(SPKI + public(key))
            check(same and read(key_file) == key.encode() + b"\n", f"{key_file} or {pem} is another key than the log's")
            self.left -= {key_file, pem}

def main(key=None, folder=None):
    lists()
    newest, listed = read(LOG + "checkpoint"), read(LOG + "checkpoints.jsonl").decode()
    notes = {line["size"]: line["note"].encode() for line in map(json.loads, listed.splitlines())}
    lines = [{"note": note.decode(), "size": size} for size, note in sorted(notes.items())]
    sound = listed == "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    check(sound, "the list of checkpoints is not in order")
    check(notes[max(notes)] == newest, "the newest checkpoint is another than the last one listed")
    described, last, anchors = json.loads(read("data/dossier.json")), max(notes) - 1, []
    bodies = {int(pathlib.Path(path).stem): read(path) for path in paths("data/bodies/*.json")}
    known = "data/(dossier|ro-crate-metadata).json|" + LOG + r"(checkpoint|checkpoints.jsonl|tile/(entries|\d+)(/x\d{3})*/\d{3}(.p/\d+)?)"
    left = {path for path in paths("data/**/*") if not pathlib.Path(path).is_dir() and not re.fullmatch(known.replace(".", "[.]"), path)}
    is_whole = pathlib.Path(LOG + "tile/entries").exists()
    dossier, archive, people = Dossier(described["dossier"], last, bodies, left), json.loads(bodies[0])["key"], {}
    for entry, leaf in log(notes):
        seq, raw, proof = entry["seq"], bodies.get(entry["seq"], b"{}"), pathlib.Path(f"data/proofs/{entry['seq']}.tlog-proof")
        body = json.loads(raw)
        check(seq not in bodies or sha(raw).hex() == entry["body"], f"the content of entry {seq} was altered")
        check(not proof.exists() or proven(seq, leaf, newest, read(proof)), f"{proof} proves nothing")
        enrol(people, archive, entry, body)
        dossier.take(entry, leaf, body)
        if not is_whole: left.discard(f"data/entries/{seq}.json")
        if body and entry["type"] == "checkpoint.anchored": anchors.append((len(anchors) + 1, body["size"], body["token"]))
    if anchors: left.discard(LOG + "anchors.jsonl")
    dossier.keys(people, archive)
    dossier.finish()
    own, export, opening = dossier.own, entry, {"dossier": dossier.id, "name": dossier.id}  # where it was withdrawn
    if own[0] in bodies: opening = json.loads(bodies[own[0]])
    check(own[-1] == last and export["type"] == "bundle.exported", "the log does not end in this export")
    check({body["dossier"] for body in (opening, json.loads(bodies[last]))} == {dossier.id}, "this export is of another dossier")
    found = {"dossier": dossier.id, "kind": dossier.seen[own[0]][0], "name": opening["name"]}
    found["entries"] = [{"n": place + 1, "seq": seq} for place, seq in enumerate(own)]
    found["linked"] = sorted(dossier.linked.keys() - set(own))
    check(described == {**found, **({} if is_whole else {"slim": True})}, "data/dossier.json is not what the log says")

    text = f"evidence bundle v1\n{archive.split('+')[0]}\n{digest(TAGS)}\n\n".encode()
    check(read(NOTE).startswith(text), "what was signed is another list of files")
    for signer in archive, people[export["actor"]]["key"]:
        check(signed(read(NOTE), signer), f"the list of files is not signed by {signer}")
    for size, actor in sorted({(commit, actor) for _, _, commit, actor in dossier.seen.values()}):
        for signer in archive, people.get(actor, {}).get("key", f"{actor}+0+"):
            check(signed(notes[size], signer), f"the log at {size} is not signed by {signer}")
    check(key in (None, archive), f"THIS IS ANOTHER ARCHIVE: its key is {archive}")
    lines = read(LOG + "anchors.jsonl").splitlines() if anchors else []
    recorded, tokens = list(map(json.loads, lines)), [base64.b64decode(json.loads(line)["token"]) for line in lines]
    found = [(line["number"], line["size"], sha(token).hex()) for line, token in zip(recorded, tokens)]
    check(found == anchors, "the timestamps and witnesses' signatures are not those that the log records")
    for line, token in zip(recorded, tokens):
        if line["kind"] != "timestamp" or not folder: continue
        place = pathlib.Path(folder) / f"{line['number']}.tst"
        stated = re.search(rb"\x18.(\d{14})[.Z]", token)[1].decode() + "+0000"
        time = datetime.datetime.strptime(stated, "%Y%m%d%H%M%S%z").timestamp()
        for end, data in (".tst", token), (".note", notes[line["size"]]), (".time", b"%d" % time):
            place.with_suffix(end).write_bytes(data)
    print(f"{len(own)} entries of the dossier, {max(notes)} of the log, signed by {archive}")

try: main(*sys.argv[1:3])
except Exception as error: check(False, f"this cannot be read as a bundle: {error!r}")
if wrong: sys.exit(f"NOT GOOD 有问题: {len(wrong)}")
print("GOOD 完好" if len(sys.argv) > 1 else "GOOD 完好, but no key was compared 但未核对公钥: see VERIFY.txt")
