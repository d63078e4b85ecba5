"""How long a list of N revoked certificates takes, how much memory and how many
octets: `devca crl`, `openssl ca -gencrl` and the revocation set of the same
serials, in turn, in one run. The keys of both lie in the clear: what opening one
costs is not asked here.

usage: lists.py DEVCA FILL_STORE [REVOKED [ISSUED [RUNS]]]
"""
import os
import shutil
import subprocess
import sys
import tempfile

from measure import make_peer, make_store, medians, ratio, run, use


def prepare(devca, fill, issued, revoked):
    make_store(devca, "s")
    make_peer("peer")
    run(fill, "s", "p", str(issued), str(revoked), "peer/index.txt")


def measure(devca, runs):
    commands = {
        "devca crl": (devca, "--store", "s", "crl", "--product", "p", "--out",
                      "ours.crl", "--force"),
        "openssl ca -gencrl": ("openssl", "ca", "-config", "openssl.cnf",
                               "-gencrl", "-out", "../theirs.crl"),
        "devca export --format revocation-set":
            (devca, "--store", "s", "export", "--product", "p", "--format",
             "revocation-set", "--out", "ours.set", "--force")}
    got = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            folder = "peer" if words[0] == "openssl" else None
            got[name].append(run(*words, folder=folder))
    run("openssl", "crl", "-in", "theirs.crl", "-outform", "DER", "-out",
        "theirs.der")
    return got


def judge(devca):
    """OpenSSL reads the last list made and accepts its signature."""
    run(devca, "--store", "s", "export", "--product", "p", "--format",
        "der", "--out", "product.der")
    run("openssl", "x509", "-inform", "DER", "-in", "product.der", "-out",
        "product.pem")
    told = subprocess.run(["openssl", "crl", "-inform", "DER", "-in",
                           "ours.crl", "-noout", "-CAfile", "product.pem"],
                          capture_output=True, text=True)
    if "verify OK" not in told.stdout + told.stderr:
        sys.exit("openssl refuses the list: " + told.stderr)


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
        sizes = {"devca crl": "ours.crl", "openssl ca -gencrl": "theirs.der",
                 "devca export --format revocation-set": "ours.set"}
        print("%d revoked of %d issued, medians of %d, in turn\n" %
              (revoked, issued, runs))
        print("| | s | processor s | peak MB | octets an entry |")
        print("|---|---|---|---|---|")
        for name, (wall, processor, peak) in rows.items():
            print("| %s | %.2f | %.2f | %.1f | %.2f |" %
                  (name, wall, processor, peak / 1024,
                   os.path.getsize(sizes[name]) / revoked))
        ours, theirs = got["devca crl"], got["openssl ca -gencrl"]
        print("\ncrl over openssl: %.1f x in time, %.1f x in processor time, "
              "%.3f of its memory" % (ratio(theirs, ours), ratio(theirs, ours, 1),
                                      ratio(ours, theirs, 2)))
    finally:
        shutil.rmtree(folder)


main()
