"""What outsiders said of checkpoints: section 12, anchors."""
import bisect, datetime  # noqa: E401

from .forms import BODIES, Bad, Note, check, parse_signature, refuse_if, sha256
from .timestamps import Timestamp

def time_text(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S.}{moment.microsecond // 1000:03}Z"

def shifted(time, seconds):
    """An archive's time some seconds later; near the ends of the calendar, the same."""
    try:
        moment = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ")
        return time_text(moment + datetime.timedelta(seconds=seconds))
    except (ValueError, OverflowError):
        return time

class Cosignature:
    """A signature line of a witness."""
    def __init__(self, token, reader):
        try:
            text = token.decode("utf-8")
            refuse_if(text.count("\n") != 1 or not text.endswith("\n"), "no signature line")
            self.name, self.id, data = parse_signature(text[:-1])
            refuse_if(len(data) != 72, "no cosignature")
            self.seconds, self.signature = int.from_bytes(data[:8], "big"), data[8:]
            self.time = time_text(datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=self.seconds))
        except (UnicodeDecodeError, OverflowError) as error:
            raise Bad("no cosignature of these times") from error
        self.by, self.witnesses = f"{self.name}+{self.id.hex()}", reader.witnesses

    def holds(self, note):
        """Whether somebody trusted signed this note; Bad where it claims so and did not."""
        message = f"cosignature/v1\ntime {self.seconds}\n{Note(note).text}".encode()
        keys = [key for key in self.witnesses if (key.name, key.id) == (self.name, self.id)]
        refuse_if(any(not key.verifies(self.signature, message) for key in keys), "the signature is wrong")
        self.keys = {key.public for key in keys}
        return bool(keys)

class Anchors:
    """Takes all anchors, each (number, size, kind, token, the note stored under that size or None), then the entries."""
    KINDS = {"cosignature": Cosignature, "timestamp": Timestamp}

    def __init__(self, report, reader, anchors):
        self.report, self.facts, self.recorded, self.latest, last, strangers = report, {}, 0, "", 0, set()
        for number, size, kind, token, note in anchors:
            if number != last + 1:
                report("anchor-missing", f"anchor {last + 1}")
            last = number
            if number in self.facts:
                continue
            said, holds, place = None, False, f"anchor {number}"
            try:
                refuse_if(kind not in self.KINDS or len(token or b"") > 262_144, "of no kind, or too large")
                refuse_if(note is None, "no checkpoint of its size")
                said = self.KINDS[kind](token, reader)
                holds = said.holds(note)
                if not holds:
                    strangers.add((kind, said.by))
            except Bad as error:
                report("anchor-invalid", place, str(error))
            self.facts[number] = (sha256(token or b"").hex(), kind, size), said, holds
        self.policy = reader.policy
        for kind, by in sorted(strangers):
            report("anchor-not-trusted", f"{kind} by {by}")
        held = sorted((size, said.time) for (_, _, size), said, holds in self.facts.values() if holds)
        if not held:
            report("no-outside-anchor", "anchors")
        self.sizes, self.earliest = [size for size, _ in held], [time for _, time in held]
        for i in reversed(range(len(held) - 1)):  # of all over that size or a larger one
            self.earliest[i] = min(self.earliest[i:i + 2])

    def absorb(self, entry, body, seq):
        """Takes the next entry of the log that can be read, and its body or None."""
        if entry["type"] == "checkpoint.anchored":
            self.record(body, seq)
        place = bisect.bisect_right(self.sizes, seq)
        if place < len(self.sizes) and entry["time"] > shifted(self.earliest[place], 60):
            self.report("time-contradicted", f"entry {seq}", f"{entry['time']}, but there at {self.earliest[place]}")
        elif self.latest and entry["time"] < shifted(self.latest, -60):
            self.report("time-contradicted", f"entry {seq}", f"{entry['time']}, but written after {self.latest}")

    def finish(self, size):
        """Holds the reader's policy against the log's size."""
        signed = {}
        for (_, kind, over), said, holds in self.facts.values():
            if holds and kind == "cosignature":
                signed.setdefault(over, set()).update(said.keys)
        covered = max((over for over, keys in signed.items() if self.policy and self.policy.is_met(keys)), default=0)
        if self.policy and not self.policy.is_met(set()) and covered < size:
            self.report("policy-not-met", f"checkpoint {covered}", f"of {size}")

    def record(self, body, seq):
        self.recorded += 1
        place, detail = f"entry {seq}", f"anchor {self.recorded}"
        if self.recorded not in self.facts:
            return self.report("anchor-missing", place, detail)
        try:
            check(BODIES["checkpoint.anchored"], body or {})
        except Bad:
            return None  # What is wrong with it was reported.
        anchor, said, holds = self.facts[self.recorded]
        if anchor != (body["token"], body["kind"], body["size"]):
            return self.report("anchor-missing", place, f"{detail} is another")
        if said and (said.time, said.by) != (body["time"], body["by"]):
            self.report("anchor-invalid", place, f"{detail} says {said.time} by {said.by}")
        if holds:
            self.latest = max(self.latest, said.time)
        return None
