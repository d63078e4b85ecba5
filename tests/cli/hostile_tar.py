"""Makes of a good backup one that has exactly one thing wrong.

usage: hostile_tar.py CASE GOOD.tar OUT.tar
"""
import hashlib
import sys

BLOCK = 512


class Member:
    """A header's fields and the content, as they will be written."""

    def __init__(self, name, data):
        self.name = name
        self.data = data
        self.fields = {}  # offset: octets, put over the header
        self.sum = None

    def header(self):
        block = bytearray(BLOCK)

        def put(offset, octets):
            block[offset:offset + len(octets)] = octets

        put(0, self.name.encode())
        put(100, b"0000600\0")
        put(108, b"0000000\0")
        put(116, b"0000000\0")
        put(124, b"%011o\0" % len(self.data))
        put(136, b"%011o\0" % 0)
        put(156, b"0")
        put(257, b"ustar\00000")
        put(329, b"0000000\0")
        put(337, b"0000000\0")
        for offset, octets in self.fields.items():
            put(offset, octets)
        put(148, b" " * 8)
        put(148, self.sum or b"%06o\0 " % sum(block))
        return bytes(block)

    def octets(self):
        return self.header() + self.data + bytes(-len(self.data) % BLOCK)


def read(path):
    with open(path, "rb") as file:
        octets = file.read()
    members, at = [], 0
    while octets[at]:
        name = octets[at:at + 100].rstrip(b"\0").decode()
        size = int(octets[at + 124:at + 135], 8)
        at += BLOCK
        members.append(Member(name, octets[at:at + size]))
        at += size + -size % BLOCK
    return members


def sums(members):
    return "".join(f"{hashlib.sha256(m.data).hexdigest()}  {m.name}\n"
                   for m in members).encode()


def write(members):
    return b"".join(m.octets() for m in members) + bytes(2 * BLOCK)


def flip(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def main():
    case, good, out = sys.argv[1:]
    members = read(good)
    by_name = {m.name: m for m in members}
    first, rest = members[0], members[1:]
    database, settings = by_name["identity.db"], by_name["settings.json"]
    key = next(m for m in members if "root" in m.name)
    relist = False  # SHA256SUMS says what is there
    octets = None

    def evil(name):
        nonlocal rest, relist
        rest = sorted(rest + [Member(name, b"x")], key=lambda m: m.name)
        relist = True

    def of_type(kind):
        settings.fields[156] = kind

    if case == "empty":
        octets = b""
    elif case == "text":
        octets = b"not a backup\n" * 100
    elif case == "cut-header":
        octets = write(members)[:700]
    elif case == "cut-member":
        octets = write(members)[:20000]
    elif case == "cut-end":
        octets = write(members)[:-BLOCK]
    elif case == "cut-padding":
        octets = write(members[:1])[:len(first.data) + BLOCK + 3]
    elif case == "changed-byte":
        database.data = flip(database.data)
    elif case == "changed-key":
        key.data = flip(key.data)
    elif case == "changed-sums":
        first.data = (b"0" if first.data[:1] != b"0" else b"1") + first.data[1:]
    elif case == "more-follows":
        octets = write(members) + b"x"
    elif case == "missing-listed":
        rest.remove(database)
    elif case == "missing-database":
        rest.remove(database)
        relist = True
    elif case == "doubled-member":
        rest.insert(1, rest[0])
    elif case == "doubled-line":
        rest.insert(1, rest[0])
        relist = True
    elif case == "not-listed":
        rest.insert(2, Member("keys/evil.pem", b"x"))
    elif case == "other-order":
        rest.reverse()
        relist = True
    elif case == "up-and-out":
        evil("../evil")
    elif case == "up-and-out-unlisted":
        rest.insert(0, Member("../evil", b"x"))
    elif case == "absolute":
        evil("/etc/evil")
    elif case == "absolute-key":
        evil("keys//evil.pem")
    elif case == "key-hidden":
        evil("keys/.evil.pem")
    elif case == "key-deep":
        evil("keys/a/b.pem")
    elif case == "symbolic-link":
        of_type(b"2")
    elif case == "hard-link":
        of_type(b"1")
    elif case == "folder":
        of_type(b"5")
    elif case == "device":
        of_type(b"4")
    elif case == "sparse":
        of_type(b"S")
    elif case == "huge":
        database.fields[124] = b"77777777777\0"
    elif case == "huge-256":
        database.fields[124] = b"\x80\0\0\0" + b"\xff" * 8
    elif case == "negative":
        first.fields[124] = b"\xff" * 12
    elif case == "large-settings":
        settings.data += b" " * 70000
        relist = True
    elif case == "large-sums":
        first.data += b"\n" * 1100000
    elif case == "mode":
        settings.fields[100] = b"0004755\0"
    elif case == "checksum":
        settings.sum = b"000000\0 "
    elif case == "owner":
        settings.fields[265] = b"root"
    elif case == "sums-nul":
        first.data = first.data[:80] + b"\0" + first.data[81:]
    elif case == "sums-cut":
        first.data = first.data[:-1]
    elif case == "sums-short":
        first.data = b"00  identity.db\n"
    elif case == "sums-empty":
        first.data = b""
    elif case == "padding":
        octets = bytearray(write(members))
        octets[BLOCK + len(first.data)] = 1
    elif case == "foreign":
        database.data = b"no database" * 100
        relist = True
    elif case == "newer":
        # user_version stands at octet 60 of the file (SQLite file format, 1.3)
        database.data = (database.data[:60] + (999).to_bytes(4, "big") +
                         database.data[64:])
        relist = True
    elif case == "settings":
        settings.data = b"{}"
        relist = True
    else:
        sys.exit(f"no case {case}")
    if relist:
        first.data = sums(rest)
    if octets is None:
        octets = write([first] + rest)
    with open(out, "wb") as file:
        file.write(octets)


if __name__ == "__main__":
    main()
