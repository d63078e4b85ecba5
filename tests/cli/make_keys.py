"""A list for issue --batch: N devices with the public keys 2 G, 3 G, ... of
P-256, which nobody should use for anything.

usage: make_keys.py N
"""
import base64
import sys

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"
                       "04")


def add(a, b):
    """a + b on the curve, neither of them infinity nor a = -b."""
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def main():
    point = G
    print("uid,public_key")
    for number in range(int(sys.argv[1])):
        point = add(point, G)
        spki = (PREFIX + point[0].to_bytes(32, "big") +
                point[1].to_bytes(32, "big"))
        print(f"{0x10000000 + number:08x},{base64.b64encode(spki).decode()}")


if __name__ == "__main__":
    main()
