"""Every call of the C library that devca makes fails once in faults.commands, or
stands in unwrapped.txt with the reason why it need not.

usage: calls.py NM UNWRAPPED WRAPPED,WRAPPED,... OBJECT...
  OBJECT  the command's objects, and the archives of ours that it is linked with
"""
import fnmatch
import subprocess
import sys


def symbols(nm, objects):
    """(undefined, defined) of all objects together."""
    listing = subprocess.run([nm, "-P", *objects], check=True, text=True,
                             capture_output=True).stdout
    undefined, defined = set(), set()
    for line in listing.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].endswith(":"):
            continue
        (undefined if words[1] in "Uw" else defined).add(words[0])
    return undefined - defined, defined


def explanations(path):
    """name or pattern -> reason; a line that begins with blanks goes on."""
    reasons = {}
    with open(path, encoding="utf-8") as file:
        text = "".join(line for line in file if line[0] != "#")
    for entry in text.replace("\n    ", " ").splitlines():
        head, _, reason = entry.partition(": ")
        names = head.split()
        if entry and (not reason.strip() or set(names) & set(reasons)):
            sys.exit(f"{path}: no reason, or a second one: {entry}")
        reasons.update(dict.fromkeys(names, reason))
    return reasons


def main():
    nm, list_path, wrapped, *objects = sys.argv[1:]
    wrapped = set(wrapped.split(","))
    reasons = explanations(list_path)
    undefined, _ = symbols(nm, objects)
    if not {"read", "malloc", "fwrite"} <= undefined:
        sys.exit(f"these are not devca's objects: {' '.join(objects)}")
    faults = 0
    for name in sorted(undefined - wrapped):
        if not any(fnmatch.fnmatchcase(name, given) for given in reasons):
            print(f"{name} is neither wrapped in tests/faults nor explained "
                  f"in {list_path}")
            faults += 1
    for name in sorted(wrapped & set(reasons)):
        print(f"{name} is wrapped, and {list_path} says why it is not")
        faults += 1
    print(f"{len(undefined & wrapped)} calls wrapped, "
          f"{len(undefined - wrapped) - faults} explained, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
