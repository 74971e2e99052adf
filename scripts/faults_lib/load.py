"""Mixed load: eight writers and the readers beside them, of whom one is killed every few seconds."""

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager

from .ledger import Acknowledgement, Ledger
from .program import CRASH, FaultsError, Outcome, environment, must, run

WRITERS = 8
#: What a writer says when it has to wait, in both languages.
WAITING = ("Waiting for another program", "另一程序正在写入档案")
#: A process that takes more seconds than this is starved, or hangs.
PATIENCE = 240
#: What a command may end with because others were killed, or withdrew what it was copying: its user is told to run it again.
RUN_AGAIN = ("un the command again", "请重新执行命令")
#: The file of an `add` that is killed and run again, and how much of it is copied by then.
RECORDING, KILL_AT = 32 << 20, 8 << 20


class Load:
    """The whole of it: what is running, what was acknowledged, what was wrong."""

    def __init__(self, program, work, seed, say):
        self.program, self.work, self.seed, self.say = program, work, seed, say
        self.archive, self.home = work / "archive", work / "home"
        self.ledger = None
        self.lock = threading.Lock()
        self.running = {}
        self.ending = threading.Event()
        self.counts, self.warnings = Counter(), Counter()
        self.faults = []
        self.waits, self.longest, self.done = Counter(), Counter(), Counter()
        self.free = {}  # by writer: records of its own, acknowledged and not withdrawn

    def prepare(self):
        """An archive with a signer a writer."""
        self.home.mkdir()
        self.ledger = Ledger(self.work / "acknowledged.jsonl")

        def prepared(*words):
            must(run([self.program, *words], self.work, self.home), " ".join(words[:2]))

        prepared("init", "archive", "--origin", "example.org/load", "--as", "w0", "--person", "writer 0")
        for number in range(1, WRITERS):
            prepared("signer", "create", f"w{number}", "--person", f"writer {number}")
            prepared("signer", "enroll", f"w{number}", "--archive", "archive", "--as", "w0")
        prepared("case", "open", "K", "--title", "first", "--archive", "archive", "--as", "w0")

    # MARK: Processes

    def fault(self, sentence):
        """Notes what is wrong; the run goes on."""
        with self.lock:
            self.faults.append(sentence)
        self.say(f"WRONG: {sentence}")

    def start(self, who, *words, expected=(0,), kill_when=None):
        """Runs one command; its outcome, and whether it was us who killed it, as is done once `kill_when()` is true."""
        begin = time.monotonic()
        process = subprocess.Popen(
            [self.program, *words, "--archive", "archive"], cwd=self.work, env=environment(self.home),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        with self.lock:
            self.running[process.pid] = False
        said, waited = [], []

        def listen():
            for line in process.stderr:
                said.append(line.decode(errors="replace"))
                if any(words in said[-1] for words in WAITING):
                    waited.append(time.monotonic())

        def watch():
            while process.pid in self.running:
                if kill_when():
                    self.kill(process.pid)
                    return
                time.sleep(0.01)

        listener = threading.Thread(target=listen)
        listener.start()
        if kill_when:
            threading.Thread(target=watch).start()
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        output = process.stdout.read().decode(errors="replace")
        listener.join()
        # Out of the list before it is reaped: its number may be another's from then on.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with self.lock:
            killed = self.running.pop(process.pid)
        outcome = Outcome(process.wait(), output, "".join(said))
        watchdog.cancel()
        took = time.monotonic() - begin
        name = words[0] if words[0] not in ("case",) else " ".join(words[:2])
        with self.lock:
            self.counts[name] += 1
            self.counts["killed"] += killed and outcome.status == -signal.SIGKILL
            if waited and outcome.status == 0:
                self.counts["waited"] += 1
                self.waits[who] = max(self.waits[who], time.monotonic() - waited[0])
            self.longest[who] = max(self.longest[who], took)
        if took >= PATIENCE:
            self.fault(f"{who} was starved: {' '.join(words)} took {took:.0f} s")
        elif outcome.status not in expected and not killed:
            again = outcome.status in (74, 75) and any(words in outcome.error for words in RUN_AGAIN)
            with self.lock:
                self.counts["told to run again"] += again
            if not again:
                self.fault(f"{who}: {' '.join(words)}: {outcome.words} | {outcome.error.strip()[-500:]} {outcome.output[-1500:]}")
        if any(mark in outcome.error for mark in CRASH):
            self.fault(f"{who}: {' '.join(words)} crashed: {outcome.error[:500]}")
        return outcome, killed

    def kill(self, pid):
        """Kills one of our processes, unless it has ended."""
        with self.lock:
            if pid in self.running:
                self.running[pid] = True
                os.kill(pid, signal.SIGKILL)

    def acknowledged(self, who, *words, **options):
        """Runs a command that writes; what it acknowledged, or None."""
        outcome, _ = self.start(who, *words, "--json", **options)
        if outcome.status != 0:
            return None
        given = Acknowledgement.of(outcome.json, withdraws=words[0] == "withdraw")
        with self.lock:
            self.ledger.add(given)
            self.done[who] += 1
            # Where another run looks through what waits just then, a copy is made anew.
            self.counts["resumed"] += "resumed" in outcome.json
        return given

    # MARK: Writers

    def writer(self, number):
        """Adds, steps, amends nothing, withdraws now and then; a new case every forty commands."""
        chance = random.Random(f"{self.seed} writer {number}")
        who, own = f"w{number}", ["--as", f"w{number}", "--lang", ("en", "zh-Hans")[number % 2]]
        folder = self.work / who
        folder.mkdir()
        case, count, records = "K", 0, []
        while not self.ending.is_set():
            count += 1
            if count % 40 == 1:
                name = f"K-{number}-{count}"
                if self.acknowledged(who, "case", "open", name, "--title", name, *own):
                    case = name
                continue
            draw = chance.random()
            if draw < 0.15:
                word = chance.choice(["feedback", "rectify", "recheck", "close", "reopen"])
                result = ["--result", "passed"] if word == "recheck" else []
                self.acknowledged(who, "case", "step", case, word, *result, "--summary", f"{who} {count}", *own)
            elif draw < 0.25 and records:
                seq = records.pop(chance.randrange(len(records)))
                self.acknowledged(who, "withdraw", str(seq), "--authority", "A", "--reason", "R", *own)
            else:
                paths = []
                for file in range(chance.choice([1, 1, 1, 2, 5])):
                    paths.append(folder / f"{count}-{file}.txt")
                    # One in ten has the bytes of a few others: two writers then store one object.
                    shared = chance.random() < 0.1
                    text = f"shared {chance.randrange(count // 50 + 1)}" if shared else f"{who} {count} {file}"
                    paths[-1].write_text(text + "\n" + "x" * chance.choice([0, 100, 5_000, 200_000 * (not shared)]))
                given = self.acknowledged(
                    who, "add", *map(str, paths), "--case", case, *["--each"] * chance.randrange(2), *own)
                for path in paths:
                    path.unlink()
                if given:
                    records += given.leaves
            time.sleep(chance.uniform(0, 0.6))

    def resumer(self):
        """Adds a larger file, is killed on the way, and runs the same command until it is done; then withdraws it."""
        path, own = self.work / "recording.mp4", ["--as", "w0"]

        def is_copied():
            return any(_size(copy) >= KILL_AT for copy in (self.archive / "incoming").glob("*/copying"))

        while not self.ending.is_set():
            path.write_bytes(os.urandom(RECORDING))
            given = self.acknowledged("resumer", "add", str(path), *own, kill_when=is_copied)
            while not given and not self.ending.is_set():
                given = self.acknowledged("resumer", "add", str(path), *own)
            for seq in given.leaves if given else ():
                self.acknowledged("resumer", "withdraw", str(seq), "--authority", "A", "--reason", "R", *own)
            self.ending.wait(10)

    # MARK: Readers

    def verified(self, who, *words):
        """A verification, which has to find all whole; none that was killed counts.

        A bundle or a published log may be older than what this machine has seen by now, and says so (exit 3).
        """
        outcome, killed = self.start(who, "verify", *words, "--json", expected=(0, 3) if words else (0,))
        if killed or outcome.status not in (0, 3):
            return
        report = outcome.json
        older = {item["code"] for item in report["unchecked"]} == {"behind-memory"}
        if report["ok"] and not report["problems"] and (report["complete"] or older):
            with self.lock:
                self.warnings.update(warning["code"] for warning in report["warnings"])
                self.counts["found whole"] += 1
        else:
            self.fault(f"a false alarm: {outcome.output[:1000]}")

    def verifier(self):
        """Verifies over and over."""
        while not self.ending.is_set():
            self.verified("verifier")
            self.ending.wait(1)

    def looker(self):
        """Lists, searches, shows the log and the status."""
        chance = random.Random(f"{self.seed} looker")
        while not self.ending.is_set():
            number = chance.randrange(WRITERS)
            self.start("looker", *chance.choice([
                ("list", "--json"), ("list", "--case", "K"), ("search", f"w{number}"), ("log", "--since", "5"),
                ("status",), ("case", "list"), ("loop",), ("show", "3")]))
            self.ending.wait(0.5)

    def exporter(self):
        """Exports a case of the latest and checks the bundle."""
        chance = random.Random(f"{self.seed} exporter")
        count = 0
        while not self.ending.is_set():
            count += 1
            outcome, _ = self.start("exporter", "case", "list", "--json")
            cases = [case["id"] for case in outcome.json["cases"]][-20:] if outcome.status == 0 else ["K"]
            target = f"bundle-{count}" + chance.choice(["", ".zip"])
            zipped = ["--zip"] if target.endswith(".zip") else []
            if self.acknowledged(
                    "exporter", "export", "--case", chance.choice(cases), "--to", target, *zipped, "--as", "w0"):
                self.verified("exporter", target)
            _remove(self.work, target)
            self.ending.wait(2)

    def publisher(self):
        """Publishes into one folder and checks it."""
        while not self.ending.is_set():
            outcome, _ = self.start("publisher", "publish", "published", "--json")
            if outcome.status == 0:
                self.verified("publisher", "published")
            self.ending.wait(2)

    def mirrorer(self):
        """Keeps one mirror in step, checks it, and asks what is to be repaired from it, which is nothing."""
        while not self.ending.is_set():
            outcome, _ = self.start("mirrorer", "mirror", "mirror", "--json")
            if outcome.status == 0:
                if outcome.json["problems"]:
                    self.fault(f"mirror found damage: {outcome.output[:1000]}")
                self.verified("mirrorer", "mirror")
                outcome, _ = self.start("mirrorer", "repair", "--from", "mirror", "--dry-run", "--json")
                if outcome.status == 0 and any(outcome.json[name] for name in ("problems", "files", "rows", "left")):
                    self.fault(f"repair found damage: {outcome.output[:1000]}")
            self.ending.wait(2)

    def killer(self):
        """Kills one of what runs every few seconds."""
        chance = random.Random(f"{self.seed} killer")
        while not self.ending.wait(chance.uniform(1, 5)):
            with self.lock:
                victims = sorted(self.running)
            if victims:
                self.kill(chance.choice(victims))

    # MARK: All of it

    @contextmanager
    def held(self):
        """Holds the lock of writers for a while."""
        folder = os.open(self.archive, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def all_say_that_they_wait(self):
        """While the lock is held, every writer says that it waits; once it is free, every one goes on."""
        processes = []
        with self.held():
            for number in range(WRITERS):
                (self.work / f"wait-{number}.txt").write_text(f"wait {number}\n")
                processes.append(subprocess.Popen(
                    [self.program, "add", f"wait-{number}.txt", "--archive", "archive", "--as", f"w{number}", "--json",
                     "--lang", ("en", "zh-Hans")[number % 2]],
                    cwd=self.work, env=environment(self.home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE))
            lines = [process.stderr.readline().decode() for process in processes]  # they say it while it is held
        for number, (process, line) in enumerate(zip(processes, lines)):
            output, error = process.communicate(timeout=PATIENCE)
            if not any(words in line for words in WAITING):
                self.fault(f"w{number} waited and did not say so: {line!r}")
            if process.returncode != 0:
                self.fault(f"w{number} waited and then failed: {error.decode()}")
            else:
                self.ledger.add(Acknowledgement.of(json.loads(output)))

    def go(self, minutes, report):
        """The load for so many minutes; `report` is called with the state of things once a minute."""
        self.all_say_that_they_wait()
        tasks = [lambda number=number: self.writer(number) for number in range(WRITERS)]
        tasks += [self.verifier, self.looker, self.exporter, self.publisher, self.mirrorer, self.resumer, self.killer]

        def guarded(task):
            try:
                task()
            except Exception as error:  # a reader that is gone is no longer a test
                self.fault(f"the script itself failed: {type(error).__name__}: {error}")

        threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        end = time.monotonic() + minutes * 60
        try:
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(60, left))
                report(self.result())
        finally:
            self.ending.set()
            for thread in threads:
                thread.join()

    def judge(self):
        """Looks at what the hour has left."""
        # What killed ones had copied waits a week for the same command; the next writer mends whatever else they left.
        for folder in (self.archive / "incoming").iterdir():
            os.utime(folder, (time.time() - 8 * 86_400,) * 2)
        (self.work / "last.txt").write_text("last\n")
        self.acknowledged("w0", "add", "last.txt", "--as", "w0")
        self.start("mirrorer", "mirror", "mirror", "--remove-withdrawn", "--full")
        for name in ("archive", "mirror"):
            for words in (["--full"], []):
                outcome = run([self.program, "verify", name, "--json", *words], self.work, self.home, timeout=1800)
                if outcome.status != 0 or not outcome.json["complete"] or outcome.json["problems"]:
                    self.fault(f"{name} is not whole: {outcome.words} {outcome.output[:500]}")
                    continue
                remaining = [warning["code"] for warning in outcome.json["warnings"]]
                if remaining != ["no-outside-anchor"]:
                    self.fault(f"in {name} the last writer left a warning: {remaining}")
            for fault in self.ledger.faults(self.work / name):
                self.fault(f"{name}: {fault}")
            left = sorted(os.listdir(self.work / name / "incoming")) + [
                each for each in os.listdir(self.work / name) if each not in
                ("archive.sqlite", "index.sqlite", "checkpoint", "objects", "incoming")]
            if left:
                self.fault(f"left behind in {name}: {', '.join(left[:5])}")
        for number in range(WRITERS):
            if not self.done[f"w{number}"]:
                self.fault(f"w{number} never got to write")

    def result(self):
        """What is known by now, for JSON."""
        with self.lock:
            return {
                "commits": len(self.ledger.all),
                "entries": max((given.size for given in self.ledger.all), default=0),
                "entriesByLeafHash": sum(len(given.leaves) for given in self.ledger.all),
                "runs": dict(sorted(self.counts.items())),
                "warnings": dict(sorted(self.warnings.items())),
                "acknowledgedByWriter": dict(sorted(self.done.items())),
                "longestWaitSeconds": {who: round(value, 1) for who, value in sorted(self.waits.items())},
                "longestRunSeconds": {who: round(value, 1) for who, value in sorted(self.longest.items())},
                "wrong": list(self.faults),
            }


def _size(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _remove(work, target):
    path = work / target
    if path.is_dir():
        shutil.rmtree(path)
    for found in work.glob(f"{target}*"):
        if found.is_file():
            found.unlink()


def check_space(work, minutes):
    """A gigabyte at least, and more for a long run."""
    needed = (1 << 30) + int(minutes * 100) * (1 << 20)
    if shutil.disk_usage(work).free < needed:
        raise FaultsError(f"{work} has less than {needed >> 20} MiB free; name another folder with --work DIR.", 74)
