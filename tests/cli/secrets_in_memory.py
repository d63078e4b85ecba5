"""Where the secrets of a running devca lie in its memory.

usage: secrets_in_memory.py PID SECRET...
  SECRET  NAME=HEX: octets to be looked for, as they are and backwards, which is
          how wolfCrypt's digits have them
Prints a line for each place: NAME locked, or NAME and the map that it is in.
Ends with 77 when the memory may not be read.
"""
import re
import sys


def maps(pid):
    """(from, to, rights, name, flags) of each map."""
    found = []
    with open(f"/proc/{pid}/smaps", encoding="ascii") as file:
        for line in file:
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)",
                            line)
            if head:
                found.append([int(head[1], 16), int(head[2], 16), head[3],
                              head[4].strip(), []])
            elif line.startswith("VmFlags:"):
                found[-1][4] = line.split()[1:]
    return found


def main():
    pid = sys.argv[1]
    secrets = []
    for word in sys.argv[2:]:
        name, text = word.split("=")
        octets = bytes.fromhex(text)
        secrets += [(name, octets), (name, octets[::-1])]
    try:
        memory = open(f"/proc/{pid}/mem", "rb", 0)
        parts = maps(pid)
    except PermissionError:
        sys.exit(77)
    for start, end, rights, name, flags in parts:
        if not rights.startswith("rw"):
            continue
        memory.seek(start)
        try:
            octets = memory.read(end - start)
        except OSError:
            continue
        place = "locked" if {"lo", "dd"} <= set(flags) else name or "?"
        for secret, wanted in secrets:
            for _ in range(octets.count(wanted)):
                print(secret, place)


main()
