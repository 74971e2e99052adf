"""A published tree: section 17."""
import base64, stat  # noqa: E401

from .audit import Audit
from .folder import LARGEST_BUNDLE, Folder
from .forms import Bad, Note, Tiles, read_entries, read_tile_path, refuse_if, tile_path, tile_width

CHECKPOINT, MOST_UNREAD, HIGHEST = "checkpoint", 16, 7

class Published(Folder):
    def __init__(self, folder, report, reader):
        super().__init__(folder, report, reader, "tree-file-unexpected", deepest=12, ignored=[".incoming"])

    def verify(self):
        status = (self.folder / CHECKPOINT).lstat()
        if not stat.S_ISREG(status.st_mode):
            return self.report("file-not-regular", CHECKPOINT)
        self.sizes[CHECKPOINT] = status.st_size
        try:
            data = self.read(CHECKPOINT, 1_000_000) or b""
            origin, self.size, _ = Note(data).checkpoint(may_extend=True)
            refuse_if(self.size > 2**53 - 1, "more entries than there can be")
        except Bad as error:
            return self.report("checkpoint-malformed", CHECKPOINT, str(error))
        self.walk()
        audit = Audit(self.report, [(self.size, data)], is_published=True)
        key = self.reader.key
        audit.archive_key = key if key and key.name == origin else None
        self.check_entries(audit)
        self.check_rest()
        if not audit.archive_key and self.entries(0):
            self.report("key-not-pinned", CHECKPOINT, origin)
        root = base64.b64encode(audit.tree.root()).decode()
        return print(f"{audit.position} entries, root {root}, published without bodies")

    def check_entries(self, audit):
        tiles, unread, number = Tiles(), 0, 0
        while number * 256 < self.size and unread < MOST_UNREAD:
            entries, first = self.entries(number), number * 256
            if entries is None:
                unread += 1
            elif not entries:
                unread += 1
                self.report("entry-malformed", f"entry {first}", "no entry bundle")
            else:
                tiles = tiles if first == audit.position else None
                audit.skip(first)
                for data in entries:
                    audit.absorb(data, None, is_withheld=True)
                    for tile in tiles.append(audit.last_leaf) if tiles else []:
                        self.check_tile(*tile)
            number += 1
        for tile in tiles.partial() if tiles and audit.position == self.size else []:
            self.check_tile(*tile)
        audit.skip(self.size)
        audit.finish()

    def part(self, level, number, width, limit):
        """The bytes of a tile, and its width there: it may be left out once the full one is there. None where it is not."""
        for width in (width, 256):
            if (path := tile_path(level, number, width)) in self.sizes:
                return self.read(path, limit) or b"", width
        return None, 0

    def entries(self, number):
        """The entries of the tree in a bundle: none where its bytes are none, None where there is none."""
        own = tile_width("entries", number, self.size)
        data, width = self.part("entries", number, own, LARGEST_BUNDLE)
        return data if data is None else (read_entries(data, width) or [])[:own]

    def check_tile(self, level, number, expected):
        found, width = self.part(level, number, len(expected) // 32, 256 * 32)
        if found is None:
            self.report("tile-missing", tile_path(level, number, len(expected) // 32))
        elif len(found) != width * 32 or found[:len(expected)] != expected:
            self.report("tile-altered", tile_path(level, number, width))

    def check_rest(self):
        """Tiles of other widths than the tree's, and whatever else lies here."""
        is_ahead = False
        for path in sorted(self.sizes):
            tile = read_tile_path(path)
            if path == CHECKPOINT:
                continue
            if tile is None or tile[0] != "entries" and tile[0] > HIGHEST:
                self.report("tree-file-unexpected", path)
                continue
            level, number, width = tile
            own = tile_width(level, number, self.size)
            if own not in (0, width):
                expected, found = self.items(level, number, own), self.items(level, number, width)
                common = min(own, width)
                if expected is not None and (found is None or found[:common] != expected[:common]):
                    self.report("tile-altered", path)
                    continue
            if width > own:
                is_ahead = is_ahead or path
        if is_ahead:
            self.report("tree-ahead", is_ahead, f"the checkpoint is of {self.size}")

    def items(self, level, number, width):
        """The entries or hashes in a file of exactly this width."""
        data = self.read(tile_path(level, number, width), LARGEST_BUNDLE)
        if level == "entries":
            return data and read_entries(data, width)
        return [data[i:i + 32] for i in range(0, len(data), 32)] if data and len(data) == width * 32 else None
