#!/usr/bin/env python3
"""soak.py ZPAY [--tier ci|full] [--seed S] [--only CLASS,...]: everything that is to break zpay, class by class.

Each class is a command of its own, which prints what it tried and what it found; here they run one after the other, and a summary
says of each: passed, failed, or not run and why. What did not run is not counted as passed, and neither is a class of which a part
could not run. The status is 0 only where nothing failed; a class that could not run does not fail, but the last line names it.
"""
import argparse
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# name, what it is, {tier: arguments}; {zpay} and {seed} are filled in, and a tier that is missing leaves the class out.
CLASSES = (
    ("oracle", "a second implementation in Python decides random workspaces alike",
     {"ci": "Tests/Oracle/compare.py {zpay} --seeds {seed}00-{seed}40", "full": "Tests/Oracle/compare.py {zpay} --seeds {seed}000-{seed}400"}),
    ("damaged", "damaged workspaces", {"ci": "Tests/Oracle/damage.py {zpay} {seed}00-{seed}20", "full": "Tests/Oracle/damage.py {zpay} {seed}000-{seed}200"}),
    ("properties", "what must hold of every quarter, amount, day, length and text",
     {"ci": "Tests/Soak/properties.py --cases 600 --seed {seed}", "full": "Tests/Soak/properties.py --cases 100000 --optimized --seed {seed}"}),
    ("corpora", "other readers' cases of CSV", {"ci": "Tests/Soak/corpora.py", "full": "Tests/Soak/corpora.py"}),
    ("separators", "each separator and quotation mark of four tables, lost or one too many",
     {"ci": "Tests/Soak/separators.py {zpay} --every 4 --seed {seed}", "full": "Tests/Soak/separators.py {zpay}"}),
    ("lives", "random lives of a ledger, beside the second implementation",
     {"ci": "Tests/Oracle/ledger_compare.py {zpay} --seeds {seed}00-{seed}07", "full": "Tests/Oracle/ledger_compare.py {zpay} --seeds {seed}000-{seed}200"}),
    ("bombs", "inputs of a gibibyte, a million columns, nested aliases",
     {"ci": "Tests/Soak/bombs.py {zpay} --size 268435456", "full": "Tests/Soak/bombs.py {zpay}"}),
    ("secrets", "canaries in every column, modes of files", {"ci": "Tests/Soak/secrets.py {zpay} --seed {seed}", "full": "Tests/Soak/secrets.py {zpay} --seed {seed}"}),
    ("strangers", "openpyxl, calamine, LibreOffice, decimal, hledger and beancount read random quarters",
     {"ci": "Tests/Soak/strangers.py {zpay} --quarters 12 --seed {seed}", "full": "Tests/Soak/strangers.py {zpay} --quarters 1000 --seed {seed}"}),
    ("naughty", "naughty strings as names, departments, IDs and names of files",
     {"ci": "Tests/Soak/naughty.py {zpay}", "full": "Tests/Soak/naughty.py {zpay}"}),
    ("run-faults", "calls of run and reissue that fail, kills, small disks, closed outputs, things in the way",
     {"ci": "Tests/Soak/run_faults.py {zpay} --seed {seed} --points 7 --instants 20",
      "full": "Tests/Soak/run_faults.py {zpay} --seed {seed} --points 0 --instants 1000"}),
    ("close-faults", "calls of close that fail, kills, twelve at once",
     {"ci": "Tests/Faults/close_faults.py {zpay} --points 7", "full": "Tests/Faults/close_faults.py {zpay} --points 100000"}),
    ("tampering", "every column of what is closed changed; bits flipped",
     {"ci": "Tests/Faults/tamper.py {zpay} --flips 60 --seed {seed}", "full": "Tests/Faults/tamper.py {zpay} --flips 1000 --seed {seed}"}),
    ("fuzzing", "libFuzzer and AddressSanitizer on six readers",
     {"ci": "Tests/Fuzz/fuzz.py --seconds 7 --seed {seed}", "full": "Tests/Fuzz/fuzz.py --seconds 600 --seed {seed}"}),
    ("sanitizers", "the tests under ThreadSanitizer and AddressSanitizer", {"full": "Tests/Soak/sanitizers.py"}),
    ("coverage", "lines of money, dates, rules, ledger and writers that no test comes by", {"full": "Tests/Soak/coverage.py"}),
    ("mutants", "faults planted in the source, each of which a test must notice", {"full": "Tests/Soak/mutants.py"}),
)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--tier", choices=("ci", "full"), default="full")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--only", help="classes, by name")
    a = ap.parse_args()
    wanted = a.only.split(",") if a.only else None
    unknown = set(wanted or ()) - {name for name, _, _ in CLASSES}
    if unknown:
        ap.error(f"no class {', '.join(sorted(unknown))}; there are {', '.join(name for name, _, _ in CLASSES)}")
    report, zpay = [], os.path.abspath(a.zpay)
    for name, what, tiers in CLASSES:
        if wanted is not None and name not in wanted:
            continue
        arguments = tiers.get(a.tier) or (tiers["full"] if wanted else None)
        if arguments is None:
            report.append((name, "not run", 0, f"not in this tier: make soak ONLY={name!r}"))
            continue
        command = [part.format(zpay=zpay, seed=a.seed) for part in arguments.split()]
        print(f"\n== {name}: {what}\n   python3 {' '.join(command)}", flush=True)
        start, said = time.monotonic(), []
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace")
        for line in process.stdout:
            said.append(line)
            print("   " + line, end="", flush=True)
        status, seconds = process.wait(), time.monotonic() - start
        missing = [line.strip()[9:] for line in said if line.strip().startswith("NOT RUN:")]
        numbers = [int(x.replace(",", "")) for x in re.findall(r"tried ([\d,]+)|([\d,]+) (?:passed|found)", "".join(said)) for x in x if x]
        if status == 2 or (status == 0 and not said):
            report.append((name, "not run", seconds, "; ".join(missing) or "it tried nothing"))
        elif status:
            report.append((name, "FAILED", seconds, f"status {status}: python3 {' '.join(command)}"))
        elif missing:
            report.append((name, "in part", seconds, f"{sum(numbers):,} tried; not run: " + "; ".join(missing)))
        else:
            report.append((name, "passed", seconds, f"{sum(numbers):,} tried" if numbers else what))
    print(f"\n{'class':14}{'':10}{'seconds':>8}  seed {a.seed}, tier {a.tier}")
    for name, state, seconds, remark in report:
        print(f"{name:14}{state:10}{seconds:8.0f}  {remark}")
    count = lambda state: sum(1 for row in report if row[1] == state)
    left = [row[0] for row in report if row[1] in ("not run", "in part")]
    print(f"\n{count('passed')} passed, {count('FAILED')} failed" + (f"; not run, whole or in part: {', '.join(left)}" if left else ""))
    sys.exit(1 if count("FAILED") else 0)


if __name__ == "__main__":
    main()
