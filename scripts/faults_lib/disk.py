"""A disk on which only what was synced is sure to outlast a power cut.

The model, which assumes no more than POSIX promises and no order but that of syncs:
- A write or a change of length lies in the file for good once an fsync, fdatasync or syncfs of it, begun after the call ended, has
  ended with success. Before that it may be there, wholly, in any of its sectors of 512 bytes, or not at all; later ones may be
  there without earlier ones; what lies between is zeros.
- A name in a folder (made, removed, renamed) is there for good once an fsync of the folder, begun after the call ended, has ended
  with success. Before that any subset of such changes may be there. A rename is one change, of the folder it goes to: its two
  halves come or go together, as every journaling file system has it. fsync of a file says nothing of its name.
- After an fsync that failed, nothing that it was to cover is ever sure, whatever later ones say, as the kernel may have dropped it.
- sync_file_range, close and the end of a process make nothing sure. A sync that strace only pretended is none.
- Not in the model: permissions, times, extended attributes; sectors that come back as something never written.
"""

import os
import re
import shutil
from dataclasses import dataclass, field

from .program import FaultsError
from .tracing import calls

#: What is traced to play it back.
TRACED = (
    "openat,openat2,open,creat,close,read,write,pread64,pwrite64,readv,writev,pwritev,pwritev2,lseek,ftruncate,truncate,fallocate,rename,renameat,"
    "renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,sync,syncfs,fcntl,dup,dup2,dup3,"
    "copy_file_range,sendfile,splice,io_uring_setup,chdir,execve,exit_group"
)
NEVER = float("inf")
SECTOR = 512
_STRING = r'"((?:\\x[0-9a-f]{2})*)"'


@dataclass
class Node:
    """A file or a folder: what it was at the start, and what it is as the running program sees it."""

    is_folder: bool
    names: dict = field(default_factory=dict)
    content: bytes = b""
    now: object = None
    source: str = None


@dataclass
class Change:
    """One change of a file (`offset`, `data`; no data: a new length) or of names (`names`: folder, name, node or None)."""

    start: int
    end: float
    node: Node
    offset: int = 0
    data: bytes = None
    names: tuple = ()
    sure: float = NEVER
    is_doomed: bool = False


@dataclass
class Handle:
    """An open file: threads share it, and its place."""

    node: Node
    place: int = 0
    appends: bool = False


def _bytes(text):
    return bytes.fromhex(text.replace("\\x", ""))


class Disk:
    """A folder's state, and the changes that traces of runs in it tell of."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.root = self._load(self.folder)
        self.changes = []
        #: When a command had printed its answer, by trace.
        self.answered = NEVER
        self.clock = 0
        self.handles = {}

    def _load(self, path):
        if os.path.isdir(path):
            node = Node(True, source=path)
            node.names = {name: self._load(os.path.join(path, name)) for name in os.listdir(path)}
            node.now = dict(node.names)
        else:
            with open(path, "rb") as file:
                node = Node(False, content=file.read(), source=path)
            node.now = len(node.content)
        return node

    # MARK: Playing a trace

    def play(self, path):
        """Takes a trace in; what a call did counts from where it ended. Ends of one trace lie before the starts of the next."""
        self.handles = {}
        begin = self.clock
        for call in calls(path):
            self.clock = max(self.clock, begin + call.end + 1)
            call.start, call.end = begin + call.start, begin + call.end
            try:
                self._take(call)
            except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
                raise FaultsError(
                    f"the trace has what the model does not know: {call.name}({call.arguments[:200]}: {error!r}") from error
        self.clock += 1

    def _take(self, call):
        result = call.result.split()[0] if call.result else "?"
        failed = result in ("-1", "?")
        words = call.arguments.split(", ")  # strings are in hex, so that none holds a comma
        take = getattr(self, "_" + call.name, None)
        if call.name in ("fsync", "fdatasync", "syncfs") or (take and not failed and not call.injected):
            take(call, words, result)
        elif take is None and not failed and self._touches(call):
            raise ValueError("a call of this kind")

    def _touches(self, call):
        first = call.arguments.split(",")[0]
        return (first.isdigit() and int(first) in self.handles) or self.folder in _texts(call.arguments)

    def _place(self, folder, text):
        """The folder and the last name of a path; (None, None) where it lies elsewhere."""
        path = _bytes(re.fullmatch(_STRING, text)[1]).decode(errors="surrogateescape")
        node = self.root
        if path.startswith("/"):
            if not path.startswith(self.folder + "/") and path != self.folder:
                return None, None
            path = path[len(self.folder):]
        elif folder != "AT_FDCWD":
            if int(folder) not in self.handles:
                return None, None
            node = self.handles[int(folder)].node
        parts = [part for part in path.split("/") if part not in ("", ".")]
        for part in parts[:-1]:
            node = node.now[part]
        return node, parts[-1] if parts else None

    def _openat(self, call, words, result):
        folder, name = self._place(words[0], words[1])
        if folder is None:
            return
        flags = set(words[2].split("|"))
        if "O_TMPFILE" in flags:
            raise ValueError("a file without a name")
        node = folder if name is None else folder.now.get(name)
        if node is None:
            node = Node(False, now=0)
            self._name(call, folder, (folder, name, node))
        if "O_TRUNC" in flags:
            self._change(call, node, length=0)
        self.handles[int(result)] = Handle(node, appends="O_APPEND" in flags)

    def _openat2(self, call, words, result):
        self._openat(call, [*words[:2], words[2].removeprefix("{flags=")], result)

    def _close(self, call, words, result):
        self.handles.pop(int(words[0]), None)

    def _fcntl(self, call, words, result):
        if words[1] in ("F_DUPFD", "F_DUPFD_CLOEXEC") and int(words[0]) in self.handles:
            self.handles[int(result)] = self.handles[int(words[0])]

    def _dup2(self, call, words, result):
        if int(words[0]) in self.handles:
            self.handles[int(result)] = self.handles[int(words[0])]

    _dup = _dup3 = _dup2

    def _read(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle and not handle.node.is_folder:
            handle.place += int(result)

    def _lseek(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle:
            handle.place = int(result)

    def _write(self, call, words, result):
        if words[0] == "1":
            self.answered = call.end
        handle = self.handles.get(int(words[0]))
        if handle:
            at = handle.node.now if handle.appends else handle.place
            data = _bytes(re.fullmatch(_STRING, words[1])[1])[:int(result)]
            self._change(call, handle.node, at, data)
            handle.place = at + len(data)

    def _pwrite64(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle:
            self._change(call, handle.node, int(words[3]), _bytes(re.fullmatch(_STRING, words[1])[1])[:int(result)])

    def _ftruncate(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle:
            self._change(call, handle.node, length=int(words[1]))

    def _nothing(self, call, words, result):
        """Changes nothing of a file's content or name."""

    _pread64 = _exit_group = _nothing

    def _chdir(self, call, words, result):
        raise ValueError("another working folder")

    def _fallocate(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle and "KEEP_SIZE" not in words[1]:
            self._change(call, handle.node, length=max(handle.node.now, int(words[2]) + int(words[3])))

    def _renameat2(self, call, words, result):
        if len(words) > 4 and "EXCHANGE" in words[4]:
            raise ValueError("an exchange of names")
        source, name = self._place(words[0], words[1])
        target, new_name = self._place(words[2], words[3])
        if source is None or target is None:
            raise ValueError("a rename out of the folder")
        node = source.now[name]
        self._name(call, target, (source, name, None, node), (target, new_name, node))

    _renameat = _renameat2

    def _rename(self, call, words, result):
        self._renameat2(call, ["AT_FDCWD", words[0], "AT_FDCWD", words[1]], result)

    def _linkat(self, call, words, result):
        source, name = self._place(words[0], words[1])
        target, new_name = self._place(words[2], words[3])
        if source is None or target is None:
            raise ValueError("a second name outside the folder")
        self._name(call, target, (target, new_name, source.now[name]))

    def _link(self, call, words, result):
        self._linkat(call, ["AT_FDCWD", words[0], "AT_FDCWD", words[1]], result)

    def _unlinkat(self, call, words, result):
        folder, name = self._place(words[0], words[1])
        if folder is not None:
            self._name(call, folder, (folder, name, None))

    def _unlink(self, call, words, result):
        self._unlinkat(call, ["AT_FDCWD", words[0]], result)

    _rmdir = _unlink

    def _mkdirat(self, call, words, result):
        folder, name = self._place(words[0], words[1])
        if folder is not None:
            self._name(call, folder, (folder, name, Node(True, now={})))

    def _mkdir(self, call, words, result):
        self._mkdirat(call, ["AT_FDCWD", words[0]], result)

    def _fsync(self, call, words, result):
        handle = self.handles.get(int(words[0]))
        if handle:
            self._sync(call, result, [change for change in self.changes if change.node is handle.node])

    _fdatasync = _fsync

    def _syncfs(self, call, words, result):
        if int(words[0]) in self.handles:
            self._sync(call, result, self.changes)

    def _sync(self, call, result, changes):
        if call.injected and result == "0":
            return
        for change in changes:
            if change.end < call.start and change.sure == NEVER:
                if result == "0" and not change.is_doomed:
                    change.sure = call.end
                elif result == "-1":
                    change.is_doomed = True

    def _change(self, call, node, offset=0, data=None, length=None):
        if length is not None:
            offset = length
        self.changes.append(Change(call.start, call.end, node, offset, data))
        node.now = offset if data is None else max(node.now, offset + len(data))

    def _name(self, call, folder, *names):
        for parent, name, node, *_ in names:
            if node is None:
                parent.now.pop(name, None)
            else:
                parent.now[name] = node
        self.changes.append(Change(call.start, call.end, folder, names=names))

    # MARK: Power cuts

    def moments(self):
        """When cuts tell something: at each change and each sync."""
        times = {0, self.clock}
        for change in self.changes:
            times |= {change.start, change.end} | ({change.sure} if change.sure != NEVER else set())
        return sorted(times)

    def cut(self, moment, chance, kept):
        """Writes into the folder what a cut at a moment has left, each unsure change being there with probability `kept`."""
        states = {}

        def state(node):
            if id(node) not in states:
                states[id(node)] = dict(node.names) if node.is_folder else bytearray(node.content)
            return states[id(node)]

        for change in self.changes:
            if change.start > moment:
                continue
            is_sure = change.sure <= moment
            if not is_sure and (kept < 1 or change.end > moment) and chance.random() >= kept:
                continue
            if change.names:
                for parent, name, node, *old in change.names:
                    if node is not None:
                        state(parent)[name] = node
                    elif not old or state(parent).get(name) is old[0]:
                        state(parent).pop(name, None)
                continue
            content = state(change.node)
            if change.data is None:
                del content[change.offset:]
                content.extend(bytes(change.offset - len(content)))
                continue
            is_torn = not is_sure and 0 < kept < 1 and chance.random() < 0.3
            content.extend(bytes(max(0, change.offset - len(content))))
            for begin in range(0, len(change.data), SECTOR) if is_torn else [0]:
                piece = change.data[begin:begin + SECTOR] if is_torn else change.data
                if is_torn and chance.random() < 0.5:
                    continue
                at = change.offset + begin
                content.extend(bytes(max(0, at - len(content))))
                content[at:at + len(piece)] = piece
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lay(self.root, self.folder, state)

    def _lay(self, node, path, state):
        content = state(node)
        if node.is_folder:
            os.mkdir(path, 0o700)
            for name, child in content.items():
                self._lay(child, os.path.join(path, name), state)
        else:
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o600)


def _texts(arguments):
    return " ".join(_bytes(text).decode(errors="replace") for text in re.findall(_STRING, arguments))
