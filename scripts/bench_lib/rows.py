"""What each row is called in both languages, which target it has, and whether it met it."""

from .measure import median

MIB, GIB = 1 << 20, 1 << 30

#: Programs whose name in the table says more than the name in the results.
SHOWN = {
    "evidence": "**evidence**",
    "evidence --full": "**evidence** `verify --full`",
    "cp+sync+openssl": "`cp` + `sync` + `openssl`",
}


def in_bytes(size):
    """12 MiB, 2 GiB."""
    return f"{size / GIB:g} GiB" if size >= GIB else f"{size / MIB:.3g} MiB"


def in_seconds(seconds):
    """Three digits, in ms below a second."""
    return f"{seconds * 1000:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s" if seconds < 999.5 else f"{seconds:,.0f} s"


def in_times(times):
    """1.83×, 12.4×."""
    return f"{times:.2f}×" if times < 9.995 else f"{times:.1f}×"


#: Rows with peers: what the work is, in English and Chinese.
WORK = {
    "verify-file": lambda s: (f"Verify a file of {in_bytes(s['bytes'])}", f"核验一个 {in_bytes(s['bytes'])} 的文件"),
    "verify-mixed": lambda s: (
        f"Verify {in_bytes(s['bytes'])} and {s['files']:,} files of 50 KB",
        f"核验一个 {in_bytes(s['bytes'])} 的文件和 {s['files']:,} 个 50 KB 的文件"),
    "add-file": lambda s: (
        f"Take in a file of {in_bytes(s['bytes'])}, durably", f"存入一个 {in_bytes(s['bytes'])} 的文件，确保落盘"),
    "add-small": lambda s: (
        f"Take in {s['files']:,} files of 1–4 KiB, durably", f"存入 {s['files']:,} 个 1–4 KiB 的文件，确保落盘"),
    "append": lambda s: (
        f"Append {s['entries']:,} entries, {s['perCommit']:,} a commit",
        f"追加 {s['entries']:,} 个条目，每次提交 {s['perCommit']:,} 个"),
    "commit": lambda s: (
        f"Append {s['entries']:,} entries, one a commit, each commit signed twice",
        f"追加 {s['entries']:,} 个条目，每次提交 1 个，每次提交签名两次"),
}

#: The same without their sizes, where nothing was measured; and the rows by size of the log.
NAMES = {
    "verify-file": ("Verify a large file", "核验一个大文件"),
    "verify-mixed": ("Verify a large file and many smaller ones", "核验一个大文件和许多小文件"),
    "add-file": ("Take in a large file, durably", "存入一个大文件，确保落盘"),
    "add-small": ("Take in very many small files, durably", "存入大量小文件，确保落盘"),
    "append": ("Append entries in bulk", "批量追加条目"),
    "commit": ("Append entries, one a commit", "逐条追加条目"),
    "verify-log": ("Verify a log", "核验日志"),
    "look-up": ("Look up", "查阅"),
    "search": ("Search a word of two Chinese characters", "搜索两个汉字的词"),
    "memory": ("Peak memory of every run of evidence", "evidence 每次运行的内存峰值"),
}

#: The peer that a ratio's target is about, and the least ratio; “fastest” is whichever peer is the fastest.
RATIOS = {
    "verify-file": ("openssl", 1.8), "verify-mixed": ("bagit.py", 1.6), "add-file": ("cp+sync+openssl", 1.3),
    "add-small": ("fastest", 2.0), "append": ("SQLite", 0.4), "commit": ("SQLite", 0.4),
}
RATE, LOOK_UP, SEARCH, MEMORY = 300_000, 0.060, 0.200, 100 * MIB


def side(case, name):
    """A program's results in a case, or nothing measured."""
    found = [side for side in case["sides"] if side["name"] == name]
    return found[0] if found else {"name": name, "seconds": [], "peak": 0, "missing": "not run", "failure": None}


def is_ours(name):
    return name.startswith("evidence")


def ratio(case, peer):
    """How many times the peer's median is evidence's; None where either was not measured."""
    ours, theirs = median(side(case, "evidence")), median(side(case, peer))
    return theirs / ours if ours and theirs else None


def cases_of(results, row):
    return [case for case in results["cases"] if case["row"] == row and case["size"]]


def targets(results):
    """One line a target: the row, what is asked, what was measured, and whether that meets it (None: not measured)."""
    lines = []
    for row, (peer, least) in RATIOS.items():
        cases = cases_of(results, row)
        name = peer
        if peer == "fastest":
            peers = [(median(s), s["name"]) for c in cases for s in c["sides"] if s["seconds"] and not is_ours(s["name"])]
            name = min(peers)[1] if peers else None
        times = ratio(cases[0], name) if cases and name else None
        asked = f"≥ {least:g}×" + (f" {SHOWN.get(name, name)}" if name else "")
        lines.append((row, asked, in_times(times) if times else None, times >= least if times else None))

    cases = cases_of(results, "verify-log")
    seconds = median(side(cases[-1], "verify")) if cases else None
    rate = cases[-1]["size"]["entries"] / seconds if seconds else None
    lines.append(("verify-log", f"≥ {RATE:,}/s", f"{rate:,.0f}/s" if rate else None, rate >= RATE if rate else None))
    for row, names, most in (("look-up", ("prove", "show", "status", "list"), LOOK_UP), ("search", ("search",), SEARCH)):
        cases = cases_of(results, row)
        for name in names:
            seconds = median(side(cases[-1], name)) if cases else None
            lines.append((row if name == "search" else f"look-up {name}", f"≤ {most * 1000:g} ms",
                          in_seconds(seconds) if seconds else None, seconds <= most if seconds else None))
    peak = max((s["peak"] for c in results["cases"] for s in c["sides"] if ours_in(c["row"], s["name"])), default=0)
    lines.append(("memory", f"≤ {in_bytes(MEMORY)}", f"{peak / MIB:.0f} MiB" if peak else None,
                  peak <= MEMORY if peak else None))
    return lines


def ours_in(row, name):
    """Whether a side is evidence itself: in the rows by size of the log all are."""
    return is_ours(name) or row not in WORK
