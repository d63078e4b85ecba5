"""Compares tables in docs/ with the sources they speak of.

usage: tables.py TREE
"""
import json
import os
import re
import sys


def read(tree, *path):
    with open(os.path.join(tree, *path), encoding="utf-8") as file:
        return file.read()


def codes(tree):
    """Error codes and exit statuses: error.h against docs/formats.md."""
    header = dict(re.findall(r'X\(DEVCA_\w+, "([\w-]+)", (\d)\)',
                             read(tree, "include/devca/error.h")))
    doc = dict(re.findall(r"^\| `([\w-]+)` \| (\d) \|",
                          read(tree, "docs/formats.md"), re.M))
    for code in sorted(set(header) | set(doc)):
        if header.get(code) != doc.get(code):
            yield (f"docs/formats.md: {code}: exit {doc.get(code)}, "
                   f"error.h says {header.get(code)}")


def profiles(tree):
    """Every shipped profile stands in docs/profiles.md; README's count."""
    folder = os.path.join(tree, "pki-templates")
    names = [json.loads(read(tree, "pki-templates", name))["name"]
             for name in os.listdir(folder) if name.endswith(".json")]
    text = read(tree, "docs/profiles.md")
    for name in sorted(names):
        if name not in text:
            yield f"docs/profiles.md: {name} is not told of"
    for file in ("README.md", "CHANGELOG.md"):
        count = re.search(r"\b(\d+) (?:profiles are )?shipped", read(tree, file))
        if not count or int(count[1]) != len(names):
            yield f"{file}: {len(names)} profiles are shipped"


def lints(tree):
    """The forty checks: lint.c against docs/lints.md."""
    source = read(tree, "lib/devca/lint/lint.c")
    source = source[source.index("checks[] = {"):]
    rows = re.findall(r'\{(\d+),\s*"([^"]+)",\s*"([^"]+)",'
                      r'\s*((?:"[^"]*"\s*)+)\}', source)
    doc = read(tree, "docs/lints.md")
    if len(rows) != 40:
        yield f"lib/devca/lint/lint.c: {len(rows)} checks read, not 40"
    for number, name, clause, strings in rows:
        text = "".join(re.findall(r'"([^"]*)"', strings))
        if f"| {number} | `{name}` | {clause} | {text} |" not in doc:
            yield f"docs/lints.md: check {number} is told otherwise"


def doctor(tree):
    """Every check of the doctor: lib/devca/ca/doctor*.c, docs/operations.md."""
    doc = read(tree, "docs", "operations.md")
    told = set(re.findall(r"^\| `([\w-]+)` \| (?:fault|warning|note) \|", doc,
                          re.M))
    for name in sorted(os.listdir(f"{tree}/lib/devca/ca")):
        if not re.fullmatch(r"doctor\w*\.c", name):
            continue
        source = read(tree, "lib/devca/ca", name)
        texts = dict(re.findall(r'static const char (\w+)\[\] =\s*'
                                r'((?:"[^"]*"\s*)+);', source))
        for check, grade, todo in re.findall(
                r'\{\s*"([\w-]+)",\s*DOCTOR_(\w+),'
                r'\s*((?:"[^"]*"\s*)+|\w+)\}', source):
            todo = "".join(re.findall(r'"([^"]*)"', texts.get(todo, todo)))
            told.discard(check)
            if not re.search(rf"^\| `{check}` \| {grade.lower()} \| .* \| "
                             rf"{re.escape(todo)} \|$", doc, re.M):
                yield f"docs/operations.md: {check} is told otherwise"
    for check in sorted(told):
        yield f"docs/operations.md: there is no check {check}"


def batch(tree):
    """The sizes that a batch has, where a user reads of them."""
    header = read(tree, "lib/devca/ca/batch.h")
    ring = int(re.search(r"#define RING (\d+)", header)[1])
    part = int(re.search(r"#define GROUP_MAX \(RING / (\d+)\)", header)[1])
    for file, text in (("docs/formats.md", f"{ring // part:,} rows"),
                       ("examples/line/README.md", f"{ring:,} boards")):
        if text not in " ".join(read(tree, file).split()):
            yield f"{file}: does not say {text}"


def links(tree):
    """Files that the documents name exist."""
    for file in ["README.md", "CONTRIBUTING.md"] + [
            f"docs/{name}" for name in sorted(os.listdir(f"{tree}/docs"))
            if name.endswith(".md")]:
        for path in re.findall(r"\b((?:docs|include|scripts|tests|schema)/"
                               r"[\w./-]+\.(?:md|h|sh|txt|json|sql|c))\b",
                               read(tree, file)):
            if path.isupper() or re.search(r"[A-Z]{3}", path):
                continue  # a placeholder: tests/unit/ROOM/...
            if not os.path.exists(os.path.join(tree, path)):
                yield f"{file}: {path} does not exist"


def main():
    tree = sys.argv[1]
    faults = [fault for check in (codes, profiles, lints, doctor, batch,
                                links)
              for fault in check(tree)]
    print("\n".join(faults) or "docs agree with the sources")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
