#!/usr/bin/env python3
"""bench_ledger.py ZPAY [--lines 250000,1000000] [--records 100000] [--rounds 5]: what a ledger costs.

For each size: a quarter of so many records run and closed; then the next quarter's run beside that ledger, of new records and of
the same ones (all paid already, as where inputs have earlier quarters, too), each beside the same run without a ledger. Whole
processes, one after the other in each round; a ratio is the median of the rounds' ratios. Nothing is asserted: times are for people.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def zpay(program, *arguments):
    """(seconds, peak MiB, what it printed)"""
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen([program, *arguments], stdout=printed, stderr=subprocess.PIPE)
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = 0
        if status:
            sys.exit(f"{' '.join(arguments)} failed:\n{said}")
        printed.seek(0)
        return seconds, usage.ru_maxrss / 1024, printed.read().decode()


def generate(records, folder, *arguments):
    subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), str(records), folder, *arguments], check=True)
    return folder


class Office:
    """A workspace with a ledger, and what is done in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.ledger, self.out = os.path.join(folder, "ledger.sqlite"), os.path.join(folder, "bench-out")

    def run(self, quarter, *arguments):
        shutil.rmtree(self.out, ignore_errors=True)
        return zpay(self.program, "run", quarter, "-C", self.folder, "--out", self.out, *arguments)

    def close(self, quarter, digest):
        shutil.rmtree(self.out, ignore_errors=True)
        return zpay(self.program, "close", quarter, "-C", self.folder, "--out", self.out, "--digest", digest,
                    "--prepared-by", "A. Preparer", "--approved-by", "B. Approver")

    def closing(self, quarter):
        """A run, and a close of a ledger that is begun with it."""
        if os.path.exists(self.ledger):
            os.remove(self.ledger)
        run = self.run(quarter, "--format", "json")
        return run, self.close(quarter, json.loads(run[2])["digest"])

    def beside(self, quarter):
        """A run without the ledger, and one with it."""
        aside = self.ledger + "-aside"
        os.rename(self.ledger, aside)
        without = self.run(quarter)
        os.rename(aside, self.ledger)
        return without, self.run(quarter)


def row(what, pairs):
    median = lambda values: statistics.median(list(values))
    print(f"| {what} | {median(a[0] for a, _ in pairs):.2f} | {median(b[0] for _, b in pairs):.2f} | {max(b[1] for _, b in pairs):,.0f} | "
          f"{median(b[0] / a[0] for a, b in pairs):.2f} |", flush=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--lines", default="250000,1000000")
    ap.add_argument("--records", type=int, default=100_000)
    ap.add_argument("--rounds", type=int, default=5)
    a = ap.parse_args()
    print("| | without s | with s | peak MiB | ratio |\n|---|---|---|---|---|")
    for lines in map(int, a.lines.split(",")):
        folder = tempfile.mkdtemp(prefix="zpay-bench-")
        office = Office(a.zpay, generate(lines, os.path.join(folder, "office")))
        rounds = [office.closing("2026Q1") for _ in range(a.rounds)]
        row(f"close {lines:,} records", rounds)
        row(f"run {lines:,} that are paid", [office.beside("2026Q2") for _ in range(a.rounds)])
        generate(a.records, office.folder, "--quarter", "2", "--first", str(lines + 1), "--physicians", str(max(48, min(50_000, lines // 50))))
        row(f"run {a.records:,} new, beside {lines:,}", [office.beside("2026Q2") for _ in range(a.rounds)])
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
