#!/usr/bin/env python3
"""bench.py ZPAY [--sizes 500,100000,1000000] [--rounds 5] [--bad 0.04] [--folder DIR]: what a run takes, stage by stage.

Whole processes, the sizes in turn, medians. The parts of writing are added up over the threads, so on several of them they are more
than what the clock says of writing. Prints two tables for a README. Nothing is asserted: times are for people.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ("read", "decide", "write", "publish", "write.tables", "write.render", "write.compress", "write.verify")


def run(zpay, workspace, out):
    """(wall s, cpu s, peak MiB, {stage: ms})"""
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [zpay, "run", "2026Q1", "-C", workspace, "--out", out, "--timings"], stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = 0
        said.seek(0)
        text = said.read().decode()
    if status:
        sys.exit(f"zpay run failed:\n{text}")
    stages = {name: int(ms) for name, ms in re.findall(r"^zpay: timing (\S+) (\d+)$", text, re.M)}
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, stages


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--sizes", default="500,100000,1000000")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--bad", type=float, default=0.04)
    ap.add_argument("--folder", help="where the workspaces are kept (default: gone afterwards)")
    a = ap.parse_args()
    folder = a.folder or tempfile.mkdtemp(prefix="zpay-bench-")
    sizes = [int(size) for size in a.sizes.split(",")]
    for size in sizes:
        workspace = os.path.join(folder, str(size))
        if not os.path.isdir(workspace):
            subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), str(size), workspace, "--bad", str(a.bad)], check=True)
    results = {size: [] for size in sizes}
    for round in range(a.rounds + 1):
        for size in sizes:
            result = run(a.zpay, os.path.join(folder, str(size)), os.path.join(folder, "out"))
            if round:                                # the first warms the caches
                results[size].append(result)
    median = lambda values: statistics.median(list(values))
    print("| records | wall s | cpu s | peak MiB | records a second | input MB | output MB |\n|---|---|---|---|---|---|---|")
    for size in sizes:
        wall, cpu, peak = (median(r[n] for r in results[size]) for n in range(3))
        inputs = size_of(os.path.join(folder, str(size), "inputs"))
        run(a.zpay, os.path.join(folder, str(size)), os.path.join(folder, "out"))
        print(f"| {size:,} | {wall:.3f} | {cpu:.2f} | {peak:.0f} | {size / wall:,.0f} | {inputs / 1e6:.1f} | "
              f"{size_of(os.path.join(folder, 'out')) / 1e6:.1f} |")
    print("\n| ms | " + " | ".join(STAGES) + " |\n" + "|---" * (len(STAGES) + 1) + "|")
    for size in sizes:
        print(f"| {size:,} | " + " | ".join(f"{median(r[3].get(s, 0) for r in results[size]):,.0f}" for s in STAGES) + " |")
    shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
    if not a.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
