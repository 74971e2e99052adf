"""Faults put there on purpose, which the judges have to find: else their silence means nothing."""

import shutil

from .breaking import Breaker
from .powercut import PowerCutter
from .program import FaultsError, must
from .site import scenarios


def check(site, say):
    """Plants each, and returns how many there are.

    - Throws: FaultsError where one was not found.
    """
    breaker, cutter = Breaker(site, say), PowerCutter(site, lambda text: None)
    [add] = scenarios(["add"])

    def added():
        site.reset()
        outcome = must(site.run(*add.words, "--json"), "add")
        judge = breaker.judge(add)
        return judge, judge.acknowledgement_in(outcome)

    def requires(what, sentences):
        if not list(sentences):
            raise FaultsError(f"the judges did not find {what}: nothing that they say counts.")

    judge, given = added()
    if sentences := list(judge.stands(given)) + list(judge.again()):
        raise FaultsError(f"an undisturbed command is found wrong: {sentences[0]}")

    judge, given = added()
    digest = given.files[0][0]
    (site.archive / "objects" / digest[:2] / digest).unlink()
    requires("a file that was acknowledged and is gone", judge.stands(given))

    judge, given = added()
    shutil.copy(site.base / "archive/archive.sqlite", site.archive / "archive.sqlite")
    requires("an entry that was acknowledged and is gone", judge.stands(given))

    judge, given = added()
    list(judge.stands(given))
    (site.home / "left.tmp").touch()
    requires("a file left behind", judge.again())

    # The program believes that everything was synced, and nothing is.
    recording = cutter.record(add, "with syncs that do nothing", "fsync,fdatasync:retval=0")
    requires("that nothing was synced", cutter.attempt(recording, recording.disk.clock, 0, 1))
    return 4
