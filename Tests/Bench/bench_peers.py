#!/usr/bin/env python3
"""bench_peers.py ZPAY --venv DIR [--sizes 500,100000,1000000] [--rounds 5] [--bad 0.04]: zpay beside programs of other makes.

The peers (peers/*.py) do less than zpay: see peers/job.py. Before any time is believed, their CSVs must be zpay's statements byte for
byte, and what their `Detail` sheets and zpay's hold, read by python-calamine, must be those lines. Times are of whole processes, one
after the other in each round; a ratio is the median of the rounds' ratios, below 1 where zpay is faster. Nothing is asserted of times.
"""
import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# The slowest is left out where it would take minutes.
PEERS = {"csv_xlsxwriter": 1_000_000, "polars_jetxl": 10_000_000, "pandas_openpyxl": 100_000}
CHECK = """
import csv, datetime, os, sys
from python_calamine import CalamineWorkbook
def text(value):
    if value is None or value == "": return ""
    if isinstance(value, (datetime.time, datetime.timedelta)):
        value = value if isinstance(value, datetime.timedelta) else datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        return round(value.total_seconds())
    if isinstance(value, datetime.datetime): return value.date().isoformat()
    if isinstance(value, datetime.date): return value.isoformat()
    return value
for name in sorted(os.listdir(sys.argv[1])):
    if not name.endswith(".xlsx"): continue
    book = CalamineWorkbook.from_path(os.path.join(sys.argv[1], name))
    rows = [row for sheet in book.sheet_names if sheet.startswith("Detail") for row in book.get_sheet_by_name(sheet).to_python()[1:]]
    with open(os.path.join(sys.argv[2], name[:-5] + ".csv"), encoding="utf-8", newline="") as file:
        wanted = list(csv.reader(file))[1:]
    assert len(rows) == len(wanted), f"{name}: {len(rows)} rows, not {len(wanted)}"
    for row, want in zip(rows, wanted):
        for column, (value, other) in enumerate(zip(map(text, row), want)):
            if column == 9 and other:
                hours, minutes, seconds = map(int, other.split(":"))
                other = hours * 3600 + minutes * 60 + seconds
                value = round(value * 86400) if isinstance(value, float) else value
            elif column in (10, 11, 12, 15) and other:
                other = float(other)
            assert value == other, f"{name}: {value!r} is not {other!r}: {want}"
"""


def run(arguments, out):
    """(wall s, cpu s, peak MiB)"""
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = 0
    if status:
        sys.exit(f"failed: {' '.join(arguments)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def check(name, out, statements, python):
    """That a peer made the same statements; of large ones the first hundred thousand lines' worth of workbooks."""
    made = sorted(file for file in os.listdir(out) if file.endswith(".csv"))
    # A department where nobody is paid has a statement of zpay's without lines.
    wanted = sorted(file for file in os.listdir(statements) if file.endswith(".csv") and lines(os.path.join(statements, file)) > 1)
    if made != wanted:
        sys.exit(f"{name} made other statements: {sorted(set(made) ^ set(wanted))}")
    for file in made:
        with open(os.path.join(out, file), "rb") as one, open(os.path.join(statements, file), "rb") as other:
            if one.read() != other.read():
                sys.exit(f"{name}: {file} is not what zpay wrote")
    subprocess.run([python, "-c", CHECK, out, statements], check=True)


def lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--venv", required=True, help="a virtual environment that has the peers' packages")
    ap.add_argument("--sizes", default="500,100000,1000000")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--bad", type=float, default=0.04)
    a = ap.parse_args()
    python = os.path.join(a.venv, "bin/python3")
    folder = tempfile.mkdtemp(prefix="zpay-bench-")
    print("| records | program | wall s | cpu s | peak MiB | zpay's wall / its |\n|---|---|---|---|---|---|")
    for size in map(int, a.sizes.split(",")):
        workspace, out, peer_out = (os.path.join(folder, x) for x in (str(size), "out", "peer"))
        subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), str(size), workspace, "--bad", str(a.bad)], check=True)
        zpay = [os.path.abspath(a.zpay), "run", "2026Q1", "-C", workspace, "--out", out]
        peers = {name: [python, os.path.join(HERE, "peers", name + ".py"), workspace, peer_out] for name, most in PEERS.items() if size <= most}
        run(zpay, out)
        subprocess.run([python, "-c", CHECK, out + "/sheets", out + "/sheets"], check=True)
        for name, arguments in peers.items():
            run(arguments, peer_out)
            check(name, peer_out, out + "/sheets", python)
        results = {name: [] for name in ("zpay", *peers)}
        for _ in range(a.rounds):
            results["zpay"].append(run(zpay, out))
            for name, arguments in peers.items():
                results[name].append(run(arguments, peer_out))
        for name, times in results.items():
            wall, cpu, peak = (statistics.median(x[n] for x in times) for n in range(3))
            ratio = statistics.median(x[0] / y[0] for x, y in zip(results["zpay"], times))
            print(f"| {size:,} | {name.replace('_', ' + ')} | {wall:.3f} | {cpu:.2f} | {peak:.0f} | {'' if name == 'zpay' else f'{ratio:.2f}'} |",
                  flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
