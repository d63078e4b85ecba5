"""How long a list of N revoked certificates takes, how much memory and how many
octets: `devca crl`, `openssl ca -gencrl` and the revocation set of the same
serials, in turn, in one run; then NEWLY more are revoked in one act, and a delta
says so. The keys of both CAs lie in the clear: what opening one costs is not asked
here.

usage: lists.py DEVCA FILL_STORE [REVOKED [ISSUED [RUNS]]]
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from measure import make_peer, make_store, medians, ratio, run, use


NEWLY = 1000
REVOKE = "devca revoke --batch, of %d" % NEWLY
DELTA = "devca crl --delta, of these"


def prepare(devca, fill, issued, revoked):
    make_store(devca, "s")
    make_peer("peer")
    run(fill, "s", "p", str(issued), str(revoked), "peer/index.txt")


def serials_in_force(devca, count):
    told = subprocess.run((devca, "--store", "s", "--json", "query",
                           "--product", "p", "--status", "active", "--limit",
                           str(count)), capture_output=True, text=True,
                          check=True).stdout
    found = [json.loads(line)["serial"] for line in told.splitlines()]
    if len(found) != count:
        sys.exit("%d certificates in force, not %d" % (len(found), count))
    return found


def measure(devca, runs):
    commands = {
        "devca crl": (devca, "--store", "s", "crl", "--product", "p", "--out",
                      "ours.crl", "--force"),
        "openssl ca -gencrl": ("openssl", "ca", "-config", "openssl.cnf",
                               "-gencrl", "-out", "../theirs.crl"),
        "devca export --format revocation-set":
            (devca, "--store", "s", "export", "--product", "p", "--format",
             "revocation-set", "--out", "ours.set", "--force"),
        REVOKE: (devca, "--store", "s", "revoke", "--batch", "newly",
                 "--reason", "superseded"),
        DELTA: (devca, "--store", "s", "crl", "--product", "p", "--delta",
                "--out", "ours.delta", "--force")}
    serials = serials_in_force(devca, runs * NEWLY)
    got = {name: [] for name in commands}
    for turn in range(runs):
        with open("newly", "w") as file:
            file.write("\n".join(["serial"] + serials[
                turn * NEWLY:(turn + 1) * NEWLY]))
        for name, words in commands.items():
            folder = "peer" if words[0] == "openssl" else None
            got[name].append(run(*words, folder=folder))
    run("openssl", "crl", "-in", "theirs.crl", "-outform", "DER", "-out",
        "theirs.der")
    return got


def judge(devca):
    """OpenSSL reads the last lists made and accepts their signatures."""
    run(devca, "--store", "s", "export", "--product", "p", "--format",
        "der", "--out", "product.der")
    run("openssl", "x509", "-inform", "DER", "-in", "product.der", "-out",
        "product.pem")
    for made in ("ours.crl", "ours.delta"):
        told = subprocess.run(["openssl", "crl", "-inform", "DER", "-in", made,
                               "-noout", "-CAfile", "product.pem"],
                              capture_output=True, text=True)
        if "verify OK" not in told.stdout + told.stderr:
            sys.exit("openssl refuses %s: %s" % (made, told.stderr))


def main():
    devca, fill = (os.path.abspath(path) for path in sys.argv[1:3])
    revoked, issued, runs = ([int(word) for word in sys.argv[3:]] +
                             [1000000, 0, 5][len(sys.argv) - 3:])
    issued = max(issued, revoked)
    folder = tempfile.mkdtemp(prefix="devca-lists-")
    os.chdir(folder)
    use(os.path.dirname(fill))
    try:
        prepare(devca, fill, issued, revoked)
        got = measure(devca, runs)
        rows = {name: medians(turns) for name, turns in got.items()}
        judge(devca)
        now = revoked + (runs - 1) * NEWLY  # in ours, when last made
        made = {"devca crl": ("ours.crl", now),
                "openssl ca -gencrl": ("theirs.der", revoked),
                "devca export --format revocation-set": ("ours.set", now),
                DELTA: ("ours.delta", NEWLY)}
        print("%d revoked of %d issued, medians of %d, in turn\n" %
              (revoked, issued, runs))
        print("| | s | processor s | peak MB | octets an entry |")
        print("|---|---|---|---|---|")
        for name, (wall, processor, peak) in rows.items():
            print("| %s | %.2f | %.2f | %.1f | %s |" %
                  (name, wall, processor, peak / 1024,
                   "%.2f" % (os.path.getsize(made[name][0]) / made[name][1])
                   if name in made else "–"))
        ours, theirs = got["devca crl"], got["openssl ca -gencrl"]
        print("\ncrl over openssl: %.1f x in time, %.1f x in processor time, "
              "%.3f of its memory" % (ratio(theirs, ours), ratio(theirs, ours, 1),
                                      ratio(ours, theirs, 2)))
    finally:
        shutil.rmtree(folder)


main()
