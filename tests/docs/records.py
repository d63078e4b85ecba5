"""Runs commands with --json and compares the members of what they print with the
table "Records" of docs/formats.md.

usage: records.py TREE DEVCA
"""
import json
import os
import re
import subprocess
import sys
import tempfile

CERTIFICATE = ("subject issuer serial not_before not_after key_type "
               "fingerprint").split()
# What the page says in words and not in the table's cells.
MADE = dict.fromkeys(("root create", "root sign", "product add",
                      "product request", "issue", "crl"), "der")
MADE.update({"audit checkpoint": "note", "audit prove": "proof"})


def table(tree):
    """{command: [fields]} of the rows that name their fields."""
    with open(tree + "/docs/formats.md", encoding="utf-8") as file:
        text = file.read()
    text = text[text.index("\n## Records"):text.index("\n## Lists for")]
    found = {}
    for names, cell in re.findall(r"^\| (`.*?) \| (.*) \|$", text, re.M):
        for name in re.findall(r"`([^`]+)`", names):
            found[name] = cell
    return found


def fields(cell):
    cell = re.sub(r"\([^)]*\)", "", cell).replace("the certificate",
                                                  "`+certificate`")
    names = []
    for name in re.findall(r"`([^`]+)`", cell):
        names += CERTIFICATE if name == "+certificate" else [name]
    return names


def rows(tree):
    """What is run, in this order: (row of the table, words)"""
    yield "init", "init --org Acme --country DE --no-passphrase"
    yield "root create", "root create --name Root"
    yield "product add", "product add meter --uid-format hex:4 --out m.pem"
    yield "product add", "product add other"
    yield "product request", "--store other product request far --out far.req"
    yield "root sign", "root sign far.req --out far.pem"
    yield "root sign", "root sign far.req"
    yield "product install", "--store other product install far far.pem"
    yield "product list", "product list"
    yield "product show", "product show meter"
    yield "issue", "issue --product meter --uid 00000001 --csr d.csr --chain --out d.pem"
    yield "query", "query"
    yield "show", "show --uid 00000001"
    yield "verify", "verify d.pem"
    yield "crl", "crl --product meter --out meter.crl"
    yield "crl", "crl --product meter"
    yield "set", "export --product meter --format revocation-set --out m.set"
    yield "revoke", "revoke --uid 00000001 --reason keyCompromise"
    yield "backup", "backup saved.tar"
    yield "key list", "key list"
    yield "version", "version"
    yield "profile list", "profile list"
    yield "issue", "issue --product meter --uid 00000002 --csr e.csr"
    yield "query --count", "query --count"
    yield "profile check", f"profile check {tree}/pki-templates/root.json"
    yield "key split", "key split --root --threshold 2 --shares 3 --out shares"
    yield "key check-shares", "key check-shares shares/share-1-of-3.txt"
    yield "key combine", ("key combine shares/share-1-of-3.txt "
                          "shares/share-2-of-3.txt --out k.pem --no-passphrase")
    yield "audit log", "audit log"
    yield "audit verify", "audit verify"
    yield "audit checkpoint", "audit checkpoint --out head.note"
    yield "audit checkpoint", "audit checkpoint"
    yield "audit prove", "audit prove --seq 2 --out p.tlog-proof"
    yield "audit prove", "audit prove --seq 2"


def run(devca, words):
    done = subprocess.run([devca, "--json"] + words.split(),
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("records: %s: %s" % (words, done.stderr))
    return json.loads(done.stdout.splitlines()[0])


def view(database):
    """The columns of the view `certificates` but der, and the fingerprint."""
    done = subprocess.run(["sqlite3", database,
                           "SELECT name FROM pragma_table_info('certificates') "
                           "WHERE name <> 'der'"],
                          capture_output=True, text=True, check=True)
    names = done.stdout.split()
    names.insert(names.index("size"), "fingerprint")
    return names


def wanted(name, told, words):
    if name in ("query", "show"):
        return (view("store/identity.db") +
                (["der", "cursor"] if name == "show" else ["cursor"]))
    if name == "set":
        return wanted("crl", told, words) + ["size"]
    cell = told[name]
    if name == "crl":
        cell = cell.split(";")[0]
    if name == "verify":
        cell = cell.replace("accepted:", "")
    if name == "audit verify":
        cell = cell.split(";")[0]
    return fields(cell) + ([MADE[name]] if name in MADE and "--out" not in words
                           else [])


def request(name):
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    name + ".key", "-subj", "/CN=any", "-out", name + ".csr"],
                   check=True, capture_output=True)


def main():
    tree, devca = (os.path.abspath(path) for path in sys.argv[1:3])
    told, faults, count = table(tree), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["DEVCA_STORE"] = "store"
        request("d")
        request("e")
        run(devca, "--store other init --org Acme --country DE --no-passphrase")
        for name, words in rows(tree):
            got = list(run(devca, words))
            right = ["schema"] + wanted(name, told, words)
            count += 1
            if got != right:
                faults += 1
                print("%s\n    the page: %s\n    printed:  %s" % (
                    words, " ".join(right), " ".join(got)))
        os.chdir("/")
    print("%d records, %d faults" % (count, faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
