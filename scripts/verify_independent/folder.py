"""What bundles and published trees have in common: a folder of plain files, and in it a log as tiles (C2SP tlog-tiles)."""
import functools, os, pathlib, re, stat  # noqa: E401

from .forms import read_entries, read_tile_path, tile_path

LARGEST_BUNDLE = 256 * (4096 + 2)

class Folder:
    """Its regular files by path, and what is in them. No link is followed."""
    def __init__(self, folder, report, reader, unexpected, deepest, names=".*", ignored=()):
        """unexpected is the code for what does not belong here: other names, deeper folders. ignored are paths."""
        self.folder, self.report, self.reader = pathlib.Path(folder).resolve(), report, reader
        self.unexpected, self.deepest, self.names, self.ignored = unexpected, deepest, names, ignored
        self.sizes = {}

    def walk(self, folder=None, prefix="", depth=0):
        folder = folder or self.folder
        for name in sorted(os.listdir(folder)):
            path, status = prefix + name, (folder / name).lstat()
            if path in self.ignored:
                continue
            if not re.fullmatch(self.names, name, re.DOTALL):
                self.report(self.unexpected, path, "no name that is here")
            elif stat.S_ISREG(status.st_mode):
                self.sizes[path] = status.st_size
            elif not stat.S_ISDIR(status.st_mode):
                self.report("file-not-regular", path)
            elif depth == self.deepest:
                self.report(self.unexpected, path, "too deep")
            else:
                self.walk(folder / name, path + "/", depth + 1)

    def open(self, path):
        return open(os.open(self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")

    def read(self, path, limit):
        """The file's bytes; None where it is not there or larger than the limit."""
        if self.sizes.get(path, limit + 1) > limit:
            return None
        with self.open(path) as file:
            return file.read()

class Entries:
    """The entries of a log in its entry bundles."""
    def __init__(self, folder, log):
        """folder is a Folder that was walked, log the path of the log in it, empty or with its slash."""
        self.folder, self.log, self.widths = folder, log, {}
        for path in folder.sizes:
            found = read_tile_path(path[len(log):]) if path.startswith(log) else None
            if found and found[0] == "entries" and found[1] <= (2**53 - 1) // 256:
                self.widths[found[1]] = max(found[2], self.widths.get(found[1], 0))

    @functools.lru_cache(maxsize=4)  # noqa: B019 (one object a run)
    def bundle(self, number):
        """The entries of an entry bundle, of several of one number the widest; None where its bytes are none."""
        width = self.widths.get(number)
        data = width and self.folder.read(self.log + tile_path("entries", number, width), LARGEST_BUNDLE)
        return read_entries(data, width) if data else None

    def at(self, seq):
        entries = self.bundle(seq // 256) or []
        return entries[seq % 256] if seq % 256 < len(entries) else None
