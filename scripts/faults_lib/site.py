"""A small archive with all that goes with it, put back as it was before every trial."""

import hashlib
import os
import shutil
import sqlite3
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import damage
from .ledger import Acknowledgement
from .program import FaultsError, must, run


@dataclass(frozen=True)
class Scenario:
    """A command to break: what it is called, what it adds to the log, and what it makes beside it."""

    name: str
    words: tuple
    #: The types of the entries of its one commit.
    adds: tuple = ()
    #: What it makes that can be verified by itself, in the site's folder.
    makes: str = None
    #: The types that it adds where it is run again after its commit.
    repeats: tuple = None
    #: How it may end where it is run again though its commit is there: 0, or refused since there is nothing left to do.
    again: tuple = (0,)
    #: What it writes that is not verified: there once it has been run again.
    leaves: tuple = ()
    #: Whether it has to find no output of an earlier trial.
    fresh_output: tuple = ()
    #: The state of the site that it begins with.
    start: str = "whole"
    #: The archive that it is told to work on.
    at: str = "archive"

    @property
    def archive(self):
        """The name of the archive that it writes, or makes."""
        return self.at or self.makes or "archive"


#: Commands that write, each kind of writing once. To try another one, add a line.
SCENARIOS = [
    Scenario("init", ("init", "made", "--origin", "example.org/made", "--as", "lisi"), makes="made", again=(0, 65), at=None),
    Scenario("add", ("add", "in/new.txt", "in/large.bin", "--case", "C1"), ("evidence.added",)),
    Scenario("add-folder", ("add", "in/folder", "--case", "C1"), ("evidence.added",) * 3),
    Scenario("case-open", ("case", "open", "C2", "--title", "second"), ("case.opened",), again=(0, 65)),
    Scenario("case-step", ("case", "step", "C1", "feedback", "--evidence", "5"), ("dossier.linked", "case.step"),
             repeats=("case.step",)),
    Scenario("amend", ("amend", "4", "--reason", "R", "--title", "corrected"), ("entry.amended",), again=(64,)),
    Scenario("withdraw", ("withdraw", "3", "--authority", "A", "--reason", "R"), ("entry.withdrawn",), again=(65,)),
    Scenario("export", ("export", "--case", "C1", "--to", "bundle"), ("bundle.exported",), makes="bundle", again=(0, 65)),
    Scenario("export-zip", ("export", "--case", "C1", "--to", "bundle.zip", "--zip"), ("bundle.exported",),
             makes="bundle.zip", again=(0, 65)),
    Scenario("publish", ("publish", "published"), makes="published"),
    Scenario("mirror", ("mirror", "mirror"), makes="mirror"),
    Scenario("witness-init", ("witness", "init", "other.example.org/w", "--dir", "other"), again=(0, 65), at=None,
             leaves=("other/witness.sqlite",)),
    Scenario("witness-cosign", ("witness", "cosign", "archive", "--to", "cosigned.txt"), again=(0,),
             leaves=("cosigned.txt",), fresh_output=("cosigned.txt",)),
    Scenario("reindex", ("reindex",)),
    Scenario("witness-submit", ("witness", "submit", "--response", "answer.txt")),
    Scenario("signer-create", ("signer", "create", "zhaoliu", "--person", "赵六"), again=(0, 65),
             leaves=("home/evidence/signers/zhaoliu.pem", "home/evidence/signers/zhaoliu.slip")),
    Scenario("signer-enroll", ("signer", "enroll", "wangwu", "--as", "lisi"), ("signer.enrolled",), again=(65,)),
    Scenario("repair", ("repair", "--from", "mirror"), ("archive.repaired",), start="damaged"),
    Scenario("repair-files", ("repair", "--from", "mirror"), ("archive.repaired",), start="rotten"),
]


@dataclass(frozen=True)
class Start:
    """A state of the site that commands begin with: whole, or damaged in a way that `repair` mends."""

    folder: Path
    #: The log's entries as they were acknowledged, and as they are there.
    entries: list
    found: list
    #: What was acknowledged.
    given: tuple = ()
    #: What verification finds wrong.
    problems: frozenset = frozenset()
    #: The archive's files that no repair may lose, whole or damaged: the SHA-256 of each by its path.
    kept: dict = field(default_factory=dict)
    #: All of it, as ``Site.state()`` has it.
    state: dict = field(default_factory=dict)

    @property
    def is_damaged(self):
        return bool(self.problems)


class Site:
    """The folder `run`, where commands run, and the states that it is put back to.

    It always lies in the same place: the operator's memory knows the archive's path.
    """

    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.folder = work / "run"
        self.archive, self.home = self.folder / "archive", self.folder / "home"
        self.starts = {}
        self._given = []

    def prepare(self):
        """Makes the archive: a case, three records, a colleague who is not enrolled, a witness, a published log and a mirror
        that lag. Then damages it: `rotten` are stored files, `damaged` these and the log."""
        self.home.mkdir(parents=True)
        material = self.folder / "in"
        (material / "folder").mkdir(parents=True)
        (material / "new.txt").write_text("new\n")
        (material / "large.bin").write_bytes(bytes(range(256)) * 800)
        for number in range(3):
            (material / "folder" / f"{number}.txt").write_text(f"file {number}\n")
            (material / f"old-{number}.txt").write_text(f"old {number}\n" * 2_000)

        self.must("init", "archive", "--origin", "example.org/faults", "--as", "lisi", "--person", "李四", at=None)
        self.commit("case", "open", "C1", "--title", "first")
        self.commit("add", "in/old-0.txt", "--case", "C1")
        self.commit("add", "in/old-1.txt", "--case", "C1")
        self.must("publish", "published")
        self.must("mirror", "mirror")
        self.commit("add", "in/old-2.txt")
        self.must("signer", "create", "wangwu", "--person", "王五", at=None)
        key = self.must("status", "--json").json["key"]
        witness = self.must("witness", "init", "witness.example.org/w", "--json", at=None).json["key"]
        self.must("witness", "watch", key, at=None)
        self.must("witness", "submit", "--witness", witness, "--request", "request.txt")
        self.must("witness", "cosign", "request.txt", "--to", "answer.txt", at=None)
        self.must("trust", witness, at=None)
        self.commit("add", "in/old-2.txt", "--title", "once more")
        self.must("list")
        for path in material.glob("old-*"):
            path.unlink()
        self._keep("whole")
        damage.damage_files(self)
        rotten = damage.problems(self)
        self._keep("rotten", rotten)
        damage.damage_log(self)
        self._keep("damaged", rotten | damage.problems(self))

    def _keep(self, name, problems=()):
        """Keeps the site as it is as a state that commands may begin with."""
        folder, found, whole = self.work / name, self.entries(), self.starts.get("whole")
        shutil.copytree(self.folder, folder, symlinks=True)
        there = damage.digests(self.archive)
        sound = damage.digests(whole.folder / "archive") if whole else there
        self.starts[name] = Start(
            folder, whole.entries if whole else found, found, tuple(self._given), frozenset(problems),
            {path: digest for path, digest in there.items() if path.startswith("objects/") or digest != sound.get(path)},
            self.state())

    def commit(self, *words):
        """Runs a command that only prepares, and notes what it acknowledges."""
        self._given.append(Acknowledgement.of(self.must(*words, "--json").json))

    def words(self, *words, at="archive"):
        """A command's words; at no archive where `at` is nothing."""
        signs = at and words[0] in ("add", "amend", "case", "export", "withdraw", "repair")
        return [self.program, *words, *(["--as", "lisi"] if signs else []), *(["--archive", at] if at else [])]

    def words_of(self, scenario):
        """A scenario's command, whose answer is JSON."""
        return self.words(*scenario.words, "--json", at=scenario.at)

    def run(self, *words, at="archive"):
        """Runs a command here, undisturbed."""
        return run(self.words(*words, at=at), self.folder, self.home, tools=False)

    def write_once_more(self, at):
        """Another writer of an archive, who mends what one before it could not finish."""
        return self.run("add", "in/folder/0.txt", "--title", "the next writer's", at=at)

    def age_copies(self):
        """Makes what waits to be added again as old as what waits no more; whether anything waits."""
        waiting = [path for path in (self.archive / "incoming").glob("*") if path.is_dir()]
        for path in waiting:
            os.utime(path, (path.stat().st_mtime - 8 * 86_400,) * 2)
        return bool(waiting)

    def must(self, *words, at="archive"):
        """Runs a command that only prepares."""
        return must(self.run(*words, at=at), " ".join(words[:2]))

    def reset(self, start="whole"):
        """Puts everything back to a state."""
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.starts[start].folder, self.folder], check=True)

    def state(self):
        """Everything in the folder: the kind and mode of each path, and of a file its content."""
        state = {}
        for path in self.folder.rglob("*"):
            status = path.lstat()
            content = hashlib.sha256(path.read_bytes()).digest() if stat.S_ISREG(status.st_mode) else None
            state[str(path.relative_to(self.folder))] = status.st_mode, content
        return state

    def entries(self):
        """The log's entries in their bytes, read past the program; what rolls back has to have been rolled back before."""
        path = self.archive / "archive.sqlite"
        if not path.exists():
            return []
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return [bytes(row[0]) for row in database.execute("SELECT bytes FROM entry ORDER BY seq")]
        except sqlite3.Error as error:
            raise FaultsError(f"the log could not be read after the program had opened it: {error}") from error
        finally:
            database.close()

    def leftovers(self):
        """What no finished command may leave, by path."""
        expected = {"archive.sqlite", "index.sqlite", "checkpoint", "objects", "incoming", "aside"}
        found = [path for path in self.archive.iterdir() if path.name not in expected]
        # The mirror and the published log have such a folder, too.
        for folder in self.folder.rglob("*incoming"):
            found += folder.iterdir()
        found += self.folder.glob("other/.*")
        for path in self.home.rglob("*"):
            # What lies in the cache is made anew whenever it is no good.
            if self.home / "evidence/cache" in path.parents:
                continue
            if path.name.endswith((".tmp", "-journal")) or ".tmp" in path.name:
                found.append(path)
        return sorted(str(path.relative_to(self.folder)) for path in found)


def scenarios(names):
    """The scenarios of these names; all for none."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    for name in names or ():
        if name not in known:
            raise FaultsError(f"there is no command “{name}” to break; there are {', '.join(known)}.", 64)
    return [known[name] for name in names] if names else SCENARIOS

