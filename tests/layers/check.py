"""Reads every #include of a tree and tells what rooms.txt does not allow.

usage: check.py [TREE]

Exit status 0: no breach; 1: breaches, one per line; 2: rooms.txt is wrong.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOPS = ("lib", "cli", "include")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def read_rooms(path):
    """Room -> set of the rooms and headers it may include."""
    sets, rooms = {}, {}
    for number, line in enumerate(open(path), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"(@\w+) *= *(.*)|([\w/]+) *: *(.*)", line)
        if not match:
            sys.exit(f"{path}:{number}: not a line of the table")
        name = match[1] or match[3]
        target = sets if match[1] else rooms
        allowed = target.setdefault(name, set())
        for word in (match[2] or match[4] or "").split():
            if word.startswith("@") and word not in sets:
                sys.exit(f"{path}:{number}: unknown set {word}")
            allowed |= sets[word] if word.startswith("@") else {word}
    return rooms


def room_of(path, rooms):
    """The room of a file, by the longest folder that the table names."""
    folder = os.path.dirname(path)
    folder = folder[4:] if folder.startswith("lib/") else folder
    while folder and folder not in rooms:
        folder = os.path.dirname(folder)
    return folder or None


def resolve(tree, source, quote, name):
    """The file of the tree that an include means, or None: another's."""
    folders = [os.path.dirname(source)] if quote == '"' else []
    for folder in folders + ["lib", "include"]:
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(tree, path)):
            return path
    return None


def may(allowed, name):
    if name in allowed:
        return True
    return any(a.endswith("/*") and name.startswith(a[:-1]) for a in allowed)


def sources(tree):
    for top in TOPS:
        for folder, _, names in os.walk(os.path.join(tree, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), tree)


def breaches(tree, rooms):
    for source in sources(tree):
        room = room_of(source, rooms)
        if room is None:
            yield f"{source}: no room of the table"
            continue
        with open(os.path.join(tree, source)) as file:
            text = file.read()
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            path = resolve(tree, source, match[1], match[2])
            target = room_of(path, rooms) if path else match[2]
            if target != room and not may(rooms[room], target or path):
                yield f"{source}:{line}: {room} may not include {match[2]}"


def main():
    tree = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../..")
    found = list(breaches(tree, read_rooms(os.path.join(HERE, "rooms.txt"))))
    print("\n".join(found) or "no breach")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
