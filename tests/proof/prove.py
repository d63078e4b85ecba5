"""Proves libdevid's readers with Frama-C WP, or shows that a bug is not proved.

usage: prove.py TREE WORK ROOM|FILE...      what has contracts, as codec/der
       prove.py --seeded TREE WORK PATCH...  the function named in each patch

Every goal of a ROOM has to be proved but those that README.md lists, and those
it lists have to be open still. A seeded bug is found when a goal of its
function is no longer proved. WORK is made afresh. Exit 77 when a tool is
missing.
"""
import os
import re
import shutil
import subprocess
import sys

import splice

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ("frama-c", "why3", "z3", "cvc4", "patch")
# Where others are at work goals take ten times as long; none is given up soon.
SECONDS = "200"
# For a function that README.md lists, whose open goals take all of it.
SECONDS_LISTED = "20"
SECONDS_SEEDED = "5"
# Where WP keeps what it proved, for a run that is made again.
CACHE = "DEVCA_PROOF_CACHE"
# size_t of 8 octets, and of 4 as on a Cortex-M.
MACHINES = ("gcc_x86_64", "gcc_x86_32")
TOTAL = re.compile(r"Proved goals: +(\d+) / (\d+)")
GOAL = re.compile(r"^\[wp\] \[(?!Qed|Z3|CVC4)[^]]*\] Goal typed_(\w+)")
# An entry of README.md's list, with the lines that it goes on in.
LISTED = re.compile(r"^- `(\w+/\w+)\.(\w+)`:(.*(?:\n  .*)*)", re.M)
# What would make a proof say less than it seems to.
HOLLOW = re.compile(r"missing-spec|Neither code nor|Missing (assigns|decreases)|"
                    r"User Error|Degenerated|annot-error|Ignoring")


def listed():
    """{(ROOM/FILE, function): goals} of the list in README.md. Each goal is
    named, so that no other hides behind it."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
        text = file.read()
    return {(name, function):
            set(re.findall(r"`(\w+)`", rest.partition("Goals:")[2]))
            for name, function, rest in LISTED.findall(text)}


def detect_provers(work):
    """Makes why3's list of provers in WORK, and HOME its place."""
    os.environ["HOME"] = work
    os.environ.pop("WHY3CONFIG", None)
    subprocess.run(["why3", "config", "detect"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cache():
    """Options: nothing is believed that was proved before, unless asked for."""
    folder = os.environ.get(CACHE)
    return ["-wp-cache", "update", "-wp-cache-dir", folder] if folder else \
        ["-wp-cache", "none"]


def frama_c(copy, name, machine, seconds, function=None):
    command = [
        "nice", "-n", "10", "frama-c", "-machdep", machine,
        "-no-frama-c-stdlib",
        # Without max_align_t, which has a type that Frama-C does not know.
        "-cpp-extra-args=-ffreestanding -D_GCC_MAX_ALIGN_T "
        f"-I{HERE}/libc -I{copy}/include",
        # Where a call by pointer may go, `calls` says and has proved.
        "-wp", "-wp-rte", "-rte-no-pointer-call", "-wp-prover", "cvc4,z3",
        "-wp-timeout", seconds,
        "-wp-par", "2", *cache(),
        f"{copy}/lib/devid/{name}.c"]
    short = [f"{f}:{SECONDS_LISTED}" for n, f in listed() if n == name]
    if short:
        command += ["-wp-fct-timeout", ",".join(short)]
    if function:
        command += ["-wp-fct", function]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          cwd=copy)
    return done.returncode, done.stdout


class Outcome:
    def __init__(self, name, returncode, log):
        total = TOTAL.search(log)
        self.proved, self.goals = map(int, total.groups()) if total else (0, 0)
        self.unproved = {f"{name}.{goal}"
                         for line in log.split("\n")
                         for goal in GOAL.findall(line)}
        self.hollow = [line for line in log.split("\n") if HOLLOW.search(line)]
        self.broken = returncode != 0 or self.goals == 0 or \
            self.goals - self.proved != len(self.unproved)


def fresh(work):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)


def prove(tree, work, subjects):
    copy = os.path.join(work, "copy")
    names = [name for name in splice.splice(tree, copy)
             if name in subjects or name.split("/")[0] in subjects]
    expected = {f"{name}.{function}_{goal}"
                for (name, function), listed_goals in listed().items()
                if name in names for goal in listed_goals}
    unproved, goals, proved, faults = set(), 0, 0, 0
    for name in names:
        for machine in MACHINES:
            code, log = frama_c(copy, name, machine, SECONDS)
            outcome = Outcome(name, code, log)
            print(f"{name} {machine}: {outcome.proved} of {outcome.goals}",
                  *sorted(outcome.unproved), flush=True)
            goals, proved = goals + outcome.goals, proved + outcome.proved
            unproved |= outcome.unproved
            for line in outcome.hollow:
                print(f"  {line}")
            if outcome.broken or outcome.hollow:
                faults += 1
                print(log[-2000:])
    for goal in sorted(unproved - expected):
        print(f"not proved, not in README.md: {goal}")
    for goal in sorted(expected - unproved):
        print(f"proved, but README.md lists it: {goal}")
    print(f"{proved} of {goals} goals proved; of those that are not, "
          f"{len(unproved & expected)} are in README.md")
    return 1 if faults or not names or unproved != expected else 0


def find_seeded(tree, work, patch):
    """Does the proof fail with this bug in? Its first line says where."""
    with open(patch, encoding="utf-8") as file:
        name, function = file.readline().split()
    bugged = os.path.join(work, "tree")
    copy = os.path.join(work, "copy")
    for folder in (bugged, copy):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in ("lib/devid", "include/devid"):
        shutil.copytree(os.path.join(tree, folder),
                        os.path.join(bugged, folder))
    subprocess.run(["patch", "-s", "-p1", "-d", bugged, "-i",
                    os.path.abspath(patch)], check=True)
    results = []
    for source in (tree, bugged):
        shutil.rmtree(copy, ignore_errors=True)
        splice.splice(source, copy)
        code, log = frama_c(copy, name, MACHINES[0], SECONDS_SEEDED, function)
        results.append(Outcome(name, code, log))
    sound, bug = results
    print(f"{os.path.basename(patch)}: {function} {sound.proved} of "
          f"{sound.goals} goals, with the bug {bug.proved} of {bug.goals}:",
          " ".join(sorted(goal.split(".")[1] for goal in bug.unproved)),
          flush=True)
    return not sound.broken and not sound.unproved and \
        not bug.broken and bool(bug.unproved)


def main():
    arguments = sys.argv[1:]
    seeded = arguments[:1] == ["--seeded"]
    tree, work, *subjects = arguments[seeded:]
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print("skipped: no", ", ".join(missing))
        return 77
    work = os.path.abspath(work)
    fresh(work)
    if CACHE in os.environ:
        os.environ[CACHE] = os.path.abspath(os.environ[CACHE])
        os.makedirs(os.environ[CACHE], exist_ok=True)
    detect_provers(work)
    try:
        if not seeded:
            return prove(tree, work, subjects)
        found = [find_seeded(tree, work, patch) for patch in subjects]
    except splice.Misplaced as fault:
        print(f"splice: {fault}")
        return 1
    print(f"{sum(found)} of {len(found)} seeded bugs found")
    return 0 if found and all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
