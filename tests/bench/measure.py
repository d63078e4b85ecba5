"""Commands and what they take, for the bench's programs."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

OPENSSL_CA = """[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = new
certificate = ca.pem
private_key = ca.key
crlnumber = crlnumber
default_md = sha256
default_days = 3650
default_crl_days = 30
unique_subject = no
policy = p
x509_extensions = x
crl_extensions = e
[p]
commonName = supplied
[x]
authorityKeyIdentifier = keyid
keyUsage = critical, digitalSignature
[e]
authorityKeyIdentifier = keyid
"""


LAUNCHER = []  # the program `measured`


def use(tools):
    """The folder of the programs that the build made for the bench."""
    LAUNCHER[:] = [os.path.join(os.path.abspath(tools), "measured")]


def fail(words, told):
    told.seek(0)
    sys.exit("%s: %s" % (" ".join(words[:9]), told.read().decode()[-2000:]))


def run(*words, folder=None):
    """(seconds, processor seconds, peak kilobytes)"""
    with tempfile.TemporaryFile() as told, \
            tempfile.NamedTemporaryFile() as figures:
        done = subprocess.run(LAUNCHER + [figures.name] + list(words),
                              stdin=subprocess.DEVNULL, cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=told)
        if done.returncode != 0:
            fail(words, told)
        return tuple(float(word) for word in figures.read().split())


def run_each(commands, folder=None):
    """(seconds, processor seconds) of short commands, one after the other,
    launched without a program between."""
    begun, processor = time.monotonic(), 0
    with tempfile.TemporaryFile() as told:
        for words in commands:
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                     cwd=folder, stdout=subprocess.DEVNULL,
                                     stderr=told)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                fail(words, told)
            processor += usage.ru_utime + usage.ru_stime
    return (time.monotonic() - begun, processor)


def medians(rows):
    return [statistics.median(column) for column in zip(*rows)]


def make_store(devca, folder):
    """A store with a root and the product p, keys in the clear."""
    store = (devca, "--store", folder)
    run(*store, "init", "--org", "Bench", "--no-passphrase")
    run(*store, "root", "create", "--name", "Root")
    run(*store, "product", "add", "p", "--uid-format", "hex")


def make_peer(folder):
    """A CA for OpenSSL's commands, its key in the clear too."""
    os.makedirs(os.path.join(folder, "new"))
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
        "ca.pem", "-subj", "/CN=Peer", "-days", "3660", folder=folder)
    for name, text in (("crlnumber", "01\n"), ("serial", "01\n"),
                       ("index.txt", ""), ("openssl.cnf", OPENSSL_CA)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
