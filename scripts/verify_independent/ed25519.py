"""Ed25519 signatures, RFC 8032 §5.1, as section 10 has them checked. Nothing here is secret, so nothing runs in constant time.

In integers, since a process of openssl for each signature takes ten times as long. A key mostly signs more than once:
its multiples are kept, and a signature then takes 128 additions of points.
"""
import functools, hashlib  # noqa: E401

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)  # ROOT² = -1
NEUTRAL = 0, 1, 1, 0  # (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z
BASE = bytes([0x58]) + bytes([0x66]) * 31

def add(a, b):
    """The sum of any two points of the curve, §5.1.4."""
    (ax, ay, az, at), (bx, by, bz, bt) = a, b
    m, n, c, d = (ay - ax) * (by - bx) % P, (ay + ax) * (by + bx) % P, 2 * D * at * bt % P, 2 * az * bz % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P

def encode(point):
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")

def decode(data):
    """The point of these 32 bytes, or None, §5.1.3; but y may be P or more, and the sign of x = 0 is not looked at."""
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255 % P, number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT % P
    if v * x * x % P != u or len(data) != 32:
        return None
    x = -x % P if x & 1 != sign else x
    return x, y, 1, x * y % P

@functools.lru_cache(maxsize=64)
def multiples(data):
    """Of the point of these bytes times each power of 16, the multiples by 0 to 15; None where it is no point."""
    point, rows = decode(data), []
    while point and len(rows) < 64:
        row = [NEUTRAL]
        for _ in range(15):
            row.append(add(row[-1], point))
        rows.append(row)
        point = add(row[-1], point)
    return rows or None

def multiply(rows, scalar):
    total = NEUTRAL
    for row in rows:
        total, scalar = add(total, row[scalar & 15]), scalar >> 4
    return total

def verifies(public, signature, message):
    """Whether R is the one encoding of [S]B - [k]A, with S below L. (§5.1.7 leaves it open to multiply that by 8.)"""
    rows, s = multiples(public), int.from_bytes(signature[32:], "little")
    if rows is None or len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, t = multiply(rows, k)
    return encode(add(multiply(multiples(BASE), s), (-x % P, y, z, -t % P))) == signature[:32]
