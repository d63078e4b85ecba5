"""Runs every variant through libdevid, OpenSSL and GnuTLS, and compares what
they differ on with the tables of docs/differential.md: each class counted, its
instances in it, and each variant that another refuses and libdevid accepts
named.

usage: differential.py PROGRAM FOLDER DOCUMENT
"""
import collections
import re
import subprocess
import sys

ACCEPTS = "accepts"


def run(program, folder):
    """The versions, the totals, and (status, id, openssl, gnutls) of each
    difference."""
    lines = subprocess.run([program, folder], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    versions = next(row[1:] for row in rows if row[0] == "version")
    totals = next(row[1:] for row in rows if row[0] == "total")
    return versions, totals, [row[2:6] for row in rows if row[0] == "differs"]


def table(text, heading):
    """The rows of the table below a heading, as lists of cells."""
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in lines[2:]]


def classes(differences):
    """status: [OpenSSL alone accepts, GnuTLS alone, both], and the ids."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    ids = collections.defaultdict(set)
    for status, name, openssl, gnutls in differences:
        if status == "ok":
            continue
        which = 2 if openssl == gnutls == ACCEPTS else openssl != ACCEPTS
        counts[status][which] += 1
        ids[status].add(name)
    return counts, ids


def check_refused(rows, differences):
    """We refuse, others accept."""
    counts, ids = classes(differences)
    seen = set()
    for status, alone, other, both, _clause, instances, _why in rows:
        seen.add(status)
        told, found = [alone, other, both], [str(n) for n in counts[status]]
        if told != found:
            yield f"{status}: {' '.join(found)}, told {' '.join(told)}"
        for name in re.findall(r"`([^`]+)`", instances):
            if name not in ids[status]:
                yield f"{status}: {name} is no instance"
    for status in counts.keys() - seen:
        found = " ".join(str(n) for n in counts[status])
        yield f"{status}: not in the table: {found}: {sorted(ids[status])[:5]}"


def check_accepted(rows, differences):
    """We accept, others refuse: each by name."""
    found = {name: (openssl == ACCEPTS, gnutls == ACCEPTS)
             for status, name, openssl, gnutls in differences
             if status == "ok"}
    told = {row[0].strip("`"): tuple(cell == ACCEPTS for cell in row[1:3])
            for row in rows}
    for name in sorted(found.keys() | told.keys()):
        if found.get(name) != told.get(name):
            yield f"{name}: {found.get(name)}, told {told.get(name)}"


def main():
    program, folder, document = sys.argv[1:]
    with open(document, encoding="utf-8") as file:
        text = file.read()
    versions, totals, differences = run(program, folder)
    told = re.search(r"OpenSSL (\S+) and GnuTLS (\S+),", text).groups()
    for version, wanted in zip(versions, told):
        if version.split(".")[:2] != wanted.split(".")[:2]:
            print(f"skipped: the counts are of {wanted}, not of {version}")
            return 77
    faults = list(check_refused(table(text, "Refused here"), differences))
    faults += check_accepted(table(text, "Accepted here"), differences)
    sentence = (f"Of {totals[0]} variants libdevid accepts {totals[1]}, "
                f"OpenSSL {totals[2]} and GnuTLS {totals[3]}")
    if sentence not in text.replace("\n", " "):
        faults.append(f"the document does not say: {sentence}")
    for fault in faults:
        print(fault)
    print(f"{len(differences)} differences, {len(faults)} not as told")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
