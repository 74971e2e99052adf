"""The rows about files: verifying what is kept, and taking material in."""

from . import data, peers
from .data import Fresh, remove
from .measure import Side, alternate
from .peers import sh

GIB, MIB = 1 << 30, 1 << 20


def verify_file(bench):
    """One large file against what only digests it; all read the archive's own copy."""
    size = bench.scaled(2 * GIB)
    folder = bench.folder("verify-file")
    data.write_file(folder / "material.bin", size, seed=1)
    archive = bench.archive(folder / "archive")
    bench.must(archive.command("add", folder / "material.bin"))
    (folder / "material.bin").unlink()
    copy = next(path for path in (archive.path / "objects").rglob("*") if path.is_file())
    sides = [
        Side("evidence", bench.runs_of(archive.command("verify")), warm=(archive.path,)),
        Side("evidence --full", bench.runs_of(archive.command("verify", "--full")), warm=(archive.path,)),
        bench.peer("openssl", ["openssl", "dgst", "-sha256", copy], warm=(copy,)),
        bench.peer("sha256sum", ["sha256sum", copy], warm=(copy,)),
        bench.peer("hashdeep", ["hashdeep", "-c", "sha256", copy], warm=(copy,)),
    ]
    alternate(sides, bench.runs(5))
    yield {"bytes": size}, sides
    remove(folder)


def verify_mixed(bench):
    """A large file and a thousand photographs, in what each program keeps them in."""
    size, count = bench.scaled(2 * GIB), bench.scaled(1000)
    folder = bench.folder("verify-mixed")
    material = folder / "material"
    data.write_folder(material, count, 10, 50_000, 50_000, seed=2)
    data.write_file(material / "recording.bin", size, seed=3)

    archive = bench.archive(folder / "archive")
    bench.must(archive.command("add", material))
    sides = [Side("evidence", bench.runs_of(archive.command("verify")), warm=(archive.path,))]
    # The bag's files are the material itself, by hard links, since bags keep files as they are.
    bag, known = folder / "bag", folder / "known"
    sides.append(bench.peer(
        "bagit.py", peers.validate_bag(bag), warm=(bag,), setup=[["cp", "-al", material, bag], peers.make_bag(bag)]))
    sides.append(bench.peer(
        "hashdeep", ["hashdeep", "-a", "-k", known, "-r", material], warm=(material,),
        setup=[sh('hashdeep -c sha256 -r "$1" > "$2"', material, known)]))
    for keeper in peers.KEEPERS:
        repository = folder / keeper.name
        sides.append(bench.peer(
            keeper.name, keeper.verify(repository), warm=(repository,),
            setup=[keeper.init(repository), keeper.add(repository, material)]))
    alternate(sides, bench.runs(3))
    yield {"bytes": size, "files": count}, sides
    remove(folder)


def add_file(bench):
    """One large file, durable and digested."""
    size = bench.scaled(2 * GIB)
    folder = bench.folder("add-file")
    material = folder / "material.bin"
    data.write_file(material, size, seed=4)
    copy = folder / "copy.bin"
    by_hand = bench.peer(
        "cp+sync+openssl", sh('cp "$1" "$2"; sync "$2"; openssl dgst -sha256 "$2"', material, copy),
        needs="openssl", warm=(material,), clean=lambda: copy.unlink(missing_ok=True))
    sides = _adding(bench, folder, material)
    sides.insert(1, by_hand)
    alternate(sides, bench.runs(3), settle=True)
    yield {"bytes": size}, sides
    remove(folder)


def add_small(bench):
    """Very many small files, durable."""
    count = bench.scaled(100_000, further=4)
    folder = bench.folder("add-small")
    material = folder / "material"
    data.write_folder(material, count, 100, 1024, 4096, seed=5)
    sides = _adding(bench, folder, material)
    alternate(sides, bench.runs(3), settle=True)
    yield {"files": count}, sides
    remove(folder)


def _adding(bench, folder, material):
    """Every run goes into a fresh archive or repository, whose making is not timed. Each has a name of its own: evidence
    remembers where it wrote an archive, and refuses another one there."""
    def adding(name, init, add):
        target = Fresh(folder, name)
        return {"name": name, "prepare": lambda: init(target.next()), "clean": target.remove, "warm": (material,),
                "run": lambda: bench.runner.run(add(target.path, material))}

    ours = adding("evidence", bench.archive, lambda path, source: bench.archive_at(path).command("add", source))
    sides = [Side(**ours)]
    for keeper in peers.KEEPERS:
        theirs = adding(keeper.name, lambda path, keeper=keeper: bench.must(keeper.init(path)), keeper.add)
        sides.append(Side(**theirs, missing=None if bench.has(keeper.name) else "not installed"))
    return sides
