"""Material to work on: always the same, from a seed, and nothing that compresses."""

import os
import random
import shutil

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


def remove(path):
    """Removes a folder, even one with read-only folders in it, such as git-annex makes."""
    def unlock(function, name, _):
        os.chmod(os.path.dirname(name), 0o700)
        if os.path.isdir(name) and not os.path.islink(name):
            os.chmod(name, 0o700)
            shutil.rmtree(name, onerror=unlock)
        else:
            function(name)

    if os.path.lexists(path):
        shutil.rmtree(path, onerror=unlock)


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
