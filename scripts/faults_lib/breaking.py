"""Makes the N-th of a system call fail, or kills the process at it, and judges what is left."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

from .judge import Judge, statuses
from .program import must
from .tracing import CHANGING, LOOKING, calls, traced

#: What is injected: once, or (+) from that call on for as long as the process lives.
MODES = {
    "EIO": "error=EIO:when={}", "EIO+": "error=EIO:when={}+", "ENOSPC": "error=ENOSPC:when={}", "ENOSPC+": "error=ENOSPC:when={}+",
    "kill": "signal=SIGKILL:when={}",
}
#: Calls that need room on a disk.
_FULL = {
    "openat", "openat2", "write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "rename", "renameat2", "linkat", "symlink", "mkdir",
    "mkdirat", "ftruncate", "fallocate", "copy_file_range",
}


@dataclass(frozen=True)
class Fault:
    """One trial: the N-th call of this name of every thread. strace counts each thread's calls by themselves."""

    scenario: object
    call: str
    number: int
    mode: str
    #: Whether the call changes what is stored, and does not only look at it.
    changes: bool = True

    def __str__(self):
        return f"{self.scenario.name}: {self.mode} at {self.call} {self.number}"


class Breaker:
    """Tries faults on a site, one after the other."""

    def __init__(self, site, say):
        self.site, self.say = site, say
        self.trace = site.work / "trace"
        self.runs, self.hit, self.ends, self.committed = Counter(), Counter(), Counter(), Counter()
        #: What was wrong with a state that a failed command left as it was, by scenario: each is judged once.
        self._untouched, self.untouched = {}, 0
        #: How many of the trials were at calls that change what is stored.
        self.changing = 0
        #: Trials that hit no storage, by another thread's number: the loading of the program, or what the system tells of itself.
        self.elsewhere = 0
        self.wrong = []
        self._allowed = {}

    def faults(self, scenario):
        """Every fault that can be tried on a command: one undisturbed run tells which calls touch the site."""
        self.site.reset(scenario.start)
        must(traced(self.site, self.site.words_of(scenario), self.trace, ["trace=" + ",".join(CHANGING + LOOKING)] + ["decode-fds=path"]),
             scenario.name)
        counts, places = Counter(), {}
        for call in calls(self.trace):
            counts[call.thread, call.name] += 1
            if str(self.site.folder) in call.arguments or call.arguments.startswith("1<"):
                changes = call.name in CHANGING and not (call.name in ("openat", "openat2") and "O_RDONLY" in call.arguments)
                place = call.name, counts[call.thread, call.name]
                places[place] = places.get(place, False) or changes
        for (name, number), changes in sorted(places.items()):
            modes = ["EIO", "EIO+", "kill"] if changes else ["EIO"]
            if changes and name in _FULL:
                modes += ["ENOSPC", "ENOSPC+"]
            for mode in modes:
                yield Fault(scenario, name, number, mode, changes)

    def judge(self, scenario):
        """The judge of a command."""
        if scenario.name not in self._allowed:
            words = list(scenario.words[:1 if scenario.words[0] not in ("case", "witness", "signer") else 2])
            self._allowed[scenario.name] = statuses(must(self.site.run(*words, "--help", at=None), "help").output)
        return Judge(self.site, scenario, self._allowed[scenario.name])

    def attempt(self, fault):
        """Tries one fault; what is wrong afterwards."""
        self.site.reset(fault.scenario.start)
        killed = fault.mode == "kill"
        outcome = traced(
            self.site, self.site.words_of(fault.scenario), self.trace,
            [f"trace={fault.call}", "decode-fds=path", f"inject={fault.call}:{MODES[fault.mode].format(fault.number)}"])
        hits = [call for call in calls(self.trace) if call.injected]
        if "error while loading shared libraries" in outcome.error or any('"/proc/' in call.arguments for call in hits):
            self.elsewhere += 1
            return []
        judge = self.judge(fault.scenario)
        wrong = list(judge.told(
            outcome, killed, is_mute=any(call.arguments[:2] in ("1<", "2<") for call in hits),
            is_damage=any(call.name == "pread64" and ".sqlite>" in call.arguments for call in hits)))
        wrong += self._left(judge, outcome)
        self.runs[fault.scenario.name, fault.mode] += 1
        self.changing += fault.changes
        self.hit[fault.mode] += bool(hits) or (killed and outcome.status in (-9, 137))
        self.ends[fault.scenario.name, outcome.status] += 1
        self.committed["kept" if judge.is_committed else "none"] += 1
        for sentence in wrong:
            self.wrong.append(f"{fault}: {sentence}".replace(f"{self.site.folder}/", ""))
            self.say(f"WRONG: {self.wrong[-1]}")
        return wrong

    def _left(self, judge, outcome):
        """What is wrong with what a command left."""
        scenario, given = judge.scenario, judge.acknowledgement_in(outcome)
        is_untouched = outcome.status != 0 and self.site.state() == judge.start.state
        self.untouched += is_untouched
        if is_untouched and scenario.name in self._untouched:
            return self._untouched[scenario.name]
        wrong = list(judge.stands(given, outcome.status == 0)) or list(judge.again())
        if is_untouched:
            self._untouched[scenario.name] = wrong
        return wrong


def go(breakers, faults, seed, seconds):
    """Has all breakers try faults in an order drawn by `seed`, mostly those at calls that change something first.

    Ends when the time is over; None: when all are tried.
    """
    chance = random.Random(f"{seed} faults")
    faults = sorted(faults, key=lambda fault: chance.random() / (8 if fault.changes else 1))
    waiting, lock = enumerate(faults, 1), threading.Lock()
    end = None if seconds is None else time.monotonic() + seconds
    failed = []

    def work(breaker):
        try:
            while not failed and (end is None or time.monotonic() < end):
                with lock:
                    count, fault = next(waiting, (None, None))
                if fault is None:
                    return
                breaker.attempt(fault)
                if count % 100 == 0:
                    breaker.say(f"{count} of {len(faults)} faults tried, {sum(len(each.wrong) for each in breakers)} wrong")
        except BaseException as error:  # what ends one ends all
            failed.append(error)

    threads = [threading.Thread(target=work, args=(breaker,)) for breaker in breakers]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException as error:
        failed.append(error)
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]


def result(breakers):
    """What all breakers know, for JSON."""
    def summed(name):
        return sum((getattr(breaker, name) for breaker in breakers), Counter())

    commands, ends = {}, {}
    for (name, mode), count in sorted(summed("runs").items()):
        commands.setdefault(name, {})[mode] = count
    for (name, status), count in sorted(summed("ends").items(), key=str):
        ends.setdefault(name, {})[str(status)] = count
    return {
        "faults": sum(summed("runs").values()), "changing": sum(breaker.changing for breaker in breakers), "reached": sum(summed("hit").values()), "byCommand": commands, "endedWith": ends,
        "untouched": sum(breaker.untouched for breaker in breakers), "elsewhere": sum(breaker.elsewhere for breaker in breakers),
        "commits": dict(summed("committed")),
        "wrong": [sentence for breaker in breakers for sentence in breaker.wrong]}
