"""Rows for issue --batch without a program for each key: uid,public_key for the
UIDs FIRST and following. The keys are multiples of P-256's generator, which
nobody should use for anything; a UID has the same in every run.

usage: rows.py FIRST COUNT
"""
import base64
import sys

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def add(a, b):
    """The sum of two points, neither of them at infinity."""
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(n, point):
    """n times a point, n at least 1."""
    total = None
    while n:
        if n & 1:
            total = add(total, point) if total else point
        point, n = add(point, point), n >> 1
    return total


def main():
    first, count = int(sys.argv[1]), int(sys.argv[2])
    point = times(first + 1, G)
    print("uid,public_key")
    for n in range(first, first + count):
        key = SPKI + b"".join(c.to_bytes(32, "big") for c in point)
        print(f"{n:08x},{base64.b64encode(key).decode()}")
        point = add(point, G)


main()
