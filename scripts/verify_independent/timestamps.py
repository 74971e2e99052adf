"""Timestamp tokens, RFC 3161, as section 12 has them judged: with the openssl program, and a reader of DER."""
import base64, datetime, functools, hashlib, os, re, subprocess, tempfile  # noqa: E401

from .forms import Bad, is_time, refuse_if, sha256

BOOLEAN, INTEGER, OCTETS, OBJECT, TIME, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
SHA1 = bytes.fromhex("2b0e03021a")
NAMES = {bytes.fromhex("2a864886f70d010910020c"): "sha1", bytes.fromhex("2a864886f70d010910022f"): "sha256"}
STRONG = {bytes.fromhex("6086480165030402" + number): name for number, name in {
    "01": "sha256", "02": "sha384", "03": "sha512", "06": "sha512_256", "08": "sha3_256", "09": "sha3_384",
    "0a": "sha3_512"}.items()}

def openssl(*arguments, data=b""):
    """What the program says; Bad where it does not agree."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "OPENSSL_CONF": os.devnull}
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, env=environment, check=False)
    refuse_if(done.returncode, done.stderr.decode("utf-8", "replace").strip())
    return done.stdout

def items(data):
    """The DER values in these bytes: tag, content, and the whole of it."""
    place = 0
    while place < len(data):
        start, tag, length, place = place, data[place], int.from_bytes(data[place + 1:place + 2], "big"), place + 2
        if length & 0x80:
            count = length & 0x7F
            length, place = int.from_bytes(data[place:place + count], "big"), place + count
            refuse_if(not 0 < count <= 4 or length < 0x80 or length >> 8 * (count - 1) == 0, "no length of DER")
        refuse_if(tag & 0x1F == 0x1F or place + length > len(data), "no value of DER")
        yield tag, data[place:place + length], data[start:place + length]
        place += length

class Reader:
    """Takes DER values one after the other."""
    def __init__(self, data):
        self.items = list(items(data))

    def take(self, tag):
        refuse_if(not self.items or self.items[0][0] != tag, "no timestamp token: a member is missing or another")
        return self.items.pop(0)[1]

    def skip(self, tag):
        return self.take(tag) if self.items and self.items[0][0] == tag else None

    def enter(self, *tags):
        """The values within the first one's first one's …"""
        return Reader(self.take(tags[0])).enter(*tags[1:]) if tags else self

def time_text(data):
    found = re.fullmatch(rb"([0-9]{4})(..)(..)(..)(..)(..)(?:\.([0-9]+))?Z", data)
    text = b"%s-%s-%sT%s:%s:%s.%sZ" % (*found.groups()[:6], (found[7] or b"")[:3].ljust(3, b"0")) if found else b""
    refuse_if(not is_time(text.decode("latin-1")) or text < b"0001", "no time")
    return text.decode()

def seconds(time):
    """Since 1970, without the fraction."""
    moment = datetime.datetime.strptime(time[:19], "%Y-%m-%dT%H:%M:%S")
    return (moment - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1)

@functools.lru_cache(maxsize=64)
def subject(certificate):
    text = openssl("x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb", data=certificate)
    return text.decode("utf-8", "replace").removeprefix("subject=").removesuffix("\n")

def pem(certificate):
    text = base64.encodebytes(certificate).decode()
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n".encode()

def named_by(certificate):
    """A certificate's issuer and number."""
    stated = Reader(certificate).enter(SEQUENCE, SEQUENCE)
    stated.skip(0xA0)
    number, _ = stated.take(INTEGER), stated.take(SEQUENCE)
    return stated.take(SEQUENCE), number

class Timestamp:
    """A token; what it says stands here once it has the form asked for, whoever signed it."""
    def __init__(self, token, reader):
        self.token, self.authorities = token, reader.authorities
        whole = Reader(token)
        content = whole.enter(SEQUENCE)
        kind, signed = content.take(OBJECT), content.enter(0xA0, SEQUENCE)
        signed.take(INTEGER), signed.take(SET)
        encapsulated = signed.enter(SEQUENCE)
        refuse_if((kind, encapsulated.take(OBJECT)) != (SIGNED_DATA, TST_INFO), "no timestamp token: of another type")
        self.read_info(encapsulated.enter(0xA0, OCTETS, SEQUENCE))
        certificates = [whole for _, _, whole in items(signed.skip(0xA0) or b"")]
        signed.skip(0xA1)
        signers = signed.enter(SET)
        self.read_signer(signers.enter(SEQUENCE), certificates)
        refuse_if(whole.items or content.items or signers.items, "something after the token, or more than one signer")

    def read_info(self, info):
        info.take(INTEGER), info.take(OBJECT)
        imprint = info.enter(SEQUENCE)
        self.algorithm, self.imprint = imprint.enter(SEQUENCE).take(OBJECT), imprint.take(OCTETS)
        info.take(INTEGER)
        self.time = time_text(info.take(TIME))
        self.extensions = next((content for tag, content, _ in info.items if tag == 0xA1), b"")

    def read_signer(self, signer, certificates):
        signer.take(INTEGER)
        issuer = signer.enter(SEQUENCE)
        name = issuer.take(SEQUENCE), issuer.take(INTEGER)
        self.digest = signer.enter(SEQUENCE).take(OBJECT)
        self.attributes = signer.skip(0xA0) or b""
        self.certificate = next((certificate for certificate in certificates if named_by(certificate) == name), None)
        refuse_if(self.certificate is None, "the signer's certificate is not in it")
        self.by = subject(self.certificate)

    def check_named(self):
        """Whether the signed attributes name the signer's certificate."""
        attributes = [Reader(attribute) for _, attribute, _ in items(self.attributes)]
        named = [(kind, attribute) for attribute in attributes if (kind := attribute.take(OBJECT)) in NAMES]
        refuse_if(not named, "it does not say for which certificate it was signed")
        for kind, attribute in named:
            first = attribute.enter(SET, SEQUENCE, SEQUENCE, SEQUENCE)
            algorithm = Reader(first.skip(SEQUENCE) or b"").skip(OBJECT)
            name = {**STRONG, SHA1: "sha1", None: NAMES[kind]}.get(algorithm)
            if not name or hashlib.new(name, self.certificate).digest() != first.take(OCTETS):
                raise Bad("it was signed for another certificate")

    def holds(self, note):
        """Whether it leads to a trusted certificate; Bad where it is wrong whoever is trusted."""
        refuse_if(STRONG.get(self.algorithm) != "sha256" or self.imprint != sha256(note), "it is over something else")
        openssl("smime", "-verify", "-noverify", "-inform", "DER", "-binary", data=self.token)
        refuse_if(self.digest not in STRONG, "the signature is made with a weak or unknown digest")
        self.check_named()
        for _, extension, _ in items(self.extensions):
            refuse_if(any(tag == BOOLEAN and value != b"\0" for tag, value, _ in items(extension)), "a critical extension")
        with tempfile.TemporaryDirectory() as folder:
            token, signer, roots = (os.path.join(folder, name) for name in ("token", "signer.pem", "roots.pem"))
            for path, data in (token, self.token), (signer, pem(self.certificate)), (roots, self.authorities):
                with open(path, "wb") as file:
                    file.write(data)
            judged = ["-partial_chain", "-attime", str(seconds(self.time))]
            # The signer's certificate by itself: its purpose and its times.
            openssl("verify", "-purpose", "timestampsign", "-ignore_critical", *judged, "-CAfile", signer, signer)
            try:
                if self.authorities:
                    openssl("ts", "-verify", "-token_in", "-in", token, "-digest", self.imprint.hex(),
                            "-CAfile", roots, "-auth_level", "2", *judged)
            except Bad as error:
                if "certificate verify error" not in str(error):
                    raise
                return False
        return bool(self.authorities)
