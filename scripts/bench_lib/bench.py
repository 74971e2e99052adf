"""One run of the benchmark: its programs, its working folder, and how far it is scaled down."""

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import files, log, peers
from .data import remove
from .measure import BenchError, Runner, Side, median

#: The rows in their order. Those about a log's size share its logs.
FILE_ROWS = {"verify-file": files.verify_file, "verify-mixed": files.verify_mixed, "add-file": files.add_file,
             "add-small": files.add_small, "append": log.append, "commit": log.commit}
LOG_ROWS = {"verify-log": ["verify"], "look-up": ["prove", "show", "status", "list"], "search": ["search"]}
ROWS = [*FILE_ROWS, *LOG_ROWS]


@dataclass
class Archive:
    """An archive of the program under test, and how commands about it are written."""

    program: Path
    path: Path

    def command(self, *words, quiet=True):
        return [self.program, *words, "--archive", self.path, *(["--quiet"] if quiet else [])]


class Bench:
    """What the rows ask for everything they need."""

    def __init__(self, program, bench_program, work, scale=1, runs=None, logs=None):
        self.program, self.bench_program = program, bench_program
        self.work, self.scale, self._runs, self.logs = work, scale, runs, logs
        self.runner = Runner(work, logs)
        self.must = self.runner.must
        self.versions = peers.versions()
        self._mark, self._archives = time.time_ns(), 0  # a home folder that was kept has others' keys

    def say(self, text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def scaled(self, size, further=1):
        """A size of the full form as this run has it; `further` is for what takes long even then."""
        return max(1, size // (self.scale if self.scale == 1 else self.scale * further))

    def runs(self, usual):
        return self._runs or usual

    def runs_of(self, command):
        return lambda: self.runner.run(command)

    def folder(self, name):
        folder = self.work / name
        folder.mkdir()
        return folder

    def archive_at(self, path):
        return Archive(self.program, path)

    def archive(self, path):
        """Makes an archive."""
        self._archives += 1
        self.must([self.program, "init", path, "--quiet", "--origin", f"bench.example.org/{self._mark}-{self._archives}",
                   "--as", "bench", "--person", "李四"])
        return self.archive_at(path)

    def appending(self, path, entries, per_commit):
        return [self.bench_program, "append", path, "--entries", entries, "--per-commit", per_commit]

    def has(self, peer):
        return self.versions[peer] is not None

    def peer(self, name, command, needs=None, setup=(), **rest):
        """A peer's side of a row. What it has to set up is run at once, if the peer is there."""
        side = Side(name, self.runs_of(command), missing=None if self.has(needs or name) else "not installed", **rest)
        if not side.missing:
            try:
                for step in setup:
                    self.must(step)
            except BenchError as error:
                side.failure = str(error)
        return side

    def measure(self, names):
        """Measures the named rows, one after the other; yields what the table is made of."""
        for name, row in FILE_ROWS.items():
            if name in names:
                yield from self._told(name, ((name, *case) for case in row(self)))
        wanted = {name: sides for name, sides in LOG_ROWS.items() if name in names}
        if wanted:
            yield from self._told(next(iter(wanted)), log.by_size(self, wanted))

    def _told(self, row, cases):
        """Says each case as it comes. What could not even be prepared is a failure of that row, and the next one follows."""
        try:
            for name, size, sides in cases:
                yield self._case(name, size, [side.result() for side in sides])
        except BenchError as error:
            yield self._case(row, {}, [Side("evidence", None, failure=str(error)).result()])
            remove(self.work / row)

    def _case(self, name, size, sides):
        self.say(f"{name} {_short(size)}: {', '.join(map(_told, sides))}")
        return {"row": name, "size": size, "sides": sides}


def _short(size):
    return " ".join(f"{key}={value:,}" for key, value in size.items())


def _told(side):
    if side["failure"] or side["missing"]:
        return f"{side['name']} {'FAILED (' + side['failure'] + ')' if side['failure'] else side['missing']}"
    return f"{side['name']} {median(side):.3f} s"


def check_space(folder, scale):
    """Ends the run where there is too little room."""
    needed = max(1, round(15 / scale))
    free = shutil.disk_usage(folder).free >> 30
    if free < needed:
        raise BenchError(
            f"{folder} has {free} GiB free, and {needed} GiB are needed; name another folder with --work DIR.", 74)
