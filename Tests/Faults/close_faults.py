#!/usr/bin/env python3
"""close_faults.py ZPAY [--points N] [--seed S]: `zpay close` with a kill -9 at system calls that write, with a failing call, and
twelve at once. Needs strace.

After each: the ledger is whole, the quarter open or closed, the issued folder the old draft, absent or the final one whole; a close
that said 0 is there; and running again ends with the same files. The last line is 'N passed, M failed'.
"""
import argparse, collections, hashlib, json, os, random, re, shutil, sqlite3, subprocess, sys, tempfile

CALLS = ("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "close", "ftruncate", "fcntl")


def sh(*arguments, **more):
    return subprocess.run(arguments, capture_output=True, text=True, errors="replace", timeout=120, **more)


def tree(folder):
    if not os.path.isdir(folder):
        return None
    files = {}
    for at, _, names in os.walk(folder):
        for name in names:
            with open(f"{at}/{name}", "rb") as f:
                files[os.path.relpath(f"{at}/{name}", folder)] = hashlib.sha256(f.read()).hexdigest()
    return files


class Bench:
    def __init__(self, zpay, folder):
        self.zpay, self.model, self.folder = zpay, folder + "/model", folder + "/w"
        os.makedirs(self.model + "/inputs")
        write = lambda name, text: open(f"{self.model}/inputs/{name}", "w").write(text)
        write("cases.csv", "case_id,program,physician_id,completed_at\n" + "".join(
            f"C{n},GR,P{n % 3},2026-0{n % 3 + 1}-1{n % 9}\n" for n in range(12)))
        write("physicians.csv", "physician_id,name,department,credentialed_from\nP0,Ada,Neurology,2020-01-01\nP1,Ben,Surgery,2020-01-01\n")
        write("standing.csv", "physician_id,status,effective_from\nP0,good,2020-01-01\nP1,good,2020-01-01\n")
        run = sh(zpay, "run", "2026Q1", "-C", self.model, "--format", "json")
        self.digest = json.loads(run.stdout)["digest"]
        self.draft = tree(self.model + "/out/2026Q1")
        self.fresh()
        assert self.close().returncode == 0
        self.final = tree(self.folder + "/out/2026Q1")

    def fresh(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.model, self.folder)

    def command(self):
        return [self.zpay, "close", "2026Q1", "-C", self.folder, "--digest", self.digest, "--prepared-by", "Ada", "--approved-by", "Ben",
                "--threads", "1"]

    def close(self, *before):
        return sh(*before, *self.command())

    def state(self):
        """(closed?, complaint)"""
        # Of a copy: SQLite puts back what a cut transaction changed, and here zpay itself has to do that.
        path = self.folder + ".look/ledger.sqlite"
        shutil.rmtree(os.path.dirname(path), ignore_errors=True)
        os.mkdir(os.path.dirname(path))
        for ending in ("", "-journal"):
            if os.path.exists(self.folder + "/ledger.sqlite" + ending):
                shutil.copy(self.folder + "/ledger.sqlite" + ending, path + ending)
        if not os.path.exists(path) or os.path.getsize(path) == 0 and not os.path.exists(path + "-journal"):
            return False, None
        db = sqlite3.connect(path)
        try:
            if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                return False, "the ledger is corrupt"
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'quarterClose'").fetchone():
                return False, None
            closes = db.execute("SELECT lineCount, payableCents FROM quarterClose").fetchall()
            lines = db.execute("SELECT count(*), coalesce(sum(amountCents), 0) FROM paymentLine").fetchone()
        except sqlite3.DatabaseError as e:
            return False, f"the ledger can't be read: {e}"
        finally:
            db.close()
        if not closes:
            return False, None if lines == (0, 0) else "lines without a close"
        return True, None if closes == [lines] else f"torn: {closes} {lines}"

    def judge(self, outcome):
        """What is wrong after a disturbed close; and after running again."""
        bad = []
        closed, complaint = self.state()
        if complaint:
            return [complaint]
        if outcome.returncode == 0 and not closed:
            bad.append("said 0, and the quarter is open")
        now = tree(self.folder + "/out/2026Q1")
        if now not in (None, self.draft, self.final):
            bad.append("the folder is neither the draft nor the final one, nor absent")
        if outcome.returncode == 0 and now != self.final:
            bad.append("said 0, and the files are not there")
        if not closed and now == self.final:
            bad.append("final files of an open quarter")
        again = self.close()
        if not closed and again.returncode != 0:
            bad.append(f"running again fails: {again.stderr.strip()[-200:]}")
        if closed and (again.returncode != 1 or "closed already" not in again.stderr):
            bad.append(f"running again does not say that it is closed: {again.returncode} {again.stderr.strip()[-200:]}")
        if tree(self.folder + "/out/2026Q1") != self.final:
            bad.append("running again does not end with the final files")
        check = sh(self.zpay, "ledger", "-C", self.folder)
        if check.returncode != 0:
            bad.append("the chain does not hold: " + check.stdout.strip()[-200:])
        left = [n for n in os.listdir(self.folder) + os.listdir(self.folder + "/out") if "journal" in n or n.startswith(".")]
        if left:
            bad.append(f"left behind: {left}")
        return bad


def calls(bench):
    """How often each call is made, by the thread that makes it most: strace counts for each thread by itself."""
    bench.fresh()
    log = bench.folder + ".strace"
    bench.close("strace", "-f", "-o", log, "-e", "trace=" + ",".join(CALLS))
    counts = collections.Counter()
    with open(log, errors="replace") as lines:
        for line in lines:
            found = re.match(r"(\d+) +(\w+)\(", line)
            if found:
                counts[found.groups()] += 1
    os.remove(log)
    return {call: max((n for (_, name), n in counts.items() if name == call), default=0) for call in CALLS}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--points", type=int, default=60, help="of each call, at most")
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if not shutil.which("strace"):
        print("NOT RUN: close faults: strace is not there")
        return 2
    chance = random.Random(a.seed)
    folder = tempfile.mkdtemp(prefix="zpay-faults-")
    bench = Bench(os.path.abspath(a.zpay), folder)
    counts = calls(bench)
    passed = failed = 0
    for fault in ("signal=SIGKILL", "error=ENOSPC", "error=EIO"):
        for sticky in ("",) if "SIGKILL" in fault else ("", "+"):
            tally = collections.Counter()
            for call in CALLS:
                count = counts.get(call, 0)
                points = range(1, count + 1) if count <= a.points else sorted(chance.sample(range(1, count + 1), a.points))
                for point in points:
                    bench.fresh()
                    outcome = bench.close("strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={point}{sticky}")
                    tally[outcome.returncode] += 1
                    bad = bench.judge(outcome)
                    for b in bad:
                        print(f"{call} {point}{sticky} of {count}, {fault}: {b}", flush=True)
                    passed, failed = passed + (not bad), failed + bool(bad)
            print(f"# {fault}{sticky}: {sum(tally.values())} points, status {dict(sorted(tally.items()))}", flush=True)
    for round in range(10):
        bench.fresh()
        running = [subprocess.Popen(bench.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(12)]
        said = [(p.communicate(), p.returncode) for p in running]
        wins = sum(code == 0 for _, code in said)
        silent = sum(code != 0 and not out[1].strip() for out, code in said)
        ok = wins == 1 and not silent and bench.state() == (True, None) and tree(bench.folder + "/out/2026Q1") == bench.final
        if not ok:
            print(f"twelve at once, round {round}: {wins} won, {silent} said nothing")
        passed, failed = passed + ok, failed + (not ok)
    print("# twelve at once: 10 rounds")
    shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
