"""Seeds breaches, one at a time, into a small tree; each must be found."""
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
FILES = ["lib/devca/store/store.h", "lib/devca/base/hex.h",
         "lib/devid/codec/der.h", "lib/wolfssl/settings.h",
         "include/devca/error.h", "include/devid/slice.h"]


def write(tree, name, text):
    path = os.path.join(tree, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text + "\n")


def found(name, line):
    with tempfile.TemporaryDirectory() as tree:
        for other in FILES:
            write(tree, other, "")
        write(tree, name, line)
        run = subprocess.run(
            [sys.executable, os.path.join(HERE, "check.py"), tree],
            capture_output=True, text=True)
        return run.returncode == 1 and name in run.stdout


wrong = [case for case in CASES if found(case[0], case[1]) != case[2]]
for case in wrong:
    print("%s: %s: breach should be %s" % case)
print(f"{len(CASES) - len(wrong)} of {len(CASES)} as they should be")
sys.exit(1 if wrong else 0)
