"""Runs the bench's programs and writes docs/performance.md's tables afresh: what
stands between <!-- bench: NAME --> and <!-- end --> is theirs, the rest is not
touched. growth.svg lies beside the page.

usage: page.py TREE SOURCE_BUILD SYSTEM_BUILD [short|usual|long [TABLE...]]
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

# rows for what takes many and their runs (short ones waver more), runs of the
# rest, processes, sizes of stores, of a list (revoked, issued)
COUNTS = {1000: 25, 10000: 9}
SCALES = {
    "short": ({1000: 5}, 5, 20, [0, 10000, 100000], (100000, 100000)),
    "usual": (COUNTS, 9, 100, [0, 10000, 100000, 1000000], (1000000, 1000000)),
    "long": (COUNTS, 9, 100, [0, 10000, 100000, 1000000, 10000000],
             (1000000, 10000000))}


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


def machine(builds):
    cfssl = re.search(r"[\d.]+", told("dpkg-query", "-W", "golang-cfssl"))
    rows = [
        ("machine", processor()),
        ("source", build_of(builds["source"])),
        ("system", build_of(builds["system"])),
        ("compiler", told("cc", "--version")),
        ("OpenSSL", told("openssl", "version")),
        ("cfssl", cfssl[0] if cfssl else "none"),
        ("kernel", os.uname().release.split("-")[0])]
    yield "| | |"
    yield "|---|---|"
    for row in rows:
        yield "| %s | %s |" % row


class Others:
    """What else the machine did since this was made: the share of all cores'
    time that neither was idle nor went into the bench and what it ran."""
    QUIET = 0.05

    def __init__(self):
        self.begun, self.own, self.busy = self.now()

    @staticmethod
    def now():
        own = os.times()
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, softirq, stolen = (
                int(word) for word in file.readline().split()[1:9])
        return own.elapsed, sum(own[:4]), (
            user + nice + system + irq + softirq + stolen) / os.sysconf(
                "SC_CLK_TCK")

    def share(self):
        now, own, busy = self.now()
        return max(0, busy - self.busy - (own - self.own)) / (
            (now - self.begun) * os.cpu_count())


def dated(lines, scale, others):
    """The lines after what is to be known of their run."""
    now = datetime.datetime.now(datetime.timezone.utc)
    yield "Run of %s, %s, scale \"%s\"; others had %.0f %% of them%s" % (
        now.strftime("%Y-%m-%d %H:%M UTC"), processor(), scale, 100 * others,
        "." if others < Others.QUIET else ": figures of time are **worse than "
        "they could be** and uneven; processor time is less so.")
    yield ""
    yield from lines


def lists(build, size, runs):
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, here + "/lists.py", build + "/cli/devca",
         build + "/tests/bench/fill_store", str(size[0]),
         str(size[1]), str(runs)],
        stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().split("\n")


def issuing(builds, counts, each):
    for turn, (count, runs) in enumerate(counts.items()):
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


def measured(name, tree, builds, scale):
    counts, runs, each, sizes, size = SCALES[scale]
    print("bench: " + name, file=sys.stderr)
    if name == "issuing":
        return list(issuing(builds, counts, each))
    if name == "lists":
        return lists(builds["source"], size, runs)
    with tempfile.TemporaryDirectory() as out:
        lines = growth.measure(builds["source"], runs, sizes, out)
        if os.path.exists(out + "/growth.svg"):
            shutil.copyfile(out + "/growth.svg", tree + "/docs/growth.svg")
    return lines


def main():
    tree, source, system = (os.path.abspath(path) for path in sys.argv[1:4])
    scale = (sys.argv[4:] + ["usual"])[0]
    builds = {"source": source, "system": system}
    page = tree + "/docs/performance.md"
    for name in sys.argv[5:] or ("issuing", "growth", "lists"):
        others = Others()
        lines = measured(name, tree, builds, scale)
        lines = list(dated(lines, scale, others.share()))
        with open(page, encoding="utf-8") as file:
            text = replace(file.read(), name, lines)
        text = replace(text, "machine", machine(builds))
        with open(page, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
