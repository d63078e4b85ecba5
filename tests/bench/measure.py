"""Commands and what they take, for the bench's programs."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
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


def ratio(theirs, ours, what=0):
    """How often ours fits into theirs: the median of the turns' own ratios. What
    the machine is like in a turn meets both. `what` is 0 for seconds, 1 for
    processor seconds, 2 for peak memory."""
    return statistics.median(their[what] / our[what]
                             for their, our in zip(theirs, ours))


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


EASY_RSA = "/usr/share/easy-rsa/easyrsa"
EASY_RSA_SETTINGS = {"EASYRSA_BATCH": "1", "EASYRSA_ALGO": "ec",
                     "EASYRSA_CURVE": "prime256v1",
                     "EASYRSA_REQ_CN": "Peer", "EASYRSA_PKI": "pki"}


def make_easy_rsa(folder, requests):
    """A CA of easy-rsa with requests that were imported, its key in the clear."""
    os.makedirs(folder)
    os.environ.update(EASY_RSA_SETTINGS)
    run(EASY_RSA, "init-pki", folder=folder)
    run(EASY_RSA, "build-ca", "nopass", folder=folder)
    for path in requests:
        name = os.path.basename(path)[:-4]
        shutil.copy(path, os.path.join(folder, "pki/reqs", name + ".req"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answered(port, path, body):
    """What a server on this machine says, once it listens."""
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("POST", path, body)
            connection.getresponse().read()
            return connection
        except ConnectionRefusedError:
            time.sleep(0.05)
    sys.exit("no server on port %d" % port)


@contextlib.contextmanager
def served(words, port, folder):
    """A server for as long as it is asked, then its rusage in the list given."""
    usage = []
    child = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        yield usage
    finally:
        child.send_signal(signal.SIGTERM)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        usage.append(used)


def sign_by_cfssl_serve(paths, folder):
    """(seconds, processor seconds of the server, its peak kilobytes); one
    connection, one request after the other, the first not counted."""
    bodies = []
    for path in paths:
        with open(path) as file:
            bodies.append(json.dumps({"certificate_request": file.read()}))
    port = free_port()
    words = ("cfssl", "serve", "-address", "127.0.0.1", "-port", str(port),
             "-ca", "ca.pem", "-ca-key", "ca.key", "-config", "../cfssl.json",
             "-loglevel", "5")
    with served(words, port, folder) as usage:
        connection = answered(port, "/api/v1/cfssl/sign", bodies[0])
        begun = time.monotonic()
        for body in bodies:
            connection.request("POST", "/api/v1/cfssl/sign", body)
            if b"BEGIN CERTIFICATE" not in connection.getresponse().read():
                sys.exit("cfssl serve: no certificate")
        seconds = time.monotonic() - begun
        connection.close()
    return (seconds, usage[0].ru_utime + usage[0].ru_stime, usage[0].ru_maxrss)
