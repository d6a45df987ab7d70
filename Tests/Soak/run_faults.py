#!/usr/bin/env python3
"""run_faults.py ZPAY [--points N] [--instants N] [--seed S]: what run and reissue do when the disk, the output or a person is in the way.

Calls of the system that fail (ENOSPC and EIO, once and from then on) or at which the program is killed; kills at random instants; small
disks; outputs that are closed, full or gone; read-only and missing folders; links, FIFOs and foreign folders. After each the folder
is what it was before, or whole, byte for byte, and status 0 only where it is whole and the account was printed; running again ends
with the same bytes, and nothing is left beside them. `--points 0` takes every call. Needs strace, and root for the small disks.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Faults"))
from close_faults import CALLS, Bench, calls, sh, tree


class Groups:
    def __init__(self):
        self.failed, self.lines = 0, []

    def report(self, name, tried, failures):
        for failure in failures[:20]:
            print(f"FAILED: {name}: {failure}", flush=True)
        print(f"{name}: tried {tried}, failed {len(failures)}", flush=True)
        self.failed += len(failures)


class RunBench(Bench):
    """A workspace with an older run's folder in place, and a run, or a reissue, that replaces it."""

    def __init__(self, zpay, folder, reissue=False):
        self.arguments = ["run", "2026Q1"]
        super().__init__(zpay, folder)
        if reissue:
            # Closed, and its folder made by hand into the older one.
            shutil.rmtree(self.model)
            shutil.copytree(self.folder, self.model)
            self.arguments = ["reissue", "2026Q1"]
        else:
            sh(zpay, "run", "2026Q1", "-C", self.model)
            self.final = tree(self.model + "/out/2026Q1")
            with open(self.model + "/inputs/cases.csv") as file:
                text = file.read()
            with open(self.model + "/inputs/cases.csv", "w") as file:
                file.write("\n".join(text.splitlines()[:-3]) + "\n")
            sh(zpay, "run", "2026Q1", "-C", self.model)
            with open(self.model + "/inputs/cases.csv", "w") as file:
                file.write(text)
        self.draft = tree(self.model + "/out/2026Q1")
        assert reissue or self.draft != self.final
        self.is_closing = False

    def command(self):
        if getattr(self, "is_closing", True):
            return super().command()
        return [self.zpay, *self.arguments, "-C", self.folder, "--threads", "1"] if "run" in self.arguments else [
            self.zpay, *self.arguments, "-C", self.folder]

    def judge(self, outcome):
        bad, now = [], tree(self.folder + "/out/2026Q1")
        if now not in (self.draft, self.final):
            bad.append("the folder is neither the older one nor the new one")
        if outcome.returncode == 0 and (now != self.final or not outcome.stdout.strip()):
            bad.append("said 0, and the files, or the account, are not there")
        if outcome.returncode == 1:
            bad.append("a failure is told as an answer")
        again = self.close()
        if again.returncode != 0 or tree(self.folder + "/out/2026Q1") != self.final:
            bad.append(f"running again ends otherwise: {again.returncode} {again.stderr.strip()[-200:]}")
        left = [n for n in os.listdir(self.folder + "/out") if n.startswith(".")]
        return bad + ([f"left behind: {left}"] if left else [])


def failing_calls(bench, name, points, chance, groups):
    counts = calls(bench)
    for fault in ("signal=SIGKILL", "error=ENOSPC", "error=EIO"):
        for sticky in ("",) if "SIGKILL" in fault else ("", "+"):
            tried, failures = 0, []
            for call in CALLS:
                count = counts.get(call, 0)
                few = points and count > points
                for point in sorted(chance.sample(range(1, count + 1), points)) if few else range(1, count + 1):
                    bench.fresh()
                    outcome = bench.close("strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={point}{sticky}")
                    tried += 1
                    failures += [f"{call} {point}{sticky} of {count}: {bad}" for bad in bench.judge(outcome)]
            groups.report(f"{name}, {fault}{sticky}", tried, failures)


def instants(bench, count, chance, groups):
    bench.fresh()
    start = time.monotonic()
    bench.close()
    whole, failures = time.monotonic() - start, []
    for number in range(count):
        bench.fresh()
        process = subprocess.Popen(bench.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(chance.random() * whole)
        process.kill()
        out, errors = process.communicate()
        failures += [f"instant {number}: {bad}" for bad in bench.judge(subprocess.CompletedProcess([], process.returncode, out, errors))]
    groups.report("kill -9 at random instants", count, failures)


def small_disks(bench, groups):
    for what in ("output", "temporary files"):
        tried, failures = 0, []
        for size in range(20):
            kilobytes = 8 + 12 * size
            bench.fresh()
            place = bench.folder + ("/out" if what == "output" else "/tmp")
            if what == "output":
                shutil.rmtree(place)
            os.makedirs(place)
            if sh("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", place).returncode:
                print(f"NOT RUN: small disks for {what}: mount is not allowed here")
                return
            try:
                if what == "output":
                    outcome = bench.close()
                    now = tree(place + "/2026Q1")
                    if (outcome.returncode == 0) != (now == bench.final) or now not in (None, bench.final):
                        failures.append(f"{kilobytes} KB: status {outcome.returncode}, {'no' if now is None else 'another'} folder")
                else:
                    outcome = sh(*bench.command(), env=dict(os.environ, TMPDIR=place))
                    now = tree(bench.folder + "/out/2026Q1")
                    if now not in (bench.draft, bench.final) or (outcome.returncode == 0 and now != bench.final):
                        failures.append(f"{kilobytes} KB: status {outcome.returncode} and another folder")
                tried += 1
            finally:
                sh("umount", place)
        groups.report(f"small disks for {what}", tried, failures)


def outputs(bench, groups):
    """A report that could not be printed is not status 0."""
    tried, failures = 0, []
    for arguments in (["run", "2026Q1"], ["run", "2026Q1", "--format", "json"], ["check"], ["explain", "2026Q1", "C1"], ["--help"],
                      ["--version"], ["diff", "2026Q1"], ["ledger"]):
        for how in ("closed", "full", "gone"):
            bench.fresh()
            command = " ".join([bench.zpay, *arguments] + ([] if arguments[0].startswith("--") else ["-C", bench.folder]))
            if how == "gone":
                read, write = os.pipe()
                os.close(read)
                done = subprocess.run(command, shell=True, stdout=write, stderr=subprocess.PIPE, text=True)
                os.close(write)
            else:
                done = subprocess.run(command + (" >&-" if how == "closed" else " >/dev/full"), shell=True, stderr=subprocess.PIPE, text=True)
            tried += 1
            if done.returncode == 0:
                failures.append(f"{' '.join(arguments)}: status 0 with its output {how}")
            if arguments[0] == "run" and tree(bench.folder + "/out/2026Q1") != bench.draft:
                failures.append(f"{' '.join(arguments)}: a folder without its account, output {how}")
    groups.report("outputs closed, full, gone", tried, failures)


def in_the_way(bench, groups):
    tried, failures = 0, []
    outside = bench.folder + ".outside"

    def check(what, prepare, look, statuses=(73, 1, 64, 65, 66, 74)):
        nonlocal tried
        bench.fresh()
        shutil.rmtree(outside, ignore_errors=True)
        os.makedirs(outside)
        with open(outside + "/theirs.txt", "w") as file:
            file.write("theirs")
        prepare()
        try:
            done = sh("timeout", "20", *bench.command())
        except subprocess.TimeoutExpired:
            done = subprocess.CompletedProcess([], -1, "", "")
        tried += 1
        if done.returncode not in statuses:
            failures.append(f"{what}: status {done.returncode} {done.stderr[:200]}")
        if tree(outside) != theirs:
            failures.append(f"{what}: what others own has changed")
        if look and not look():
            failures.append(f"{what}: what was in the way is another thing now")

    os.makedirs(outside, exist_ok=True)
    with open(outside + "/theirs.txt", "w") as file:
        file.write("theirs")
    theirs = tree(outside)
    place = bench.folder + "/out/2026Q1"
    gone = lambda: shutil.rmtree(place)
    check("a link to a folder", lambda: (gone(), os.symlink(outside, place)), lambda: os.path.islink(place))
    check("a link to nothing", lambda: (gone(), os.symlink(outside + "/nothing", place)), lambda: os.path.islink(place))
    check("a file", lambda: (gone(), shutil.copy(outside + "/theirs.txt", place)), lambda: os.path.isfile(place))
    check("a FIFO", lambda: (gone(), os.mkfifo(place)), lambda: not os.path.isdir(place))
    check("a foreign folder", lambda: (gone(), shutil.copytree(outside, place)), lambda: tree(place) == theirs)
    check("a foreign file among ours", lambda: shutil.copy(outside + "/theirs.txt", place), lambda: os.path.isfile(place + "/theirs.txt"))
    check("out is a file", lambda: (shutil.rmtree(bench.folder + "/out"), shutil.copy(outside + "/theirs.txt", bench.folder + "/out")),
          lambda: os.path.isfile(bench.folder + "/out"))
    check("no out at all", lambda: shutil.rmtree(bench.folder + "/out"), lambda: tree(place) == bench.final, statuses=(0,))
    cases = bench.folder + "/inputs/cases.csv"
    check("a FIFO as an input", lambda: (os.remove(cases), os.mkfifo(cases)), lambda: tree(place) == bench.draft)
    check("a folder as an input", lambda: (os.remove(cases), os.mkdir(cases)), lambda: tree(place) == bench.draft)
    check("a link to nothing as an input", lambda: (os.remove(cases), os.symlink(outside + "/nothing", cases)), lambda: tree(place) == bench.draft)
    groups.report("things in the way", tried, failures)
    shutil.rmtree(outside)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--points", type=int, default=12, help="of each call, at most; 0 for all")
    ap.add_argument("--instants", type=int, default=100)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    folder, groups, chance = tempfile.mkdtemp(prefix="zpay-faults-"), Groups(), random.Random(a.seed)
    try:
        bench = RunBench(os.path.abspath(a.zpay), folder + "/run")
        outputs(bench, groups)
        in_the_way(bench, groups)
        small_disks(bench, groups)
        instants(bench, a.instants, chance, groups)
        if shutil.which("strace"):
            failing_calls(bench, "run", a.points, chance, groups)
            failing_calls(RunBench(os.path.abspath(a.zpay), folder + "/reissue", reissue=True), "reissue", a.points, chance, groups)
        else:
            print("NOT RUN: failing calls: strace is not there")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if groups.failed else 0)


if __name__ == "__main__":
    main()
