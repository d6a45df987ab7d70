#!/usr/bin/env python3
"""coverage.py: the lines of money, dates, rules, ledger and writers that no test comes by.

Builds with counters (.build-coverage), runs the tests, the program that they start included, and prints for each of those modules how
many lines were run and which were not. Nothing is rounded up; one line that no test comes by is a failure.
"""
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, ".build-coverage")
MODULES = ("Vocabulary", "Ingest", "Rules", "Ledger", "Reports", "Packages", "XLSXWriter", "Writers")


def run(*command, **more):
    return subprocess.run(command, cwd=ROOT, check=True, **more)


def main():
    build = ["swift", "build", "--build-tests", "--enable-code-coverage", "--scratch-path", BUILD]
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
    exported = run(tools + "/llvm-cov", "export", "-format=text", "-instr-profile", profiles + "/merged", bundle, "-object",
                   binary + "/zpay", stdout=subprocess.PIPE)
    files = json.loads(exported.stdout)["data"][0]["files"]
    missed, total, seen = [], 0, 0
    for module in MODULES:
        lines = covered = 0
        for file in files:
            name = os.path.relpath(file["filename"], ROOT)
            if not name.startswith(f"Sources/{module}/"):
                continue
            summary = file["summary"]["lines"]
            lines, covered = lines + summary["count"], covered + summary["covered"]
            gaps = uncovered(file["segments"])
            if gaps:
                missed.append(f"  {name}: {', '.join(gaps)}")
        print(f"{module}: {covered} of {lines} lines, {100 * covered / lines:.2f} %")
        total, seen = total + lines, seen + covered
    print(f"tried {total} lines, failed {total - seen}" + ("\nnot run by any test:\n" + "\n".join(missed) if missed else ""))
    sys.exit(1 if missed else 0)


def uncovered(segments):
    """The ranges of lines whose count is 0, from llvm-cov's segments: [line, column, count, has count, is entry, is gap]"""
    gaps, start = [], None
    for line, _, count, has_count, _, is_gap in segments:
        if start is not None and (count or not has_count):
            gaps.append(f"{start}-{line}" if line > start else str(start))
            start = None
        elif start is None and has_count and not count and not is_gap:
            start = line
    return gaps


if __name__ == "__main__":
    main()
