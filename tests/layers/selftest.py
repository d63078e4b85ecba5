"""Seeds breaches and faults, one at a time, into a small tree: each must be
found, and what is right must not."""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# file, line put into it, is it a breach
CASES = [
    ("lib/devca/ca/issue.c", "#include <sqlite3.h>", True),
    ("lib/devca/ca/issue.c", '#include "devca/store/store.h"', False),
    ("lib/devca/ca/issue.c", "#include <jansson.h>", True),
    ("lib/devca/ca/issue.c", "#include <wolfssl/wolfcrypt/ecc.h>", True),
    ("lib/devca/ca/issue.c", '#include "wolfssl/settings.h"', True),
    ("lib/devca/key/file.c", "#include <wolfssl/wolfcrypt/ecc.h>", False),
    ("lib/devca/key/file.c", '#include "wolfssl/settings.h"', False),
    ("lib/devca/key/file.c", '#include "devca/store/store.h"', True),
    ("lib/devca/store/store.c", "#include <sqlite3.h>", False),
    ("lib/devca/store/store.c", '#include "devid/codec/der.h"', True),
    ("lib/devca/store/store.c", '#include "../../devid/codec/der.h"', True),
    ("lib/devca/base/hex.c", '#include "devca/store/store.h"', True),
    ("lib/devid/codec/der.c", "#include <stdio.h>", True),
    ("lib/devid/codec/der.c", "#  include <errno.h>", True),
    ("lib/devid/codec/der.c", "#include <string.h>", False),
    ("lib/devid/codec/der.c", "#include <devca/error.h>", True),
    ("lib/devid/x509/p256/curves.c", '#include "../../codec/der.h"', False),
    ("lib/devid/x509/p256/curves.c", '#include "../../../devca/base/hex.h"',
     True),
    ("include/devid/slice.h", "#include <stdio.h>", True),
    ("include/devca/error.h", "#include <sqlite3.h>", True),
    ("include/devca/error.h", "#include <devid/slice.h>", False),
    ("cli/main.c", "#include <devca/error.h>", False),
    ("cli/main.c", '#include "devca/base/hex.h"', True),
    ("cli/main.c", "#include <jansson.h>", True),
    ("lib/devca/cellar/wine.c", "", True),
]
# file, text put into it, is it a fault of habit
HABITS = [
    ("lib/devca/ca/issue.c", "    n = ato" "i(text);", True),
    ("lib/devca/ca/issue.c", "    status = exit_system(1);", False),
    ("lib/devca/ca/utils.c", "", True),
    ("lib/devca/ca/issue.c", "int a; // why", True),
    ("lib/devca/ca/issue.c", "\tint a;", True),
    ("lib/devca/ca/issue.c", "x" * 81, True),
    ("lib/devca/ca/issue.c", "x\n" * 599, False),
    ("lib/devca/ca/issue.c", "x\n" * 601, True),
    ("lib/devca/ca/issue.c", "{\n" + "x\n" * 60 + "}", False),
    ("lib/devca/ca/issue.c", "{\n" + "x\n" * 61 + "}", True),
    ("docs/formats.md", "trailing ", True),
    ("scripts/test.sh", "# TO" "DO", True),
    ("scripts/test.sh", "# done", False),
]
FILES = ["lib/devca/store/store.h", "lib/devca/base/hex.h",
         "lib/devid/codec/der.h", "lib/wolfssl/settings.h",
         "include/devca/error.h", "include/devid/slice.h"]


def write(tree, name, text):
    path = os.path.join(tree, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text + "\n")


def found(script, name, line):
    with tempfile.TemporaryDirectory() as tree:
        for other in FILES:
            write(tree, other, "")
        write(tree, name, line)
        run = subprocess.run(
            [sys.executable, os.path.join(HERE, script), tree],
            capture_output=True, text=True)
        return run.returncode == 1 and name in run.stdout


def wrong(script, cases):
    for name, line, fault in cases:
        if found(script, name, line) != fault:
            yield f"{script}: {name}: {line[:60]!r}: should be {fault}"


faults = [*wrong("check.py", CASES), *wrong("habits.py", HABITS)]
print("\n".join(faults) or "all as they should be")
sys.exit(1 if faults else 0)
