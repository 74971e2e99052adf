"""Cuts the power at any moment of a command, of which what was not synced may be gone, and judges what is left."""

import random
import time
from collections import Counter

from .breaking import Breaker
from .disk import NEVER, TRACED, Disk
from .program import must
from .tracing import calls, traced

#: With which probability an unsure change is there: none, all, or some.
KEPT = (0, 0, 1, 0.5, 0.5, 0.2, 0.8)


class Recording:
    """What a command did to a disk, and what it said."""

    def __init__(self, scenario, what, disk, acknowledgement, runs):
        self.scenario, self.what, self.disk = scenario, what, disk
        self.acknowledgement, self.runs = acknowledgement, runs
        self.moments = disk.moments()


class PowerCutter:
    """Records commands, and cuts the power in what was recorded."""

    def __init__(self, site, say):
        self.site, self.say = site, say
        self.breaker = Breaker(site, say)
        self.cuts, self.committed = Counter(), Counter()
        self.after_failed_sync = self.failed_syncs = self.possible_syncs = 0
        self.wrong = []

    def record(self, scenario, what="", injected=None, again=False):
        """Records a command; with a fault `injected`, and then, where `again`, the same command with a disk that works."""
        self.site.reset(scenario.start)
        disk, runs = Disk(self.site.folder), 1
        expressions = [f"trace={TRACED}"]
        outcome = self._traced(scenario, expressions + ([f"inject={injected}"] if injected else []))
        if not injected:
            must(outcome, scenario.name)
        disk.play(self.breaker.trace)
        acknowledgement = self.breaker.judge(scenario).acknowledgement_in(outcome)
        if again and outcome.status != 0:
            disk.answered, runs = NEVER, 2
            for name in scenario.fresh_output:
                (self.site.folder / name).unlink(missing_ok=True)
            outcome = self._traced(scenario, expressions)
            if outcome.status not in scenario.again + (0,):
                self._note(f"{scenario.name} {what}: run again, it does not complete: {outcome.words}")
            disk.play(self.breaker.trace)
            acknowledgement = self.breaker.judge(scenario).acknowledgement_in(outcome)
        if outcome.status != 0:
            disk.answered = NEVER
        return Recording(scenario, what, disk, acknowledgement, runs)

    def _traced(self, scenario, expressions):
        # All of every string, in hex.
        return traced(
            self.site, self.site.words_of(scenario), self.breaker.trace, expressions, options=["-xx", "-s", "100000000"])

    def syncs(self, scenario):
        """How many syncs each kind a command calls at most in one thread."""
        self.site.reset(scenario.start)
        must(traced(self.site, self.site.words_of(scenario), self.breaker.trace, ["trace=fsync,fdatasync,syncfs"]), scenario.name)
        counts = Counter((call.thread, call.name) for call in calls(self.breaker.trace))
        return {name: max(count for (_, other), count in counts.items() if other == name) for _, name in counts}

    def attempt(self, recording, moment, kept, seed):
        """Cuts the power once; what is wrong afterwards."""
        recording.disk.cut(moment, random.Random(seed), kept)
        judge = self.breaker.judge(recording.scenario)
        done = moment >= recording.disk.answered
        wrong = list(judge.stands(recording.acknowledgement if done else None, done, recording.runs))
        if not wrong:
            wrong += judge.again(recording.runs)
        self.cuts[recording.scenario.name] += 1
        self.after_failed_sync += bool(recording.what)
        self.committed["kept" if judge.is_committed else "none"] += 1
        for sentence in wrong:
            self._note(f"{recording.scenario.name} {recording.what}: power cut at {moment}, {kept} kept, seed {seed}: {sentence}")
        return wrong

    def _note(self, sentence):
        self.wrong.append(sentence.replace(f"{self.site.folder}/", ""))
        self.say(f"WRONG: {self.wrong[-1]}")

    def go(self, scenarios, seed, seconds, all_syncs=False):
        """Records each command, undisturbed and with one failed sync, and cuts the power at moments drawn by `seed`.

        Half of the time is for failed syncs, in an order drawn by `seed`; for all of them where `all_syncs`.
        """
        chance = random.Random(f"{seed} cuts")
        syncs = [(scenario, name, number) for scenario in scenarios for name, count in self.syncs(scenario).items()
                 for number in range(1, count + 1)]
        self.possible_syncs = len(syncs)
        chance.shuffle(syncs)
        end = time.monotonic() + seconds / 2
        while syncs and (all_syncs or time.monotonic() < end):
            scenario, name, number = syncs.pop()
            recording = self.record(scenario, f"after a failed {name} {number}", f"{name}:error=EIO:when={number}", again=True)
            self.failed_syncs += 1
            if self.failed_syncs % 20 == 0:
                self.say(f"{self.failed_syncs} of {self.possible_syncs} syncs failed in turn, {len(self.wrong)} sentences wrong")
            for kept in (0, 0.5, 0.5):
                self.attempt(recording, recording.disk.clock, kept, chance.randrange(1 << 30))
            self.attempt(recording, chance.choice(recording.moments), chance.choice(KEPT), chance.randrange(1 << 30))
        end = time.monotonic() + seconds / 2
        plain = [self.record(scenario) for scenario in scenarios]
        while time.monotonic() < end:
            recording = chance.choice(plain)
            self.attempt(recording, chance.choice(recording.moments), chance.choice(KEPT), chance.randrange(1 << 30))

    def result(self):
        """What is known, for JSON."""
        return {
            "cuts": sum(self.cuts.values()), "afterFailedSync": self.after_failed_sync, "failedSyncs": self.failed_syncs,
            "possibleSyncs": self.possible_syncs, "byCommand": dict(sorted(self.cuts.items())),
            "commits": dict(self.committed), "wrong": self.wrong}
