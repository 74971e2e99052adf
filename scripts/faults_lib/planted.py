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
    add, repair = scenarios(["add", "repair"])
    found = 0

    def done(scenario):
        site.reset(scenario.start)
        outcome = must(site.run(*scenario.words, "--json"), scenario.name)
        judge = breaker.judge(scenario)
        return judge, judge.acknowledgement_in(outcome)

    def requires(what, sentences):
        nonlocal found
        if not list(sentences):
            raise FaultsError(f"the judges did not find {what}: nothing that they say counts.")
        found += 1

    for scenario in add, repair:
        judge, given = done(scenario)
        if sentences := list(judge.stands(given, True)) + list(judge.again()):
            raise FaultsError(f"an undisturbed command is found wrong: {sentences[0]}")

    judge, given = done(add)
    digest = given.files[0][0]
    (site.archive / "objects" / digest[:2] / digest).unlink()
    requires("a file that was acknowledged and is gone", judge.stands(given, True))

    judge, given = done(add)
    shutil.copy(site.starts["whole"].folder / "archive/archive.sqlite", site.archive / "archive.sqlite")
    requires("an entry that was acknowledged and is gone", judge.stands(given, True))

    judge, given = done(add)
    list(judge.stands(given, True))
    (site.home / "left.tmp").touch()
    requires("a file left behind", judge.again())

    judge, given = done(repair)
    next((site.archive / "aside").glob("archive.sqlite*")).unlink()
    requires("a damaged log that a repair threw away", judge.stands(given, True))

    judge, given = done(repair)
    (site.folder / "mirror/checkpoint").write_text("")
    requires("a mirror that a repair changed", judge.stands(given, True))

    # The program believes that everything was synced, and nothing is.
    recording = cutter.record(add, "with syncs that do nothing", "fsync,fdatasync:retval=0")
    requires("that nothing was synced", cutter.attempt(recording, recording.disk.clock, 0, 1))
    return found
