"""How devca and `openssl ca` slow down as a store, or an index, fills: the same
acts at each size, in turn, in one run. The rows are fill_store's filler, between
them real certificates: what is shown is half of it real.

usage: growth.py BUILD [RUNS [SIZE...]]
Writes growth.tsv and, where gnuplot is, growth.svg into the folder that it is
called from.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from measure import make_peer, make_store, medians, ratio, run, run_each, use

BATCH = 20000
# A store that so many would change is copied for each batch.
COPIED = 500000
SHOWS = 20
SCATTERED = "issue --batch, UIDs in no order"
PARTS = 4  # of the filler, with real certificates before each and at the end
REAL = SHOWS // 2
REVOKED = 10  # one row in so many
PEER_MOST = 1000000  # rows; beyond, `openssl ca` takes minutes

PLOT = """set terminal svg size 720,440 dynamic background 'white'
set output 'growth.svg'
set logscale xy
set format x '10^{%T}'
set xlabel 'devices in the store, rows in the index'
set ylabel 'milliseconds, process and all'
set key outside right top
set grid
set datafile missing '-'
set title 'One act, as the store grows'
plot for [i=3:9] 'growth.tsv' using 1:i with linespoints title columnheader(i)
"""


class Size:
    """A store and, up to PEER_MOST, an index of so many rows, and their
    acts. Nothing of one run is there for the next but what it issued."""

    def __init__(self, build, rows):
        self.build, self.rows, self.turn = build, rows, 0
        self.store = "store-%d" % rows
        self.peer = "peer-%d" % rows if rows <= PEER_MOST else None
        self.devca = (build + "/cli/devca", "--store", self.store)
        make_store(self.devca[0], self.store)
        self.fill()
        self.octets = os.path.getsize(self.store + "/identity.db")
        self.sample()
        if self.peer:
            self.fill_index()

    def real(self, part):
        """Certificates of real devices, signed, at this place in the store."""
        name = "real-%d" % part
        if not os.path.exists(name):
            run(self.build + "/tests/bench/make_requests", name,
                str(2 * 10**7 + part * REAL), str(REAL))
        run(*self.devca, "issue", "--product", "p", "--batch", name + ".csv")

    def fill(self):
        for part in range(PARTS):
            self.real(part)
            if self.rows == 0:
                continue
            run(self.build + "/tests/bench/fill_store", self.store, "p",
                str(self.rows // PARTS), str(self.rows // PARTS // REVOKED),
                "-", str(part + 1))
        self.real(PARTS)
        run(*self.devca, "revoke", "--uid", "%08x" % (2 * 10**7), "--reason",
            "superseded")

    def sample(self):
        """UIDs and serials from all over the store: of filler, and real."""
        database = sqlite3.connect("file:%s/identity.db?mode=ro" % self.store,
                                   uri=True)
        ask = "SELECT uid, serial FROM certificates WHERE "
        filler = SHOWS - REAL if self.rows > 0 else 0
        self.known = [database.execute(
            ask + "id = ?", (10 + REAL + n * (self.rows // filler),)
            ).fetchone() for n in range(filler)]
        self.known += [database.execute(
            ask + "uid = ?", ("%08x" % (2 * 10**7 + n * (PARTS + 1)),)
            ).fetchone() for n in range(REAL)]
        database.close()

    def fill_index(self):
        make_peer(self.peer)
        with open(self.peer + "/index.txt", "w") as file:
            for n in range(self.rows):
                state = "V\t351231235959Z\t"
                if n % REVOKED == 0:
                    state = "R\t351231235959Z\t251101000000Z,keyCompromise"
                file.write("%s\t%040X\tunknown\t/CN=filler%d\n"
                           % (state, n * 2**100 + 2**150, n))

    def next_turn(self):
        self.turn += 1

    def batch(self, requests="requests"):
        store = self.store
        if self.rows < COPIED:
            store = "copy"
            shutil.copytree(self.store, store)
        spent = run(self.devca[0], "--store", store, "issue", "--product", "p",
                    "--batch", "%s-%d.csv" % (requests, self.turn), "--out",
                    store + "/certs.pem", "--force")
        if store == "copy":
            shutil.rmtree(store)
        return spent

    def single(self):
        uid = "%08x" % (1000000 + self.turn)
        return run(*self.devca, "issue", "--product", "p", "--uid", uid,
                   "--csr", "single-%d/%s.csr" % (self.turn, uid), "--out",
                   self.store + "/" + uid + ".pem")

    def openssl(self):
        uid = "%08x" % (1000000 + self.turn)
        return run("openssl", "ca", "-config", "openssl.cnf", "-batch",
                   "-notext", "-out", "one.pem", "-in",
                   "../single-%d/%s.csr" % (self.turn, uid),
                   folder=self.peer)

    def list(self):
        return run(*self.devca, "crl", "--product", "p", "--out", "ours.crl",
                   "--force")

    def openssl_list(self):
        return run("openssl", "ca", "-config", "openssl.cnf", "-gencrl",
                   "-out", "theirs.crl", folder=self.peer)

    def each(self, words):
        spent = run_each([self.devca + one for one in words])
        peak = run(*self.devca, *words[0])[2]
        return tuple(part / len(words) for part in spent) + (peak,)

    def acts(self):
        query = ("query", "--product", "p", "--status")
        found = {
            "issue --batch": self.batch,
            SCATTERED: lambda: self.batch("scattered"),
            "issue": self.single,
            "show --uid": lambda: self.each(
                [("show", "--uid", uid) for uid, _ in self.known]),
            "show --serial": lambda: self.each(
                [("show", "--serial", serial) for _, serial in self.known]),
            "query --limit": lambda: self.each(
                [query + ("revoked", "--limit", "100")] * 5),
            "query --count": lambda: self.each(
                [query + ("active", "--count")] * 5),
            "crl": self.list}
        if self.peer:
            found["openssl ca"] = self.openssl
            found["openssl ca -gencrl"] = self.openssl_list
        return found


def scatter(turn):
    """Gives the requests UIDs that come in no order."""
    name = "scattered-%d.csv" % turn
    uids = random.Random(turn)
    with open(name) as file:
        head, *rows = file.read().splitlines()
    with open(name, "w") as file:
        print(head, file=file)
        for row in rows:
            print("%016x,%s" % (uids.getrandbits(64), row.split(",")[1]),
                  file=file)


def requests(build, runs):
    for turn in range(1, runs + 1):
        make = build + "/tests/bench/make_requests"
        run(make, "requests-%d" % turn, str(turn * BATCH + 10**7), str(BATCH))
        run(make, "scattered-%d" % turn, "0", str(BATCH))
        scatter(turn)
        run(make, "single-%d" % turn, str(1000000 + turn), "1")


BATCHES = ("issue --batch", SCATTERED)
COLUMNS = ("issue", "show --uid", "show --serial", "query --limit",
           "query --count", "openssl ca", "crl", "openssl ca -gencrl")


def table(sizes, got, rows):
    first = got[sizes[0].rows]
    yield ("| devices | batch of %d, per second | of the first row's | UIDs in "
           "no order, per second | of the first row's | %s | octets a device |"
           % (BATCH, " | ".join(name + ", ms" for name in COLUMNS)))
    yield "|" + "---|" * (len(COLUMNS) + 6)
    for size in sizes:
        acts = rows[size.rows]
        cells = ["%.1f" % (1000 * acts[name][0]) if name in acts else "–"
                 for name in COLUMNS]
        batches = ["%.0f | %.2f" % (
            BATCH / acts[name][0], ratio(first[name], got[size.rows][name]))
            for name in BATCHES]
        yield "| %d | %s | %s | %s |" % (
            size.rows, " | ".join(batches), " | ".join(cells),
            "%.0f" % (size.octets / size.rows) if size.rows > 0 else "–")
    yield ""
    yield "Peak memory, MB, and processor milliseconds, the same acts:"
    yield ""
    yield "| devices | " + " | ".join(BATCHES + COLUMNS) + " |"
    yield "|" + "---|" * (len(COLUMNS) + len(BATCHES) + 1)
    for size in sizes:
        acts = rows[size.rows]
        yield "| %d | %s |" % (size.rows, " | ".join(
            "%.1f, %.1f" % (acts[name][2] / 1024, 1000 * acts[name][1])
            if name in acts else "–" for name in BATCHES + COLUMNS))


def chart(folder, sizes, rows):
    names = ("issue", "show --uid", "query --limit", "query --count", "crl",
             "openssl ca", "openssl ca -gencrl")
    with open(folder + "/growth.tsv", "w") as file:
        file.write("devices\tbatch\t%s\n" % "\t".join(
            '"%s"' % name if name.startswith("openssl") else
            '"devca %s"' % name for name in names))
        for size in sizes:
            if size.rows == 0:
                continue  # nowhere on a logarithmic axis
            acts = rows[size.rows]
            file.write("%d\t%.3f\t%s\n" % (
                size.rows, 1000 * acts["issue --batch"][0], "\t".join(
                    "%.3f" % (1000 * acts[name][0]) if name in acts else "-"
                    for name in names)))
    if shutil.which("gnuplot"):
        subprocess.run(["gnuplot", "-"], input=PLOT, text=True, cwd=folder,
                       check=True)


def take_turn(sizes, got):
    """Each act at every size, one after the other, then the next."""
    for size in sizes:
        size.next_turn()
    for name in BATCHES + COLUMNS:
        for size in sizes:
            if name in got[size.rows]:
                got[size.rows][name].append(size.acts()[name]())


def measure(build, runs, rows, out):
    """The lines of the tables; the chart goes to the folder out."""
    folder = tempfile.mkdtemp(prefix="devca-growth-")
    use(build + "/tests/bench")
    before = os.getcwd()
    os.chdir(folder)
    try:
        sizes = [Size(build, count) for count in rows]
        requests(build, runs)
        got = {size.rows: {name: [] for name in size.acts()}
               for size in sizes}
        for _ in range(runs):
            take_turn(sizes, got)
        found = {count: {name: medians(rows) for name, rows in acts.items()}
                 for count, acts in got.items()}
        chart(out, sizes, found)
        return list(table(sizes, got, found))
    finally:
        os.chdir(before)
        shutil.rmtree(folder)


def main():
    build = os.path.abspath(sys.argv[1])
    runs = int((sys.argv[2:] + ["5"])[0])
    rows = [int(word) for word in sys.argv[3:]] or [10000, 100000]
    print("\n".join(measure(build, runs, rows, os.getcwd())))


if __name__ == "__main__":
    main()
