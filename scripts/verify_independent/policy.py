"""Policies, C2SP tlog-policy: which witnesses count, and how many of them."""
from .forms import Bad, Key, refuse_if

class Policy:
    def __init__(self, data):
        refuse_if(any(b < 32 and b not in b"\t\n" or b == 127 for b in data), "no policy: it has a control character")
        self.logs, self.witnesses, self.groups, self.taken, self.quorum = {}, {}, {}, set(), None
        for number, line in enumerate(data.split(b"\n"), 1):
            kind, *words = line.split() or [b"#"]
            try:
                if kind == b"log" and len(words) in (1, 2):
                    self.add_key(self.logs, words[0], words[0], kind=1)
                elif kind == b"witness" and len(words) in (2, 3):
                    self.name(words[0])
                    self.add_key(self.witnesses, words[0], words[1], kind=4)
                elif kind == b"group" and len(words) > 2:
                    self.add_group(*words)
                elif kind == b"quorum" and len(words) == 1 and self.quorum is None:
                    refuse_if(words[0] != b"none" and not self.is_known(words[0]), "an unknown name")
                    self.quorum = words[0]
                else:
                    refuse_if(not kind.startswith(b"#"), "no line of a policy")
            except (Bad, UnicodeDecodeError) as error:
                raise Bad(f"no policy: line {number}: {error}") from error
        refuse_if(self.quorum is None, "no policy: it has no quorum")

    def is_known(self, name):
        return name in self.witnesses or name in self.groups

    def name(self, name):
        refuse_if(name == b"none" or self.is_known(name), "a name that is taken")

    def add_key(self, keys, name, text, kind):
        key = Key(text.decode(), kind)
        refuse_if(any(key.public == other.public for other in keys.values()), "a key twice")
        keys[name] = key

    def add_group(self, name, threshold, *members):
        self.name(name)
        for i, member in enumerate(members):
            if not self.is_known(member) or member in self.taken or member in members[:i]:
                raise Bad("a member that is unknown, or in a group already")
        numbers = {b"all": len(members), b"any": 1, **{b"%d" % n: n for n in range(1, len(members) + 1)}}
        refuse_if(threshold not in numbers, "no threshold of this group")
        self.taken |= set(members)
        self.groups[name] = numbers[threshold], members

    def is_met(self, keys):
        """Whether these public keys of witnesses are as many as it asks for."""
        met = {name for name, key in self.witnesses.items() if key.public in keys} | {b"none"}
        for name, (least, members) in self.groups.items():  # members stand before their groups
            met |= {name} if len(met & set(members)) >= least else set()
        return self.quorum in met
