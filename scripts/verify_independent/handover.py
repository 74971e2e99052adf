"""Hand-over slips, section 13, and the bodies of bundle.received: with the openssl program."""
import os, tempfile  # noqa: E401

from .forms import PERSON_DETAILS, Key, Note, check, is_digest, is_key_name, is_random, is_reference, is_string
from .forms import is_time, parse_json, refuse_if, sha256, unbase64
from .timestamps import openssl, subject

SLIP = {"archive": is_string, "dossier": is_random, "name": is_string, "title?": is_string, "export": is_reference,
        "time": is_time, "exporter": is_key_name, "recipient?": is_string, "purpose?": is_string, "tagManifest": is_digest,
        **PERSON_DETAILS}

def read_message(data):
    """What a CMS message signs, and the certificate (DER) of its one signer; whose that is, is not looked at."""
    refuse_if(len(data) > 256 * 1024, "a message of more than 256 KiB")
    with tempfile.TemporaryDirectory() as folder:
        signers = os.path.join(folder, "signers.pem")
        content = openssl("cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-signer", signers, data=data)
        with open(signers, "rb") as file:
            certificates = file.read()
    refuse_if(certificates.count(b"-----BEGIN CERTIFICATE-----") != 1, "not one signer")
    return content, openssl("x509", "-outform", "DER", data=certificates)

def parse_handover(content):
    """The note of a slip and what it says; other text may stand before it, and a CR before an LF does not count."""
    refuse_if(len(content) > 64 * 1024, "more than 64 KiB")
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    refuse_if(b"evidence handover v1" not in lines, "no slip")
    note = Note(b"\n".join(lines[lines.index(b"evidence handover v1"):]))
    text = note.text.split("\n")
    refuse_if(len(text) != 3 or text[2], "a slip of other lines")
    slip = parse_json(text[1].encode())
    check(SLIP, slip)
    return note, slip

def check_received(body, archive_key, signers):
    """Holds a receipt against the archive that the slip comes from; Bad where it does not agree."""
    content, certificate = read_message(unbase64(body["signed"]))
    refuse_if(subject(certificate) != body["by"] or sha256(certificate).hex() != body["certificate"], "another certificate")
    note, slip = parse_handover(content)
    if archive_key:
        refuse_if(Key(slip["archive"]).public != archive_key.public or slip["archive"].split("+")[0] != archive_key.name
                  or note.verify(archive_key) != "valid", "no slip that this archive signed")
        refuse_if(slip["exporter"] not in signers or note.verify(signers[slip["exporter"]]["key"]) != "valid",
                  "no slip that its exporter signed")
        refuse_if(slip["export"] != body["target"], "a slip about another export")
    else:
        Key(slip["archive"])
