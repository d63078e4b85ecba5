"""Public headers against what the libraries really hold.

usage: exports.py INCLUDE_FOLDER SHARED_LIBRARY ARCHIVE...

Every prototype marked DEVCA_API is exported by the shared library, and nothing
else is; every prototype of include/devid is defined in one of the archives; and
each has a comment above it, or stands in a paragraph that a comment opens.
"""
import glob
import os
import re
import subprocess
import sys

PROTOTYPE = re.compile(r"\b(dev(?:ca|id)_\w+)\s*\((?!\*)")


def symbols(path, *options):
    run = subprocess.run(["nm", "-P", "--defined-only", *options, path],
                         capture_output=True, text=True, check=True)
    found = set()
    for line in run.stdout.splitlines():
        words = line.split()
        if len(words) > 1 and words[1] in "TDRBVW":
            found.add(words[0].split("@")[0])
    return found


def outermost(text):
    """The text without what stands in braces or in inner parentheses."""
    out, depth = [], 0
    for char in text:
        depth -= char in "})"
        if depth == 0:
            out.append(char)
        depth += char in "{("
    return "".join(out)


def prototypes(path):
    """(name, exported, documented) of each prototype of a header."""
    with open(path) as file:
        text = file.read()
    text = text.replace('extern "C" {', "").replace("\\\n", "")
    for paragraph in re.split(r"\n\s*\n", text):
        documented = paragraph.lstrip().startswith("/*")
        code = re.sub(r"/\*.*?\*/", "@", paragraph, flags=re.S)
        code = re.sub(r"^\s*#.*$", "", code, flags=re.M)
        for statement in map(str.strip, outermost(code).split(";")):
            documented = documented or statement.startswith("@")
            match = PROTOTYPE.search(statement)
            if match and "typedef" not in statement:
                yield match[1], "DEVCA_API" in statement, documented


def main(include, shared, *archives):
    exported, defined, faults = set(), set(), []
    for archive in archives:
        defined |= symbols(archive)
    for path in sorted(glob.glob(os.path.join(include, "*", "*.h"))):
        name = os.path.relpath(path, include)
        for function, marked, documented in prototypes(path):
            if not documented:
                faults.append(f"{name}: {function}: no comment above it")
            if marked:
                exported.add(function)
            elif name.startswith("devca/"):
                faults.append(f"{name}: {function}: not marked DEVCA_API")
            elif function not in defined:
                faults.append(f"{name}: {function}: not in the archives")
    have = symbols(shared, "-D")
    faults += [f"{f}: not exported" for f in sorted(exported - have)]
    faults += [f"{f}: exported, in no header" for f in sorted(have - exported)]
    print("\n".join(faults) or f"{len(exported)} functions exported")
    return 1 if faults or not exported else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
