"""Runs the bench's programs and writes docs/performance.md's tables afresh: what
stands between <!-- bench: NAME --> and <!-- end --> is theirs, the rest is not
touched. growth.svg lies beside the page.

usage: page.py TREE SOURCE_BUILD SYSTEM_BUILD [short|usual|long]
"""
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile

import growth
import issue

# rows for what takes many, runs, processes, sizes of stores, entries of a list
SCALES = {
    "short": ([1000], 5, 20, [10000, 100000], 100000),
    "usual": ([1000, 10000], 5, 100, [10000, 100000, 1000000], 1000000),
    "long": ([1000, 10000], 7, 100, [10000, 100000, 1000000, 10000000],
             1000000)}


def told(*words):
    """The first line of what a command says."""
    try:
        done = subprocess.run(words, capture_output=True, text=True)
    except OSError:
        return "none"
    return (done.stdout + done.stderr).strip().split("\n")[0]


def build_of(build):
    with open(build + "/CMakeCache.txt") as file:
        kind = re.search(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", file.read(), re.M)[1]
    done = subprocess.run((build + "/cli/devca", "version"),
                          capture_output=True, text=True, check=True)
    version = dict(line.split("\t") for line in done.stdout.splitlines())
    return "devca %s, wolfCrypt %s, %s" % (version["version"],
                                           version["wolfcrypt"], kind)


def processor():
    with open("/proc/cpuinfo") as file:
        names = re.findall(r"^model name\s*: (.*)$", file.read(), re.M)
    return "%s, %d cores" % (names[0] if names else "?", os.cpu_count())


def machine(builds, scale, load):
    versions = [build_of(builds[name]) for name in ("source", "system")]
    cfssl = re.search(r"[\d.]+", told("dpkg-query", "-W",
                                      "golang-cfssl"))
    busy = load[0] > 0.5
    rows = [
        ("date", datetime.datetime.now(datetime.timezone.utc)
         .strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", processor()),
        ("load when it began, and when it was through",
         "%.1f, %.1f" % tuple(load) + (
             ": **others were at work on it**, so that figures of time are "
             "lower than they could be and uneven; processor time is less so"
             if busy else "")),
        ("scale", scale),
        ("source", versions[0]),
        ("system", versions[1]),
        ("compiler", told("cc", "--version")),
        ("OpenSSL", told("openssl", "version")),
        ("cfssl", cfssl[0] if cfssl else "none"),
        ("kernel", os.uname().release.split("-")[0])]
    yield "| | |"
    yield "|---|---|"
    for row in rows:
        yield "| %s | %s |" % row


def lists(build, revoked, runs):
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, here + "/lists.py", build + "/cli/devca",
         build + "/tests/bench/fill_store", str(revoked), "0", str(runs)],
        stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().split("\n")


def issuing(builds, counts, runs, each):
    for turn, count in enumerate(counts):
        print("bench: issuing %d" % count, file=sys.stderr)
        yield ""
        yield "%d requests, medians of %d:" % (count, runs)
        yield ""
        yield from issue.measure(builds, count, runs,
                                 each if turn == 0 else 0)


def replace(text, name, lines):
    block = "<!-- bench: %s -->\n" % name
    if block not in text:
        sys.exit("page.py: the page has no place for " + name)
    before, rest = text.split(block)
    return before + block + "\n".join(lines).strip("\n") + "\n" + \
        rest[rest.index("<!-- end -->"):]


def main():
    tree, source, system = (os.path.abspath(path) for path in sys.argv[1:4])
    scale = (sys.argv[4:] + ["usual"])[0]
    counts, runs, each, sizes, revoked = SCALES[scale]
    builds = {"source": source, "system": system}
    load = [os.getloadavg()[0]]
    tables = {"issuing": list(issuing(builds, counts, runs, each))}
    print("bench: growth", file=sys.stderr)
    with tempfile.TemporaryDirectory() as out:
        tables["growth"] = growth.measure(source, runs, sizes, out)
        if os.path.exists(out + "/growth.svg"):
            shutil.copyfile(out + "/growth.svg", tree + "/docs/growth.svg")
    print("bench: lists", file=sys.stderr)
    tables["lists"] = lists(source, revoked, runs)
    load.append(os.getloadavg()[0])
    tables["machine"] = list(machine(builds, scale, load))
    page = tree + "/docs/performance.md"
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for name, lines in tables.items():
        text = replace(text, name, lines)
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
