"""The habits of CONTRIBUTING.md that a script can see.

usage: habits.py [TREE]
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CODE = (".c", ".h")
TEXT = CODE + (".sh", ".py", ".md", ".txt", ".cmake", ".json", ".sql", ".in")
SKIPPED = {".git", "build", "demo", "vectors", "corpora", "invalid"}
FILE_LINES, FUNCTION_LINES, COLUMNS = 600, 60, 80

BANNED_CALL = re.compile(
    r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gmtime|"
    r"localtime|rand|system|tmpnam|mktemp|gets|alloca)\s*\(")
FORGETFUL = re.compile(r"\b(json_(?:load|dump)\w*)\s*\(")
OPTIONAL_PACK = re.compile(r"json_pack\(\"[^\"]*[sbiIoO]\*")
UNJOURNALLED = re.compile(r"\bstore_(begin|commit)\s*\(")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|st" r"ub)\b")
VAGUE = re.compile(r"(^|/)(util|utils|common|misc|helpers?)\.[ch]$")
LINE_COMMENT = re.compile(r'^[^"\']*(?<!:)//')


def files(tree):
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(names):
            if name.endswith(TEXT):
                yield os.path.relpath(os.path.join(folder, name), tree)


def function_lengths(lines):
    """(line, length) of each function: braces in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start - 1
            start = None


def faults_of_code(path, lines):
    ours = path.startswith(("lib/", "cli/", "include/"))
    if VAGUE.search(path):
        yield 1, "a name that says nothing"
    if len(lines) > FILE_LINES:
        yield len(lines), f"over {FILE_LINES} lines"
    for start, length in function_lengths(lines):
        if length > FUNCTION_LINES:
            yield start, f"a function of {length} lines"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield number, f"over {COLUMNS} columns"
        if "\t" in line:
            yield number, "a tab"
        if LINE_COMMENT.search(line):
            yield number, "a // comment"
        if UNJOURNALLED.search(line) and path.startswith("lib/devca/ca/") and \
                not path.startswith("lib/devca/ca/act."):
            yield number, "a transaction without the journal: act_begin()"
        match = FORGETFUL.search(line)
        if match and ours:
            yield number, f"{match[1]} loses octets: json/document.h"
        if OPTIONAL_PACK.search(line) and ours:
            yield number, "a member that is lost when memory is short"
        match = BANNED_CALL.search(line)
        if match and ours and not line.lstrip().startswith(("*", "/*")):
            yield number, f"{match[1]} is banned"


def faults(path, text):
    lines = text.removesuffix("\n").split("\n")
    if path.endswith(CODE):
        yield from faults_of_code(path, lines)
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line) and not path.startswith("docs/"):
            yield number, "unfinished?"
        if line != line.rstrip():
            yield number, "space at the end"


def main():
    tree = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../..")
    found = 0
    for path in files(tree):
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            for number, fault in faults(path, file.read()):
                print(f"{path}:{number}: {fault}")
                found += 1
    print(f"{found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
