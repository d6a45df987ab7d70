#!/usr/bin/env python3
"""coverage.py: the lines of money, dates, rules, ledger and writers that no test comes by.

Builds with counters (.build-coverage), runs the tests, the program that they start included, and prints for each of those modules how
many lines were run and which were not. Nothing is rounded up; one line that no test comes by is a failure.
"""
import glob
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, ".build-coverage")
# Threads that lose each other's counts make a line that was run look as if it was not.
EXACT = ["-Xswiftc", "-Xllvm", "-Xswiftc", "-instrprof-atomic-counter-update-all"]
MODULES = ("Vocabulary", "Ingest", "Rules", "Ledger", "Reports", "Packages", "XLSXWriter", "Writers")


def run(*command, **more):
    return subprocess.run(command, cwd=ROOT, check=True, **more)


def main():
    build = ["swift", "build", "--build-tests", "--enable-code-coverage", "--scratch-path", BUILD, *EXACT]
    if subprocess.run(build, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        print("NOT RUN: coverage: the tests can't be built with counters here")
        sys.exit(2)
    binary = subprocess.run([*build, "--show-bin-path"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    profiles = binary + "/codecov"
    for old in glob.glob(profiles + "/*"):
        os.remove(old)
    bundle = glob.glob(binary + "/*PackageTests.xctest")[0]
    done = subprocess.run(["swift", "test", "--skip-build", "--enable-code-coverage", "--scratch-path", BUILD], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-3000:])
        sys.exit("the tests fail")
    tools = os.path.dirname(os.path.realpath(subprocess.run(["which", "swift"], stdout=subprocess.PIPE, text=True).stdout.strip()))
    run(tools + "/llvm-profdata", "merge", "-sparse", *glob.glob(profiles + "/*.profraw"), "-o", profiles + "/merged")
    exported = run(tools + "/llvm-cov", "export", "-format=lcov", "-instr-profile", profiles + "/merged", bundle, "-object",
                   binary + "/zpay", stdout=subprocess.PIPE, text=True).stdout
    counts, name = {}, None
    for line in exported.splitlines():
        if line.startswith("SF:"):
            name = os.path.relpath(line[3:], ROOT)
        elif line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            lines = counts.setdefault(name, {})
            lines[int(number)] = max(lines.get(int(number), 0), int(count))
    missed, total, seen = [], 0, 0
    for module in MODULES:
        lines = covered = 0
        for name in sorted(counts):
            if name.startswith(f"Sources/{module}/"):
                not_run = sorted(number for number, count in counts[name].items() if not count)
                lines, covered = lines + len(counts[name]), covered + len(counts[name]) - len(not_run)
                if not_run:
                    missed.append(f"  {name}: {ranges(not_run)}")
        print(f"{module}: {covered} of {lines} lines, {100 * covered / max(lines, 1):.2f} %")
        total, seen = total + lines, seen + covered
    print(f"tried {total} lines, failed {total - seen}" + ("\nnot run by any test:\n" + "\n".join(missed) if missed else ""))
    sys.exit(1 if missed else 0)


def ranges(numbers):
    """1, 2, 3, 7 as 1-3, 7"""
    parts = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


if __name__ == "__main__":
    main()
