"""Another pair of eyes on revocation sets: reads and writes them from what
docs/formats.md says of them, and nothing else.

    set_judge.py read SET RECORD KEY_ID PUBLIC_KEY DEVICES
        SET holds what RECORD (of `export --json`) says, is signed by PUBLIC_KEY,
        and finds of DEVICES (of `query --json`) those that are revoked or held
    set_judge.py write SET KEY KEY_ID K NUMBER FROM TO SERIAL...
        a set signed with KEY, times as 2026-01-31T23:59:59Z
"""
import bisect
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HASHES = {1: "sha256", 2: "sha384"}


def integer(octets):
    return int.from_bytes(octets, "big")


def time_at(octets):
    date, clock = integer(octets[:4]), integer(octets[4:])
    return datetime.datetime(date // 512, date // 32 % 16, date % 32,
                             clock // 4096, clock // 64 % 64, clock % 64
                             ).strftime("%Y-%m-%dT%H:%M:%SZ")


def openssl(*words):
    done = subprocess.run(("openssl",) + words, capture_output=True)
    assert done.returncode == 0, (words, done.stdout + done.stderr)


class Set:
    """A file, its parts by the table of the page."""

    def __init__(self, octets):
        assert octets[:8] == b"DEVIDSET" and octets[8] == 1, octets[:9]
        self.hash, self.k = HASHES[octets[9]], octets[10]
        assert self.k <= 26 and 1 <= octets[11] <= 32, octets[10:12]
        self.key_id = octets[12:12 + octets[11]]
        assert not any(octets[12 + octets[11]:44])
        self.number = integer(octets[44:52])
        self.this_update = time_at(octets[52:60])
        self.next_update = time_at(octets[60:68])
        self.n = integer(octets[68:72])
        self.salt = octets[72:88]
        entries_at = 88 + 4 * 2**self.k
        end = entries_at + 4 * self.n
        words = [integer(octets[at:at + 4]) for at in range(88, end, 4)]
        self.index, self.entries = words[:2**self.k], words[2**self.k:]
        self.body, self.signature = octets[:end], octets[end:]
        assert len(self.entries) == self.n == self.index[-1]

    def bucket(self, number):
        begin = self.index[number - 1] if number > 0 else 0
        return self.entries[begin:self.index[number]]

    def check(self):
        """What the page promises of devca's own sets."""
        assert self.n <= 32 * 2**self.k, (self.n, self.k)
        assert self.index == sorted(self.index)
        for number in range(2**self.k):
            bucket = self.bucket(number)
            assert bucket == sorted(set(bucket)), number

    def holds(self, serial):
        bucket, entry = place(self.hash, self.salt, self.k, serial)
        entries = self.bucket(bucket)
        at = bisect.bisect_left(entries, entry)
        return at < len(entries) and entries[at] == entry


def place(name, salt, k, serial):
    """Bucket and entry of a serial."""
    digest = hashlib.new(name, salt + serial).digest()
    return integer(digest) >> (8 * len(digest) - k), integer(digest[4:8])


def read(path, record, key_id, public_key, devices):
    with open(path, "rb") as file:
        octets = file.read()
    made = Set(octets)
    made.check()
    with open(record, encoding="utf-8") as file:
        said = json.load(file)
    assert made.number == said["crl_number"], said
    assert made.this_update == said["this_update"], said
    assert made.next_update == said["next_update"], said
    assert made.n == said["entries"], said
    assert len(octets) == said["size"], said
    assert hashlib.sha256(octets).hexdigest() == said["fingerprint"], said
    assert made.key_id.hex() == key_id, made.key_id.hex()
    with tempfile.TemporaryDirectory() as folder:
        for name, part in (("body", made.body), ("sig", made.signature)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(part)
        openssl("dgst", "-" + made.hash, "-verify", public_key, "-signature",
                folder + "/sig", folder + "/body")
    revoked = asked = 0
    with open(devices, encoding="utf-8") as file:
        for row in map(json.loads, file):
            wanted = row["status"] in ("revoked", "superseded", "held")
            assert made.holds(bytes.fromhex(row["serial"])) == wanted, row
            revoked, asked = revoked + wanted, asked + 1
    assert revoked == made.n, (revoked, made.n)
    print("%d of %d, k %d, %s" % (revoked, asked, made.k, made.hash))


def packed(text):
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return ((at.year * 512 + at.month * 32 + at.day).to_bytes(4, "big") +
            (at.hour * 4096 + at.minute * 64 + at.second).to_bytes(4, "big"))


def write(path, key, key_id, k, number, begin, end, serials):
    salt, buckets = os.urandom(16), [[] for _ in range(2**k)]
    for serial in serials:
        bucket, entry = place("sha256", salt, k, bytes.fromhex(serial))
        bisect.insort(buckets[bucket], entry)
    key_id = bytes.fromhex(key_id)
    body = (b"DEVIDSET" + bytes((1, 1, k, len(key_id))) +
            key_id.ljust(32, b"\0") + number.to_bytes(8, "big") +
            packed(begin) + packed(end) + len(serials).to_bytes(4, "big") +
            salt)
    ends = 0
    for bucket in buckets:
        ends += len(bucket)
        body += ends.to_bytes(4, "big")
    for bucket in buckets:
        body += b"".join(entry.to_bytes(4, "big") for entry in bucket)
    with open(path, "wb") as file:
        file.write(body)
    openssl("dgst", "-sha256", "-sign", key, "-out", path + ".sig", path)
    with open(path, "ab") as file, open(path + ".sig", "rb") as signature:
        file.write(signature.read())


def main():
    what, words = sys.argv[1], sys.argv[2:]
    if what == "read":
        read(*words)
    else:
        path, key, key_id, k, number, begin, end = words[:7]
        write(path, key, key_id, int(k), int(number), begin, end, words[7:])


if __name__ == "__main__":
    main()
