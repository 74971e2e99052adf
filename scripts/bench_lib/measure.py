"""Runs programs as a user would, and takes their time, their peak memory and their exit status."""

import os
import signal
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable


#: A run that takes more seconds than this is not repeated.
LONG = 300


class BenchError(Exception):
    """What ends the run, said in one sentence."""

    def __init__(self, message, status=70):
        super().__init__(message)
        self.status = status


@dataclass
class Outcome:
    """One process: the seconds it took, the most memory it held at once (bytes), and what it said."""

    seconds: float
    peak: int
    status: int
    output: str
    error: str

    @property
    def failure(self):
        """None if it succeeded, else why not."""
        if self.status == 0:
            return None
        how = f"signal {-self.status}" if self.status < 0 else f"exit {self.status}"
        said = (self.error.strip() or self.output.strip()).splitlines()
        return f"{how}: {said[-1][:200].rstrip('.')}" if said else how


class Runner:
    """Starts one process at a time, in an environment that holds nothing of the user's."""

    def __init__(self, folder, kept=None):
        """`kept`: where the home folder is, if it outlives the run."""
        home = (kept or folder) / "home"
        home.mkdir(exist_ok=True)
        self._folder = folder
        self._output = folder / "stdout"
        self._error = folder / "stderr"
        self._process = None
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "EVIDENCE_HOME": str(home / "evidence"),
            "RESTIC_PASSWORD": "bench",
            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "bench",
            "GIT_AUTHOR_EMAIL": "bench@example.org",
            "GIT_COMMITTER_NAME": "bench",
            "GIT_COMMITTER_EMAIL": "bench@example.org",
        }
        if "LD_LIBRARY_PATH" in os.environ:
            self.environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def run(self, command, cwd=None):
        """Runs a command to its end. Time is the whole process's; memory is what the kernel counted for it and for the
        children it waited for (the largest one, not the sum)."""
        with open(self._output, "wb") as output, open(self._error, "wb") as error:
            start = time.perf_counter()
            # A session of its own, so that Ctrl-C reaches us first and we end all of it.
            self._process = subprocess.Popen(
                [str(word) for word in command], cwd=cwd, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=error, start_new_session=True)
            _, status, usage = os.wait4(self._process.pid, 0)
            seconds = time.perf_counter() - start
        self._process.returncode = os.waitstatus_to_exitcode(status)
        outcome = Outcome(
            seconds, usage.ru_maxrss * 1024, self._process.returncode, self._said(self._output), self._said(self._error))
        self._process = None
        return outcome

    def _said(self, path):
        """The end of what a process said, without where we work: that is nobody's business in a report."""
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - 65536))
            return file.read().decode(errors="replace").replace(str(self._folder), "…")

    def must(self, command, cwd=None):
        """Runs what is not measured but has to succeed."""
        outcome = self.run(command, cwd)
        if outcome.failure:
            raise BenchError(f"“{Path(command[0]).name} {command[1]} …” ended with {outcome.failure}.")
        return outcome

    def stop(self):
        """Ends the process that is running, with all that it started."""
        if self._process is not None:
            for ending in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self._process.pid, ending)
                except ProcessLookupError:
                    break
                try:
                    self._process.wait(5)
                    break
                except subprocess.TimeoutExpired:
                    pass


@dataclass
class Side:
    """One program's part in a row: how to prepare a run, what to run, and what to remove afterwards."""

    name: str
    run: Callable[[], Outcome]
    prepare: Callable[[], None] = lambda: None
    clean: Callable[[], None] = lambda: None
    #: What is read before each run, so that the page cache holds it.
    warm: tuple = ()
    #: "not installed" or "not run", where there is nothing to measure.
    missing: str = None
    seconds: list = field(default_factory=list)
    peak: int = 0
    failure: str = None

    def result(self):
        return {"name": self.name, "seconds": self.seconds, "peak": self.peak, "missing": self.missing,
                "failure": self.failure}


def alternate(sides, runs, settle=False):
    """Measures all sides in turn, so that what else the machine does falls on all of them. A side that fails is not
    asked again, nor is one whose run took very long. With `settle` everything written earlier is on the disk before each run, and not only before the first."""
    os.sync()
    for _ in range(runs):
        for side in sides:
            if side.missing or side.failure or max(side.seconds, default=0) > LONG:
                continue
            try:
                side.prepare()
                for path in side.warm:
                    warm(path)
                if settle:
                    os.sync()
                outcome = side.run()
            except BenchError as error:
                side.failure = str(error)
                continue
            finally:
                side.clean()
            side.failure = outcome.failure
            side.seconds.append(outcome.seconds)
            side.peak = max(side.peak, outcome.peak)
    for side in sides:
        if side.failure:
            side.seconds = []


def warm(path):
    """Reads a file, or all files of a folder, into the page cache."""
    path = Path(path)
    files = [path] if path.is_file() else (p for p in path.rglob("*") if p.is_file())
    buffer = bytearray(1 << 20)
    for file in files:
        with open(file, "rb", buffering=0) as stream:
            while stream.readinto(buffer):
                pass


def median(side):
    """A side's median in seconds, or None where it has none."""
    return statistics.median(side["seconds"]) if side["seconds"] else None
