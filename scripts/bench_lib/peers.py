"""What users would pick instead: how each is got, asked for its version, set up and used."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
_BAGIT = _REPOSITORY / ".venv/bin/bagit.py"

#: The program, its Debian package, and how it says its version.
_PROGRAMS = {
    "openssl": ("openssl", "openssl", ["openssl", "version"]),
    "sha256sum": ("sha256sum", "coreutils", ["sha256sum", "--version"]),
    "hashdeep": ("hashdeep", "hashdeep", ["hashdeep", "-V"]),
    "restic": ("restic", "restic", ["restic", "version"]),
    "borg": ("borg", "borgbackup", ["borg", "--version"]),
    "git": ("git", "git", ["git", "--version"]),
    "git-annex": ("git-annex", "git-annex", ["git-annex", "version"]),
}


def install(say):
    """Installs with apt what is missing, and says what can't be got."""
    missing = sorted({package for program, package, _ in _PROGRAMS.values() if not shutil.which(program)})
    if missing:
        if shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo")):
            say(f"installing {' '.join(missing)}")
            apt = ([] if os.geteuid() == 0 else ["sudo"]) + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
            subprocess.run(apt + ["update", "-qq"], stdout=sys.stderr)
            for package in missing:  # one by one, so that one that can't be got keeps back no other
                subprocess.run(apt + ["install", "-y", "-qq", "--no-install-recommends", package], stdout=sys.stderr)
        for program, package, _ in _PROGRAMS.values():
            if not shutil.which(program):
                say(f"{program} is not installed and can't be got (Debian: {package})")
    if not _BAGIT.exists():
        say("bagit.py is not installed (scripts/setup makes it)")


def versions():
    """The version of each peer; None for what is not installed."""
    found = {}
    for name, (program, _, command) in _PROGRAMS.items():
        said = None
        if shutil.which(program):
            process = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
            said = re.search(r"\d+(\.\d+)+\S*|\d{8}", process.stdout + process.stderr)
        found[name] = said.group() if said else None
    found["bagit.py"] = None
    if _BAGIT.exists():
        process = subprocess.run([*_bagit(), "--version"], capture_output=True, text=True)
        said = re.search(r"\d+(\.\d+)+", process.stdout + process.stderr)
        found["bagit.py"] = said.group() if said else "?"
    if found["git"] is None:
        found["git-annex"] = None
    return found


def _bagit():
    return [_BAGIT.parent / "python", _BAGIT]


def sh(script, *words):
    """A command of several steps, the first failure of which fails it."""
    return ["sh", "-ec", script, "sh", *words]


class Restic:
    """restic always encrypts, so the least it can do is not to compress, and to keep no second copy of its index."""

    name = "restic"
    init = staticmethod(lambda repository: ["restic", "init", "--quiet", "--no-cache", "--repo", repository])
    add = staticmethod(lambda repository, source: sh(
        'restic backup --quiet --no-cache --compression off --repo "$1" "$2"; sync -f "$1"', repository, source))
    verify = staticmethod(lambda repository: ["restic", "check", "--quiet", "--no-cache", "--read-data", "--repo", repository])


class Borg:
    """borg without encryption and compression."""

    name = "borg"
    init = staticmethod(lambda repository: ["borg", "init", "--encryption", "none", repository])
    add = staticmethod(lambda repository, source: sh(
        'borg create --compression none "$1::a" "$2"; sync -f "$1"', repository, source))
    verify = staticmethod(lambda repository: ["borg", "check", "--verify-data", repository])


class GitAnnex:
    """git-annex with every file in the annex, on all cores. It takes files in where they lie, so they are copied first."""

    name = "git-annex"
    init = staticmethod(lambda repository: sh(
        'git init --quiet "$1"; cd "$1"; git annex init --quiet bench; git config annex.largefiles anything', repository))
    add = staticmethod(lambda repository, source: sh(
        'cp -r "$2" "$1/"; cd "$1"; git annex add --quiet --jobs="$3" .; sync -f .',
        repository, source, str(os.cpu_count())))
    verify = staticmethod(lambda repository: sh(
        'cd "$1"; git annex fsck --quiet --jobs="$2"', repository, str(os.cpu_count())))


#: What keeps material in a repository of its own.
KEEPERS = (Restic, Borg, GitAnnex)


def make_bag(folder):
    """The command that makes a folder a bag, with SHA-256 alone."""
    return [*_bagit(), "--quiet", "--sha256", "--processes", str(os.cpu_count()), folder]


def validate_bag(folder):
    return [*_bagit(), "--quiet", "--validate", "--processes", str(os.cpu_count()), folder]
