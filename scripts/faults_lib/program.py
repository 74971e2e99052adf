"""Runs the program as a user would, in an environment that holds nothing of the user's."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: The exit statuses that docs promise.
DOCUMENTED = {0, 1, 2, 3, 64, 65, 66, 69, 70, 74, 75, 77, 130}
#: What no user should ever read: traces of a crash.
CRASH = ("Fatal error", "Stack dump", "Backtrace", "Program crashed", "💣", "Thread 0 crashed", "Optional(", ".swift:")


class FaultsError(Exception):
    """What ends the run, said in one sentence."""

    def __init__(self, message, status=70):
        super().__init__(message)
        self.status = status


def working_folder(chosen, build):
    """Where to work: the folder that was chosen, else the user's own for what is temporary, else the build's."""
    folder = (chosen or Path(os.environ.get("TMPDIR") or build)).resolve()
    if not folder.is_dir():
        raise FaultsError(f"There is no folder {folder}; make it, or name another with --work DIR.", 66)
    return folder


@dataclass
class Outcome:
    """One process that has ended; `status` is negative for a signal, as subprocess has it."""

    status: int
    output: str
    error: str

    @property
    def json(self):
        return json.loads(self.output)

    @property
    def words(self):
        """How it ended, and the last that it said."""
        how = f"signal {-self.status}" if self.status < 0 else f"exit {self.status}"
        said = (self.error.strip() or self.output.strip()).splitlines()
        return f"{how}: {said[-1][:300]}" if said else how

    @property
    def crash(self):
        """What shows that it crashed, None where nothing does."""
        if self.status < 0 or self.status not in DOCUMENTED:
            return self.words
        return next((f"“{mark}” on stderr: {self.error[:300]}" for mark in CRASH if mark in self.error), None)


def environment(home, tools=True):
    """Keys, pins, memories and caches lie below `home`; nothing else is passed on but the search paths.

    Without `tools` the program finds none of those that look into pictures and recordings.
    """
    passed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return passed | {
        "PATH": os.environ.get("PATH", os.defpath) if tools else str(home),
        "HOME": str(home),
        "EVIDENCE_HOME": str(home / "evidence"),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def run(arguments, folder, home, tools=True, timeout=300):
    """Runs a program in `folder`; a run that takes longer than `timeout` seconds counts as killed by SIGALRM."""
    process = subprocess.Popen(
        [str(word) for word in arguments], cwd=folder, env=environment(home, tools), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        output, error = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, error = process.communicate()
        return Outcome(-14, output.decode(errors="replace"), f"it hung for {timeout} s")
    return Outcome(process.returncode, output.decode(errors="replace"), error.decode(errors="replace"))


def must(outcome, what):
    """The outcome of a step that only prepares, which has to succeed."""
    if outcome.status != 0:
        raise FaultsError(f"{what} failed before anything was tried: {outcome.words}")
    return outcome


def checked_program(path):
    """The program to try, as an absolute path."""
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise FaultsError(f"{path} is not a program; build it with swift build, or name it with --evidence.", 66)
    return Path(path).resolve()
