#!/usr/bin/env python3
"""Checks the bundle in this folder with Python's standard library and openssl 3: python3 verify.py [KEY [DIR]]

KEY is the archive's verifier key: have it from its keeper, a receipt or another document, never from this bundle. DIR is a
folder that gets the timestamps, for openssl ts. This is short, to be read; `evidence verify` checks more.
"""
import base64, datetime, hashlib, json, pathlib, re, subprocess, sys, tempfile  # noqa: E401

TAGS, NOTE, LOG = "tagmanifest-sha256.txt", "signatures/tagmanifest.note", "data/log/"
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

def signed(note, key):
    """Whether a signed note (C2SP signed-note) has a valid Ed25519 signature by a verifier key."""
    (text, _, lines), (name, _, public) = note.rpartition(b"\n\n"), key.split("+", 2)
    public, begin = base64.b64decode(public), f"— {name} ".encode()
    raw = [base64.b64decode(line[len(begin):]) for line in lines.splitlines() if line.startswith(begin)]
    raw = [raw[4:] for raw in raw if raw[:4] == sha(name.encode(), b"\n", public)[:4]]
    with tempfile.TemporaryDirectory() as folder:
        spki = bytes.fromhex("302a300506032b6570032100") + public[1:]
        for file, data in ("text", text + b"\n"), ("key", spki), ("signature", b"".join(raw)):
            (pathlib.Path(folder) / file).write_bytes(data)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0

def lists():
    """Every file is listed, no other is there, and each is what its list says."""
    here = {path for path in paths("**/*") if pathlib.Path(path).is_symlink() or not pathlib.Path(path).is_dir()}
    lines = (read("manifest-sha256.txt") + read(TAGS)).decode().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    for path in sorted(here ^ (listed.keys() | {TAGS, NOTE})): check(False, f"{path} is missing, or is in no list")
    for path in sorted(here & listed.keys()):
        check(not pathlib.Path(path).is_symlink() and digest(path) == listed[path], f"{path} was altered")

def leaves():
    """The log's leaf hashes in order, each with the entry's bytes; a slim bundle has those of few entries."""
    whole = pathlib.Path(LOG + "tile/entries").exists()
    tiles = [path for path in paths(LOG + f"tile/{'entries' if whole else 0}/**/*") if pathlib.Path(path).is_file()]
    number = 0
    for tile in sorted(tiles, key=lambda path: int(re.sub(r"tile/0|\.p/.*|\D", "", path))):
        data = read(tile)
        while data:
            length = int.from_bytes(data[:2], "big") if whole else 30
            raw, alone = data[2:2 + length], pathlib.Path(f"data/entries/{number}.json")
            if whole: yield sha(b"\0", raw), raw
            else: yield data[:32], read(alone) if alone.exists() else None
            data, number = data[2 + length:], number + 1

def root(trees):
    """Of perfect trees as (height, hash), the largest first: RFC 6962 section 2.1."""
    top = trees[-1][1]
    for _, left in reversed(trees[:-1]): top = sha(b"\1", left, top)
    return top

def log(notes):
    """Walks the log: chain, Merkle tree and checkpoints are computed from the bytes. Gives each entry with its leaf hash."""
    trees, before, seq = [], None, 0
    for leaf, raw in leaves():
        if raw:
            entry = json.loads(raw)
            check(sha(b"\0", raw) == leaf and (entry["seq"], entry.get("prev")) == (seq, before), f"entry {seq} was altered")
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

def main(key=None, folder=None):
    lists()
    newest, lines = read(LOG + "checkpoint"), map(json.loads, read(LOG + "checkpoints.jsonl").splitlines())
    notes = {line["size"]: line["note"].encode() for line in lines}
    check(notes[max(notes)] == newest, "the newest checkpoint is another than the last one listed")
    dossier = json.loads(read("data/dossier.json"))["dossier"]
    held = {pathlib.Path(path).name[:64] for path in paths("data/files/*")}
    bodies = {int(pathlib.Path(path).stem): read(path) for path in paths("data/bodies/*.json")}
    own, before, people, commits, archive = [], None, {}, set(), json.loads(bodies[0])["key"]
    for entry, leaf in log(notes):
        seq, kind, raw = entry["seq"], entry["type"], bodies.pop(entry["seq"], b"{}")
        body, proof = json.loads(raw), pathlib.Path(f"data/proofs/{seq}.tlog-proof")
        check(not body or sha(raw).hex() == entry["body"], f"the content of entry {seq} was altered")
        check(not proof.exists() or proven(seq, leaf, newest, read(proof)), f"{proof} proves nothing")
        if body: commits.add((entry["commit"], entry["actor"]))
        if kind == "signer.enrolled": people[body["name"]] = body["key"]
        for link in [link for link in entry.get("dossiers", []) if link["id"] == dossier]:
            own.append(entry)
            check((link["n"], link.get("prev")) == (len(own), before), f"number {len(own)} of the dossier is not there")
            before = leaf.hex()
            if not body: print("note ", f"number {len(own)}, entry {seq} ({kind}), is here without its content")
        if "sealed" in body: print("note ", f"entry {seq} is sealed: only its readers can look into data/sealed/{seq}")
        for file in body.get("files", []) if kind == "evidence.added" and "sealed" not in body else []:
            if file["sha256"] not in held: print("note ", ascii(file["name"])[1:-1], f"of entry {seq} is not here")
    check(own[-1]["seq"] == max(notes) - 1 and own[-1]["type"] == "bundle.exported", "the log does not end in this export")

    text = f"evidence bundle v1\n{archive.split('+')[0]}\n{digest(TAGS)}\n\n".encode()
    check(read(NOTE).startswith(text), "what was signed is another list of files")
    for signer in archive, people[own[-1]["actor"]]:
        check(signed(read(NOTE), signer), f"the list of files is not signed by {signer}")
    for size, actor in sorted(commits | {(max(notes), own[-1]["actor"])}):
        for signer in archive, people.get(actor, f"{actor}+0+"):
            check(signed(notes[size], signer), f"the log at {size} is not signed by {signer}")
    check(key in (None, archive), f"THIS IS ANOTHER ARCHIVE: its key is {archive}")
    for line in map(json.loads, read(LOG + "anchors.jsonl").splitlines() if folder else []):
        if line["kind"] != "timestamp": continue
        place, token = pathlib.Path(folder) / f"{line['number']}.tst", base64.b64decode(line["token"])
        stated = re.search(rb"\x18.(\d{14})[.Z]", token)[1].decode() + "+0000"
        time = datetime.datetime.strptime(stated, "%Y%m%d%H%M%S%z").timestamp()
        for end, data in (".tst", token), (".note", notes[line["size"]]), (".time", b"%d" % time):
            place.with_suffix(end).write_bytes(data)
    print(f"{len(own)} entries of the dossier, {max(notes)} of the log, signed by {archive}")

try: main(*sys.argv[1:3])
except Exception as error: check(False, f"this cannot be read as a bundle: {error!r}")
if wrong: sys.exit(f"NOT GOOD 有问题: {len(wrong)}")
print("GOOD 完好" if len(sys.argv) > 1 else "GOOD 完好, but no key was compared 但未核对公钥: see VERIFY.txt")
