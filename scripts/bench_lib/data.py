"""Material to work on: always the same, from a seed, and nothing that compresses."""

import os
import random
import subprocess

from .measure import BenchError

_CHUNK = 1 << 20


def write_file(path, size, seed):
    """Writes one file of random bytes, piece by piece: what we hold ourselves would count as the children's memory."""
    source = random.Random(seed)
    with open(path, "wb") as file:
        while size > 0:
            file.write(source.randbytes(min(size, _CHUNK)))
            size -= _CHUNK


def write_folder(folder, count, folders, smallest, largest, seed):
    """Writes files of random sizes, spread evenly over numbered folders."""
    source = random.Random(seed)
    for number in range(folders):
        (folder / f"{number:03}").mkdir(parents=True)
    for number in range(count):
        size = source.randint(smallest, largest)
        (folder / f"{number % folders:03}" / f"{number:06}.dat").write_bytes(source.randbytes(size))


#: Files first, then folders, many at once: where each removal waits for the disk, 100,000 of them would take long. What
#: git-annex makes read-only is made writable first.
_REMOVE = """
chmod -R u+rwX "$1"
find "$1" -mindepth 1 ! -type d -print0 | xargs -0 -r -n 50 -P 16 rm -f
find "$1" -mindepth 1 -depth -type d -print0 | xargs -0 -r -n 50 -P 16 rmdir
rm -rf "$1"
"""


def remove(path):
    """Removes a folder with all that is in it."""
    if os.path.lexists(path):
        subprocess.run(["sh", "-c", _REMOVE, "sh", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    if os.path.lexists(path):
        raise BenchError(f"{path} could not be removed.", 74)


class Fresh:
    """A path that is a new one for each run."""

    def __init__(self, folder, name):
        self._folder, self._name, self._count = folder, name, 0

    @property
    def path(self):
        return self._folder / f"{self._name}-{self._count}"

    def next(self):
        self._count += 1
        return self.path

    def remove(self):
        remove(self.path)
