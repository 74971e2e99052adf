"""Runs a command under strace and reads what it has written."""

import re
import shutil
from dataclasses import dataclass

from .program import run

#: Calls that change what is stored, by what they can be made to fail with.
CHANGING = (
    "openat", "openat2", "write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "syncfs", "sync_file_range", "rename", "renameat",
    "renameat2", "link", "linkat", "symlink", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "fallocate", "fchmod",
    "chmod", "fchown", "flock", "copy_file_range", "sendfile",
)
#: Calls that only look at it.
LOOKING = ("close", "read", "pread64", "newfstatat", "statx", "getdents64", "readlink", "access", "faccessat2", "statfs", "fcntl", "lseek")

_LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(.*)$")


@dataclass
class Call:
    """One system call: the thread, the lines of the trace where it began and ended, its arguments, its result."""

    thread: int
    name: str
    start: int
    end: int
    arguments: str
    result: str

    @property
    def injected(self):
        """Whether strace tampered with it."""
        return "(INJECTED)" in self.result


def calls(path):
    """The calls in a trace, in the order in which they ended; one that did not end has no result."""
    begun = {}
    with open(path, errors="replace") as file:
        for number, line in enumerate(file):
            match = _LINE.match(line)
            if not match:
                continue
            thread, name, rest = int(match[1]), match[2], match[3]
            if rest.endswith("<unfinished ...>"):
                begun[thread] = Call(thread, name, number, number, rest[1:-len("<unfinished ...>")].rstrip(), "")
                continue
            if rest.startswith(" resumed>"):
                call = begun.pop(thread, None)
                if call is None:
                    continue
                call.end = number
                rest = "(" + re.sub(",$", ", ", call.arguments) + rest[len(" resumed>"):].lstrip()
            elif rest.startswith("("):
                call = Call(thread, name, number, number, "", "")
            else:
                continue
            cut = rest.rfind(" = ")
            call.arguments, call.result = rest[1:cut].rstrip(), rest[cut + 3:].strip()
            if call.arguments.endswith(")"):
                call.arguments = call.arguments[:-1]
            yield call
    yield from begun.values()


def traced(site, words, output, expressions, options=(), timeout=600):
    """Runs a command of the site under strace with these -e expressions; strace's own words go to `output`."""
    chosen = [word for expression in expressions for word in ("-e", expression)]
    return run(
        [shutil.which("strace"), "-f", "--seccomp-bpf", "-qq", "-o", output, *options, *chosen, *words], site.folder, site.home, tools=False,
        timeout=timeout)
