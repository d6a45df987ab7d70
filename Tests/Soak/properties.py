#!/usr/bin/env python3
"""properties.py [--cases 100000] [--seed S]: what must hold of every quarter, amount, day, length and text, on random ones.

Tries each property of Tests/PropertyTests on so many values; --optimized builds the tests with optimization first (.build-properties),
which takes minutes and pays from some thousand cases on. Where one fails, the smallest value that still fails is printed; the seed repeats it.
"""
import argparse
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cases", type=int, default=100_000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--optimized", action="store_true", help="build with optimization first: for more than some thousand cases")
    a = ap.parse_args()
    flags = [] if not a.optimized else ["-c", "release", "-Xswiftc", "-enable-testing", "--scratch-path", os.path.join(ROOT, ".build-properties")]
    built = subprocess.run(["swift", "build", "--build-tests", *flags], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        print("NOT RUN: properties: the tests can't be built here: " + built.stdout[-800:])
        sys.exit(2)
    environment = dict(os.environ, ZPAY_PROPERTY_CASES=str(a.cases), ZPAY_PROPERTY_SEED=str(a.seed))
    done = subprocess.run(["swift", "test", "--skip-build", "--filter", "PropertyTests", *flags], cwd=ROOT, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    held = re.findall(r"property: .*", done.stdout)
    print("\n".join(line[10:] for line in held))
    if done.returncode or not held:
        print(done.stdout[-4000:])
        sys.exit(1)


if __name__ == "__main__":
    main()
