"""How many certificates a second, for requests with fresh P-256 keys: devca, what
people would otherwise use, and the bound, in turn, in one run.

usage: issue.py SOURCE_BUILD SYSTEM_BUILD [COUNT [RUNS [EACH]]]
COUNT rows for what takes many at once, EACH for what takes one a process.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

from measure import (EASY_RSA, make_easy_rsa, make_peer, make_store, medians,
                     ratio, run, run_each, sign_by_cfssl_serve, use)

CFSSL = {"signing": {"default": {"usages": ["digital signature"],
                                 "expiry": "87600h"}}}
BOUND = "the bound, {}, {} thread{}"


class Bench:
    def __init__(self, builds, count, each):
        self.builds, self.count, self.each = builds, count, each
        use(builds["source"] + "/tests/bench")
        self.devca = {name: path + "/cli/devca" for name, path in
                      builds.items()}
        make_store(self.devca["source"], "template")
        make_peer("peer-template")
        with open("cfssl.json", "w") as file:
            json.dump(CFSSL, file)
        run(builds["source"] + "/tests/bench/make_requests", "requests", "0",
            str(count))
        self.csrs = sorted(os.path.abspath(path) for path in
                           glob.glob("requests/*.csr"))
        self.few = self.csrs[:1 + max(1, each // 10)]
        if os.path.exists(EASY_RSA) and each:
            make_easy_rsa("easy-rsa-template", self.few)

    def batch(self, build, jobs):
        return run(self.devca[build], "--store", "s", "issue", "--product",
                   "p", "--batch", "requests.csv", "--jobs", str(jobs),
                   "--out", "s/certs.pem", "--results", "s/results.csv")

    def one_each(self):
        def words(path):
            uid = os.path.basename(path)[:-4]
            return (self.devca["source"], "--store", "s", "issue",
                    "--product", "p", "--uid", uid, "--csr", path, "--out",
                    "s/" + uid + ".pem")
        return self.singles(words, None)

    def singles(self, words, folder):
        spent = run_each([words(path) for path in self.csrs[1:self.each + 1]],
                         folder)
        return spent + (run(*words(self.csrs[0]), folder=folder)[2],)

    def openssl_files(self):
        return run("openssl", "ca", "-config", "openssl.cnf", "-batch",
                   "-notext", "-out", "all.pem", "-infiles", *self.csrs,
                   folder="peer")

    def openssl_each(self):
        return self.singles(lambda path: (
            "openssl", "ca", "-config", "openssl.cnf", "-batch", "-notext",
            "-out", "one.pem", "-in", path), "peer")

    def openssl_x509(self):
        return self.singles(lambda path: (
            "openssl", "x509", "-req", "-in", path, "-CA", "ca.pem", "-CAkey",
            "ca.key", "-days", "3650", "-extfile", "openssl.cnf",
            "-extensions", "x", "-out", "one.pem"), "peer")

    def cfssl(self):
        return self.singles(lambda path: (
            "cfssl", "sign", "-loglevel", "5", "-ca", "ca.pem", "-ca-key",
            "ca.key", "-config", "../cfssl.json", path), "peer")

    def easy_rsa(self):
        names = [os.path.basename(path)[:-4] for path in self.few]
        words = [(EASY_RSA, "sign-req", "client", name) for name in names]
        spent = run_each(words[1:], "easy-rsa")
        return spent + (run(*words[0], folder="easy-rsa")[2],)

    def cfssl_serve(self):
        return sign_by_cfssl_serve(self.csrs, "peer")

    def bound(self, build, threads):
        told = subprocess.run(
            (self.builds[build] + "/tests/bench/bench_bound", str(self.count),
             str(threads)), capture_output=True, text=True, check=True).stdout
        return tuple(float(word) for word in told.split()) + (0,)

    def contenders(self):
        """name: (how, certificates, the bound's name)"""
        found = {}
        for build in self.builds:
            for jobs in (1, 2):
                bound = BOUND.format(build, jobs, "s"[:jobs - 1])
                found[bound] = (lambda b=build, j=jobs: self.bound(b, j),
                                self.count, None)
                found["devca issue --batch, %s, --jobs %d" % (build, jobs)] = (
                    lambda b=build, j=jobs: self.batch(b, j), self.count,
                    bound)
        found["openssl ca -infiles"] = (self.openssl_files, self.count, None)
        if self.each == 0:
            return found
        found["devca issue, one process each"] = (
            self.one_each, self.each, BOUND.format("source", 1, ""))
        found["openssl ca, one process each"] = (self.openssl_each, self.each,
                                                 None)
        found["openssl x509 -req, one process each, no database"] = (
            self.openssl_x509, self.each, None)
        if shutil.which("cfssl"):
            found["cfssl sign, one process each, no database"] = (
                self.cfssl, self.each, None)
            found["cfssl serve, one connection, no database"] = (
                self.cfssl_serve, self.count, None)
        if os.path.exists(EASY_RSA):
            found["easy-rsa, one process each"] = (
                self.easy_rsa, len(self.few) - 1, None)
        return found


def afresh():
    """Every run begins with an empty store, or an empty index."""
    for name in ("s", "peer", "easy-rsa"):
        template = {"s": "template"}.get(name, name + "-template")
        shutil.rmtree(name, ignore_errors=True)
        if os.path.exists(template):
            shutil.copytree(template, name)


def judge(count):
    """What the last batch gave out is there, and counted."""
    with open("s/results.csv") as file:
        issued = sum(",issued," in line for line in file)
    if issued != count:
        sys.exit("%d issued of %d" % (issued, count))


def table(got, contenders):
    yield ("| | certificates | per second | processor ms each | peak MB | of "
           "the bound | of it in processor time | x openssl ca -infiles |")
    yield "|---|---|---|---|---|---|---|---|"
    counts = {name: contenders[name][1] for name in got}
    peer = "openssl ca -infiles"
    for name, turns in got.items():
        wall, processor, peak = medians(turns)
        count, bound = contenders[name][1:]
        of_bound = of_processor = "–"
        if bound:
            of_bound, of_processor = (
                "%.2f" % (ratio(got[bound], turns, what) * count /
                          counts[bound]) for what in (0, 1))
        yield "| %s | %d | %.0f | %.3f | %s | %s | %s | %.2f |" % (
            name, count, count / wall, 1000 * processor / count,
            "%.1f" % (peak / 1024) if peak else "–", of_bound, of_processor,
            ratio(got[peer], turns) * count / counts[peer])


def measure(builds, count, runs, each):
    """The lines of the table."""
    folder = tempfile.mkdtemp(prefix="devca-issue-")
    before = os.getcwd()
    os.chdir(folder)
    try:
        bench = Bench(builds, count, each)
        contenders = bench.contenders()
        got = {name: [] for name in contenders}
        for _ in range(runs):
            for name, (how, _, _) in contenders.items():
                afresh()
                got[name].append(how())
                if "--batch" in name:
                    judge(count)
        return list(table(got, contenders))
    finally:
        os.chdir(before)
        shutil.rmtree(folder)


def main():
    builds = {"source": os.path.abspath(sys.argv[1]),
              "system": os.path.abspath(sys.argv[2])}
    count, runs, each = ([int(word) for word in sys.argv[3:]] +
                         [1000, 5, 100][len(sys.argv) - 3:])
    print("\n".join(measure(builds, count, runs, each)))


if __name__ == "__main__":
    main()
