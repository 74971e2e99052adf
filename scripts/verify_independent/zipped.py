"""A bundle in a ZIP file, read where it lies: section 16, "In a ZIP"."""
import re, struct, zipfile, zlib  # noqa: E401

from .bundle import MARKS, Bundle
from .forms import Bad, digests_code, file_digests

FULL16, FULL32, MIB = 0xffff, 0xffffffff, 1024 * 1024

class ZipBundle(Bundle):
    def __init__(self, path, report, reader):
        super().__init__(path, report, reader)
        try:
            self.zip = zipfile.ZipFile(path)
            self.infos = sorted(self.zip.infolist(), key=lambda info: info.header_offset)
            self.starts, self.day = read_form(path, self.infos)
        except (zipfile.BadZipFile, UnicodeError, NotImplementedError, struct.error) as error:
            raise Bad(f"{path}: {error}") from error
        self.members = {}
        if not MARKS & {info.orig_filename for info in self.infos}:
            raise Bad(f"{path} is no bundle")

    def walk(self):
        for info, start in zip(self.infos, self.starts):
            path = info.orig_filename
            parts = path.split("/")
            if {"", ".", ".."} & set(parts) or not all(re.fullmatch(self.names, part) for part in parts) \
                    or len(parts) > self.deepest + 1:
                self.report(self.unexpected, path, "no name that is here")
            elif path in self.members:
                self.report("bag-malformed", path, "more than once in the ZIP")
            else:
                self.members[path], self.sizes[path] = info, info.file_size
                self.check_sum(info, start)
        for path in sorted(self.sizes):
            parts = path.split("/")
            if any("/".join(parts[:count]) in self.sizes for count in range(1, len(parts))):
                self.report("bag-malformed", path, "below a file")

    def check_sum(self, info, start):
        """Says where a member's checksum is another than that of its bytes, which are read all the same."""
        found, left = 0, info.file_size
        with open(self.folder, "rb") as file:
            file.seek(start)
            while left and (data := file.read(min(left, MIB))):
                found, left = zlib.crc32(data, found), left - len(data)
        if found != info.CRC:
            self.report("bag-malformed", info.orig_filename, "its checksum is another")
            info.CRC = found

    def open(self, path):
        return self.zip.open(self.members[path])

    def check_stored(self, path, digest, verity, size):
        if self.sizes[path] != size:
            return "file-size-differs"
        with self.open(path) as file:
            return digests_code(file_digests(file), (digest, verity, size))

    def check_bag(self):
        digest = super().check_bag()
        data = self.read("bag-info.txt", MIB)
        days = [to_day(line[len("Bagging-Date: "):].decode("utf-8", "replace")) for line in self.info("Bagging-Date")]
        if data is not None and days != [self.day]:
            self.report("bag-malformed", "bag-info.txt", "the members have another day than its Bagging-Date")
        return digest

def to_day(date):
    """A day as MS-DOS writes it; what is none, or it can't say, is the first or last day that it can."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", date) or date < "1980":
        return 1 << 5 | 1
    year, month, day = map(int, date.split("-"))
    return 127 << 9 | 12 << 5 | 31 if year > 2107 else year - 1980 << 9 | month << 5 | day

def read_form(path, infos):
    """Makes all that stands around the members' bytes anew, and compares. Gives where those bytes are, and the day."""
    if not infos:
        raise zipfile.BadZipFile("no members")
    year, month, date = infos[0].date_time[:3]
    day, offset, starts, directory = year - 1980 << 9 | month << 5 | date, 0, [], b""
    with open(path, "rb") as file:
        def expect(expected, name):
            if file.read(len(expected)) != expected:
                raise zipfile.BadZipFile(f"{name!r}: not of the form that bundles have; unpack it, then verify the folder")
        for info in infos:
            name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
            size, is_large, is_far = info.file_size, info.file_size > FULL32, offset >= FULL32
            utf8 = 0 if name.isascii() else 0x800
            common = struct.pack("<HHHHLLLH", utf8, 0, 0, day, info.CRC, min(size, FULL32), min(size, FULL32), len(name))
            sizes = struct.pack("<QQ", size, size) if is_large else b""
            local = struct.pack("<LH", 0x04034b50, 45 if is_large else 10) + common + struct.pack("<H", is_large and 20) + name
            local += struct.pack("<HH", 1, 16) + sizes if is_large else b""
            file.seek(offset)
            expect(local, name)
            more = sizes + (struct.pack("<Q", offset) if is_far else b"")
            more = struct.pack("<HH", 1, len(more)) + more if more else b""
            directory += struct.pack("<LHH", 0x02014b50, 3 << 8 | 45, 45 if more else 10) + common
            directory += struct.pack("<HHHHLL", len(more), 0, 0, 0, 0o100644 << 16, min(offset, FULL32)) + name + more
            starts.append(offset + len(local))
            offset += len(local) + size
        file.seek(offset)
        expect(directory, "the directory")
        count, size = len(infos), len(directory)
        if count >= FULL16 or offset >= FULL32 or size >= FULL32:
            expect(struct.pack("<LQHHLLQQQQ", 0x06064b50, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset), "the end")
            expect(struct.pack("<LLQL", 0x07064b50, 0, offset + size, 1), "the end")
        count, size, offset = min(count, FULL16), min(size, FULL32), min(offset, FULL32)
        expect(struct.pack("<LHHHHLLH", 0x06054b50, 0, 0, count, count, size, offset, 0), "the end")
        if file.read(1):
            raise zipfile.BadZipFile("something lies behind the end")
    return starts, day
