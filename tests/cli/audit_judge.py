"""Another pair of eyes on the journal: RFC 9162's tree, JCS and the signed note,
from the output of `devca audit log --json` and files alone.

    audit_judge.py tree LOG CHECKPOINT    the head over LOG's entries
    audit_judge.py proof FILE             the path of a proof
    audit_judge.py split CHECKPOINT DIR   body, signature, key for openssl
"""
import base64
import hashlib
import json
import sys


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def head(leaves):
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node(head(leaves[:k]), head(leaves[k:]))


def climb(index, size, value, path):
    """RFC 9162, 2.1.3.2, word for word."""
    fn, sn = index, size - 1
    for p in path:
        if sn == 0:
            raise ValueError("path too long")
        if fn & 1 or fn == sn:
            value = node(p, value)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            value = node(value, p)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ValueError("path too short")
    return value


def read_note(text):
    body, signatures = text.split("\n\n")
    origin, size, root = body.split("\n")
    mark, name, blob = signatures.strip().split(" ")
    assert mark == "\u2014" and name == origin, signatures
    return body + "\n", int(size), base64.b64decode(root), base64.b64decode(blob)


def canonical(entry):
    value = json.loads(entry)
    return json.dumps(value, sort_keys=True, ensure_ascii=False,
                      separators=(",", ":")) == entry


def tree(log, checkpoint):
    rows = [json.loads(line) for line in open(log, encoding="utf-8")]
    assert [r["seq"] for r in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert canonical(row["entry"]), row["entry"]
        assert leaf(row["entry"].encode()).hex() == row["leaf"], row
    _, size, root, _ = read_note(open(checkpoint, encoding="utf-8").read())
    assert size == len(rows), (size, len(rows))
    assert head([bytes.fromhex(r["leaf"]) for r in rows]) == root


def proof(path):
    text = open(path, encoding="utf-8").read()
    first, note = text.split("\n\n", 1)
    lines = first.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    entry = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    _, size, root, _ = read_note(note)
    hashes = [base64.b64decode(line) for line in lines[3:]]
    assert climb(index, size, leaf(entry), hashes) == root
    print(entry.decode())


def split(checkpoint, folder):
    body, _, _, blob = read_note(open(checkpoint, encoding="utf-8").read())
    open(folder + "/body", "w", encoding="utf-8").write(body)
    open(folder + "/signature", "wb").write(blob[4:])
    print(blob[:4].hex())


{"tree": tree, "proof": proof, "split": split}[sys.argv[1]](*sys.argv[2:])
