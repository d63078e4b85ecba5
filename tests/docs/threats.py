"""docs/threat-model.md names tests: is each of them one that ctest runs?

    threats.py PAGE CTEST BUILD
"""
import fnmatch
import re
import subprocess
import sys

# Built only where DEVCA_TESTS_FIRMWARE or the external vectors are.
ELSEWHERE = ("firmware.*", "conformance.*")

page, ctest, build = sys.argv[1:]
listing = subprocess.run([ctest, "-N", "--test-dir", build], check=True,
                         capture_output=True, text=True).stdout
tests = re.findall(r"Test +#\d+: (\S+)", listing)
rows = [line for line in open(page, encoding="utf-8")
        if re.match(r"\| \d+\. ", line)]
missing = []
for row in rows:
    names = re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])
    if not names:
        missing.append(row.split("|")[1].strip() + ": names no test")
    missing += [name for name in names
                if name not in ELSEWHERE and not fnmatch.filter(tests, name)]
if len(rows) != 11:
    missing.append("%d attacks, not 11" % len(rows))
for name in missing:
    print("docs/threat-model.md: no such test: " + name)
sys.exit(1 if missing else 0)
