"""How long a list of N revoked certificates takes, how much memory and how many
octets: `devca crl`, `openssl ca -gencrl` and the revocation set of the same
serials, in turn, in one run. The keys of both lie in the clear: what opening one
costs is not asked here.

usage: lists.py DEVCA FILL_STORE [REVOKED [ISSUED [RUNS]]]
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CONFIG = """[ca]
default_ca = d
[d]
database = index.txt
certificate = ca.pem
private_key = ca.key
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
crl_extensions = e
[e]
authorityKeyIdentifier = keyid
"""


def peak_of(pid):
    """Its high-water mark so far. (wait4's would count what this interpreter
    had before the child became another program.)"""
    try:
        with open("/proc/%d/status" % pid) as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def run(*words):
    """(seconds, processor seconds, peak kilobytes)"""
    begun = time.monotonic()
    peak, pid = 0, 0
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=told)
        while pid == 0:
            peak = max(peak, peak_of(child.pid))
            time.sleep(0.002)
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            told.seek(0)
            sys.exit("%s: %s" % (" ".join(words), told.read().decode()))
    return (time.monotonic() - begun, usage.ru_utime + usage.ru_stime, peak)


def prepare(devca, fill, issued, revoked):
    run(devca, "--store", "s", "init", "--org", "Bench", "--no-passphrase")
    run(devca, "--store", "s", "root", "create", "--name", "Root")
    run(devca, "--store", "s", "product", "add", "p")
    run(fill, "s", "p", str(issued), str(revoked), "index.txt")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
        "ca.pem", "-subj", "/CN=Peer", "-days", "30")
    with open("crlnumber", "w") as file:
        file.write("01\n")
    with open("openssl.cnf", "w") as file:
        file.write(CONFIG)


def measure(devca, runs):
    commands = {
        "devca crl": (devca, "--store", "s", "crl", "--product", "p", "--out",
                      "ours.crl", "--force"),
        "openssl ca -gencrl": ("openssl", "ca", "-config", "openssl.cnf",
                               "-gencrl", "-out", "theirs.crl"),
        "devca export --format revocation-set":
            (devca, "--store", "s", "export", "--product", "p", "--format",
             "revocation-set", "--out", "ours.set", "--force")}
    got = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            got[name].append(run(*words))
    run("openssl", "crl", "-in", "theirs.crl", "-outform", "DER", "-out",
        "theirs.der")
    return {name: [statistics.median(column) for column in zip(*rows)]
            for name, rows in got.items()}


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
    try:
        prepare(devca, fill, issued, revoked)
        rows = measure(devca, runs)
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
        ours, theirs = rows["devca crl"], rows["openssl ca -gencrl"]
        print("\ncrl over openssl: %.1f x in time, %.1f x in processor time, "
              "%.3f of its memory" % (theirs[0] / ours[0], theirs[1] / ours[1],
                                      ours[2] / theirs[2]))
    finally:
        shutil.rmtree(folder)


main()
