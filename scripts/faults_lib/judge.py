"""What must hold after any fault: the archive opens, holds the whole commit or none of it, verifies, and the command run
again completes."""

import json

from .damage import digests, named
from .ledger import Acknowledgement, Ledger

#: Warnings that an archive may have after a fault; the next writer mends what they say, but for the first.
MENDED = {
    "no-outside-anchor", "object-unreferenced", "published-checkpoint-behind", "index-behind", "removal-pending", "no-memory",
}
#: How a command may not end because of a disk: as if somebody had tampered, or as if it had been used wrongly.
WRONG_FOR_A_DISK = {1: "tampering", 64: "wrong use", 70: "a fault of ours"}


def types(entries):
    """The types of entries given in their bytes."""
    return [json.loads(entry)["type"] for entry in entries]


class Judge:
    """Holds a site to what it was before, and to what a command has said."""

    def __init__(self, site, scenario, allowed):
        """`allowed` are the exit statuses that the command's help names."""
        self.site, self.scenario, self.allowed = site, scenario, allowed
        self.start = site.starts[scenario.start]
        #: Warnings for good: nobody is trusted, and a repair keeps what it replaces.
        self.lasting = {"no-outside-anchor"} | ({"kept-aside"} if self.start.is_damaged else set())
        self.is_committed = False

    def told(self, outcome, killed, is_mute=False, is_damage=False):
        """What is wrong with how the command ended.

        One that `is_mute` could not write what it said; where `is_damage`, a database could not be read, which is damage to SQLite.
        """
        if killed and outcome.status in (-9, 137):
            return
        if outcome.crash:
            yield f"it crashed: {outcome.crash}"
        elif outcome.status not in self.allowed:
            yield f"it ended in a way that its help does not name: {outcome.words}"
        elif outcome.status in (1, 3) and self._names_what_is_left(outcome):
            return
        elif outcome.status in WRONG_FOR_A_DISK and not (is_damage and outcome.status == 1):
            yield f"it called the fault {WRONG_FOR_A_DISK[outcome.status]}: {outcome.words}"
        elif outcome.status != 0 and not is_mute:
            lines = [line for line in outcome.error.splitlines() if line.startswith("evidence: ")]
            if len(lines) != 1 or not lines[0].rstrip().endswith((".", "。", "…")):
                yield f"it did not say in one sentence what failed: {outcome.error[:300]!r}"

    def _names_what_is_left(self, outcome):
        """Whether its report names what it could not mend of an archive that was damaged, or could not read for a mirror."""
        try:
            if self.start.is_damaged:
                return bool(outcome.json["left"])
            unread = {problem["code"] for problem in outcome.json["problems"]} == {"file-unreadable"}
            return self.scenario.makes == "mirror" and outcome.status == 3 and unread
        except (ValueError, KeyError):
            return False

    def stands(self, acknowledgement, is_done, runs=1):
        """What is wrong with the archive as the fault left it. Opens it first, as its user would.

        `is_done` says whether the command said that it was done; `runs` how often it was run already.
        """
        yield from self._verified("after the fault", MENDED | self.lasting, problems=self.start.problems)
        entries, base = self.site.entries(), self.start.entries
        if entries == self.start.found:
            entries = base
        new = types(entries)[len(base):]
        self.is_committed = bool(new)
        if entries[:len(base)] != base:
            yield "entries that were there before are lost or altered"
        yield from self._kept()
        if new not in self._commits(runs):
            yield f"a part of the commit is there: {', '.join(new)}"
        if acknowledgement:
            yield from self._holds(self.scenario.archive, acknowledgement)
            if not new and self.scenario.adds:
                yield "the command said that it was done, and nothing is there"
        if is_done and self.scenario.makes:
            yield from self._verified("what was made", MENDED | self.lasting, self.scenario.makes)
        if is_done and self.start.is_damaged:
            yield from self._verified("once it was said to be mended", MENDED | self.lasting)

    def again(self, runs=1):
        """What is wrong when the same command is run again, with a disk that works; and once another writer has come."""
        for name in self.scenario.fresh_output:
            (self.site.folder / name).unlink(missing_ok=True)
        before = len(self.site.entries())
        outcome = self.site.run(*self.scenario.words, "--json", at=self.scenario.at)
        expected = self.scenario.again if self.is_committed or not self.scenario.adds else (0,)
        if outcome.status not in expected:
            yield f"run again, it does not complete: {outcome.words}"
            return
        for name in self.scenario.leaves:
            if not (self.site.folder / name).is_file():
                yield f"run again, it left no {name}"
        entries, base = self.site.entries(), self.start.entries
        if entries[:len(base)] != base:
            yield "run again, it left entries lost or altered"
        new = types(entries)[len(base):]
        if new not in self._commits(runs + 1)[1:]:
            yield f"run again, it left {', '.join(new) or 'nothing'}"
        has_written = len(new) + len(base) > before
        if has_written and outcome.status == 0:
            yield from self._holds(self.scenario.archive, self.acknowledgement_in(outcome))
        if self.scenario.makes:
            yield from self._verified("what was made then", MENDED | self.lasting, self.scenario.makes)
        if not has_written:
            last = self.site.write_once_more(self.scenario.archive)
            if last.status != 0:
                yield f"another command cannot write any more: {last.words}"
        yield from self._verified("after the next writer", self.lasting, self.scenario.archive)
        yield from self._holds("archive", *self.start.given)
        yield from self._kept()
        leftovers = self.site.leftovers()
        if leftovers and self.site.age_copies():
            # Copies that were not gone on from, as of what a power cut spoiled, wait for seven days and no longer.
            self.site.write_once_more(self.scenario.archive)
            leftovers = self.site.leftovers()
        if leftovers:
            yield f"left behind for good: {', '.join(leftovers[:5])}"

    def _commits(self, runs):
        """What so many runs of the command may have added, from nothing on."""
        adds, repeats = list(self.scenario.adds), list(self.scenario.repeats or self.scenario.adds)
        return [[]] + [adds + repeats * more for more in range(runs)] if adds else [[]] * (runs + 1)

    def _kept(self):
        """What is wrong with what the command has no business with: the mirror that it reads; and, where it mends, the archive's
        files, each of which is to be there yet, in its place or aside."""
        if self.scenario.makes != "mirror" and digests(self.site.folder / "mirror") != digests(self.start.folder / "mirror"):
            yield "the mirror was changed"
        if not self.start.is_damaged:
            return
        there = set(digests(self.site.archive).values())
        for path, digest in self.start.kept.items():
            if digest not in there:
                yield f"{path}, as it was found, is neither in its place nor aside"

    def _verified(self, when, warnings, what="archive", problems=frozenset()):
        outcome = self.site.run("verify", what, "--json", at=None)
        try:
            report = outcome.json
        except ValueError:
            yield f"{when}, {what} cannot be verified: {outcome.words}"
            return
        # A published log or a bundle may be older than what this machine knows.
        older = {item["code"] for item in report["unchecked"]} <= {"behind-memory"} and what != "archive"
        new = [item for item in report["problems"] if named(item) not in problems]
        if new or not problems and not (report["ok"] and (report["complete"] or older)):
            said = [f"{item['code']}: {item['explanation']}" for item in new + report["unchecked"]]
            yield f"{when}, {what} is not whole: {'; '.join(said[:3]) or outcome.words}"
        others = {item["code"] for item in report["warnings"]} - warnings
        if others:
            yield f"{when}, {what} has a warning that stays: {', '.join(sorted(others))}"

    def _holds(self, name, *acknowledgements):
        """What the archive of this name lacks of what was acknowledged."""
        if None in acknowledgements:
            yield "the command ended well and did not say what it had done"
            return
        ledger = Ledger(self.site.work / "acknowledged.jsonl")
        ledger.all = acknowledgements
        yield from ledger.faults(self.site.folder / name)

    def acknowledgement_in(self, outcome):
        """What a command acknowledged; None where it did not end well, or printed no checkpoint."""
        if outcome.status != 0:
            return None
        try:
            # That content is still to be removed may be said, and is then no fault.
            return Acknowledgement.of(
                outcome.json, withdraws=self.scenario.words[0] == "withdraw" and "content is still here" not in outcome.error)
        except (ValueError, KeyError, TypeError):
            return None


def statuses(help_text):
    """The exit statuses that a help text names."""
    lines = help_text.split("EXIT STATUS:")[-1].split("EXAMPLE:")[0].splitlines()
    return {int(line.split()[0]) for line in lines if line.split() and line.split()[0].isdecimal()}
