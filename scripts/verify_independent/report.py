"""Codes and verdicts, section 14."""
import collections

UNCHECKED = set("""not-understood key-not-pinned behind-memory file-unreadable referenced-file-absent
    anchor-not-trusted policy-not-met entries-not-checked tree-ahead sealed-not-opened""".split())
WARNINGS = set("""time-backwards time-contradicted no-outside-anchor no-memory removal-pending object-unreferenced kept-aside
    published-checkpoint-behind index-behind predecessor-not-checked bodies-withheld
    sealed-content-not-checked""".split())

class Report:
    """Prints problems as they are found, of each code the first hundred."""
    def __init__(self):
        self.counts = collections.Counter()

    def __call__(self, code, place, detail=""):
        self.counts[code] += 1
        if self.counts[code] <= 100:
            kind = "unchecked" if code in UNCHECKED else "warning" if code in WARNINGS else "PROBLEM"
            text = f"{place}: {detail}".rstrip(": ")
            print(kind, code, "".join(c if c.isprintable() else f"\\u{{{ord(c):X}}}" for c in text))

    @property
    def status(self):
        codes = set(self.counts)
        return 1 if codes - UNCHECKED - WARNINGS else 3 if codes & UNCHECKED else 0
