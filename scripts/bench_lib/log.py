"""The rows about the log: appending to it, verifying it, and looking things up in it."""

import json

from .data import Fresh, remove
from .measure import Side, alternate

SIZES = (1_000, 10_000, 100_000, 1_000_000)
WORD = "消防"


def append(bench):
    yield from _appending(bench, "append", bench.scaled(100_000), bench.scaled(10_000), 5)


def commit(bench):
    yield from _appending(bench, "commit", bench.scaled(3_000), 1, 5)


def _appending(bench, name, entries, per_commit, runs):
    """Appends to a fresh archive, then writes the same rows with bare SQLite. Only the appending and the writing are timed,
    by evidence-bench itself."""
    size = {"entries": entries, "perCommit": per_commit}
    if not bench.bench_program:
        yield size, [_not_run("evidence"), _not_run("SQLite")]
        return
    folder = bench.folder(name)
    archive, copy = Fresh(folder, "archive"), folder / "copy.sqlite"

    def prepare():
        archive.remove()
        bench.archive(archive.next())

    def clean():
        for path in folder.glob("copy.sqlite*"):
            path.unlink()

    def rows():
        return [bench.bench_program, "rows", archive.path, "--copy", copy, "--per-commit", per_commit]

    sides = [
        Side("evidence", _timed(bench, lambda: bench.appending(archive.path, entries, per_commit)), prepare),
        Side("SQLite", _timed(bench, rows), clean=clean),
    ]
    alternate(sides, bench.runs(runs), settle=True)
    yield size, sides
    remove(folder)


def _timed(bench, command):
    """A run whose time is the one that the program took itself; its command is asked for when it runs."""
    def run():
        outcome = bench.runner.run(command())
        if not outcome.failure:
            try:
                outcome.seconds = float(json.loads(outcome.output)["seconds"])
            except (ValueError, KeyError, TypeError):
                outcome.status, outcome.error = 70, "no seconds in what it printed"
        return outcome
    return run


def _not_run(name):
    return Side(name, None, missing="not run")


def by_size(bench, wanted):
    """A log of each size is verified, and things are looked up in it. Yields the row's name too."""
    sizes = [bench.scaled(size) for size in SIZES]
    if not bench.bench_program:
        for size in sizes:
            yield from ((row, {"entries": size}, [_not_run(name) for name in names]) for row, names in wanted.items())
        return
    folder = bench.logs or bench.folder(next(iter(wanted)))
    for size in sizes:
        bench.say(f"a log of {size:,} entries")
        archive = _filled(bench, folder, size)
        index = archive.path / "index.sqlite"
        aside = folder / f"{size}.index.sqlite"
        commands = {
            "verify": archive.command("verify"),
            "prove": archive.command("prove", size // 2, quiet=False),
            "show": archive.command("show", size // 2, quiet=False),
            "status": archive.command("status", quiet=False),
            "list": _last_page(bench, archive),
            "search": archive.command("search", WORD, quiet=False),
        }
        for row, names in wanted.items():
            def away():
                if index.exists():
                    index.rename(aside)

            def back():
                if aside.exists():
                    aside.replace(index)

            sides = []
            for name in names:
                if commands[name] is None:
                    sides.append(_not_run(name))
                elif name == "verify":
                    sides.append(Side(name, bench.runs_of(commands[name]), away, back, (archive.path,)))
                else:
                    sides.append(Side(name, bench.runs_of(commands[name]), warm=(archive.path,)))
            alternate(sides, bench.runs(5 if size < 1_000_000 or row != "verify-log" else 3))
            yield row, {"entries": size}, sides
    if not bench.logs:
        remove(folder)


def _filled(bench, folder, size):
    """An archive to which `size` entries were appended, a thousand a commit; the one that is there, if it was finished."""
    path, mark = folder / str(size), folder / f"{size}.filled"
    if not mark.exists():
        remove(path)
        bench.archive(path)
        bench.must(bench.appending(path, size, min(1_000, size)))
        mark.touch()
    return bench.archive_at(path)


def _last_page(bench, archive):
    """The list's last page, as the program's version has it; None where it knows no pages."""
    text = bench.must([bench.program, "help", "list"]).output
    for option in ("--last", "--limit"):
        if option in text:
            return archive.command("list", option, 50, quiet=False)
    return archive.command("list", quiet=False) if "--all" in text else None
