"""Compiles every C snippet of a document, each by itself, with all warnings.

usage: snippets.py TREE DOCUMENT...
"""
import os
import re
import subprocess
import sys
import tempfile

WARNINGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
            "-Wmissing-prototypes", "-Werror", "-fsyntax-only"]


def main():
    tree, documents = sys.argv[1], sys.argv[2:]
    faults = count = 0
    for document in documents:
        with open(os.path.join(tree, document), encoding="utf-8") as file:
            snippets = re.findall(r"^```c\n(.*?)^```$", file.read(),
                                  re.M | re.S)
        if not snippets:
            print(f"{document}: no snippet found")
            faults += 1
        for number, snippet in enumerate(snippets, 1):
            count += 1
            with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
                source.write(snippet)
                source.flush()
                done = subprocess.run(
                    ["cc", *WARNINGS, f"-I{tree}/include",
                     f"-I{tree}/tests/docs", source.name],
                    capture_output=True, text=True, check=False)
            if done.returncode != 0:
                faults += 1
                print(f"{document}: snippet {number}:\n{done.stderr}")
    print(f"{count} snippets, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
