#!/usr/bin/env python3
"""verify-independent: checks an archive or a bundle without any of the program's own code, from FORMAT.md alone.

  scripts/verify-independent.py ARCHIVE|BUNDLE|BUNDLE.zip [--key VKEY] [--witness VKEY]... [--authority ROOT.pem]... [--policy FILE]
                                [--media-root DIR]

Reads every entry, body, checkpoint, anchor and stored file anew, and prints what is wrong by the codes that
archive-schema/FORMAT.md gives. Whom to trust comes from you, never from what is checked: --key is the archive's verifier
key as its operator gave it to you by another way; without it: key-not-pinned. --witness is the verifier key of a witness,
--authority a file with root certificates of timestamp authorities, --policy a C2SP tlog-policy that names witnesses and
how many of them have to sign; without them nobody outside vouches for the archive.
--media-root is a folder below which files that stayed outside the archive are looked for. Not looked at: index.sqlite, the
operator's memory. Needs Python 3.9 or later, no package, and for timestamps the program openssl (3.0 or later). Exits 0
whole, 1 tampering or damage, 3 nothing wrong found but not everything checked, 64 usage, 65 no such key or certificate, 66
nothing there, 74 unreadable, 75 busy."""
import os
import re
import sqlite3
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from verify_independent.archive import DATABASE, Archive  # noqa: E402
from verify_independent.bundle import Bundle, is_bundle  # noqa: E402
from verify_independent.forms import Bad, Key  # noqa: E402
from verify_independent.policy import Policy  # noqa: E402
from verify_independent.published import CHECKPOINT, Published  # noqa: E402
from verify_independent.report import Report  # noqa: E402
from verify_independent.timestamps import openssl  # noqa: E402
from verify_independent.zipped import ZipBundle  # noqa: E402

OPTIONS = {"--key": False, "--media-root": False, "--policy": False, "--witness": True, "--authority": True}  # often?

class Reader:
    """Who checks, and whom he trusts."""
    def __init__(self, options):
        def all_of(option):
            return [value for name, value in options if name == option]
        self.key = next(map(Key, all_of("--key")), None)
        self.policy = next(map(Policy, map(read, all_of("--policy"))), None)
        self.witnesses = [Key(value, kind=4) for value in all_of("--witness")]
        self.witnesses += self.policy.witnesses.values() if self.policy else []
        self.authorities = b"".join(map(certificates, all_of("--authority")))
        self.media_root = next(iter(all_of("--media-root")), None)

def read(path):
    with open(path, "rb") as file:
        return file.read()

def certificates(path):
    data = read(path)
    openssl("x509", "-noout", data=data)
    return data + b"\n"

def stop(status, text):
    print(f"verify-independent: {text}", file=sys.stderr)
    return status

def main(arguments):
    if arguments in (["-h"], ["--help"]):
        return print(__doc__)
    options = list(zip(arguments[1::2], arguments[2::2]))
    names = [name for name, _ in options]
    if len(arguments) != 1 + 2 * len(options) or any(names.count(name) > 1 and not OPTIONS.get(name) for name in names) \
            or set(names) - set(OPTIONS):
        print("usage:", " ".join(" ".join(__doc__.split("\n")[2:4]).split()), file=sys.stderr)
        return 64
    try:
        reader = Reader(options)
    except (Bad, OSError) as error:
        return stop(66 if isinstance(error, OSError) else 65, error)
    if reader.media_root is not None and not os.path.isdir(reader.media_root):
        return stop(66, f"no folder at {reader.media_root}")
    folder, report = arguments[0], Report()
    database = os.path.join(folder, DATABASE)
    if os.path.lexists(database) and (os.path.islink(database) or not os.path.isfile(database)):
        return stop(66, f"{database} is no regular file")
    if os.path.lexists(database) and is_bundle(folder):
        return stop(65, f"{folder} holds an archive and a bundle at once: somebody put them together")
    kind = Archive if os.path.lexists(database) else Bundle if is_bundle(folder) else Published
    if os.path.isfile(folder):
        kind = ZipBundle
    if kind is Published and not os.path.lexists(os.path.join(folder, CHECKPOINT)):
        return stop(66, f"no archive, bundle or published log at {folder}")
    try:
        kind(folder, report, reader).verify()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and re.search("locked|readonly", str(error)):
            return stop(75, f"{error}: a write is going on, or waits for its rollback")
        report("database-malformed", DATABASE, str(error))
    except Bad as error:
        return stop(65, error)
    except OSError as error:
        return stop(74, error)
    whole = "whole: what was recorded, its files and its log" if issubclass(kind, Bundle) else "whole, and wholly checked"
    verdicts = {0: whole, 1: "TAMPERED WITH OR DAMAGED", 3: "nothing wrong found, not complete"}
    print(verdicts[report.status])
    return report.status

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
