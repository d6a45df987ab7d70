#!/usr/bin/env python3
"""mutants.py [--only N,N] [--module NAME] [--list] [--places]: faults planted in the source, one at a time, each of which a test must notice.

They stand in mutant_list.py. In a copy of the tree (.build-mutants) each is planted, built and tested: by the test that it names and its
module's first, then by all. One that no test notices has survived, and is a failure: write the test. A mutant that does not build, or
whose place is no longer there, is a failure too: mend the list. --places looks for the places alone.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading

from mutant_list import MUTANTS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREE = os.path.join(ROOT, ".build-mutants", "tree")


def place(mutant, tree):
    """The file's path, and its text: None where the place is not there."""
    path = os.path.join(tree, "Sources", mutant[0])
    with open(path, encoding="utf-8") as opened:
        text = opened.read()
    return path, text if mutant[1] in text else None


def plant(mutant):
    """The file's path, and its text before: None where the place is not there. Of several places it is the first."""
    path, text = place(mutant, TREE)
    if text is not None:
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(text.replace(mutant[1], mutant[2], 1))
    return path, text


def swift(*arguments, until=None, seconds=900):
    """The status and the output. At a line that starts with `until` it has said enough, and is ended."""
    command = ["swift", *arguments, "--scratch-path", os.path.join(ROOT, ".build-mutants", "build")]
    process = subprocess.Popen(command, cwd=TREE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    end = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
    end.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if until and line.startswith(until):
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    status = process.wait()
    end.cancel()
    return status, "".join(said)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--only", help="numbers, from 1")
    ap.add_argument("--module", help="only those of a module")
    ap.add_argument("--list", action="store_true")
    ap.add_argument("--places", action="store_true", help="only look whether each still has its place")
    a = ap.parse_args()
    chosen = [(n, m) for n, m in enumerate(MUTANTS, 1)
              if (not a.only or str(n) in a.only.split(",")) and (not a.module or m[0].startswith(a.module + "/"))]
    if a.list:
        for number, mutant in chosen:
            print(f"{number:3} {mutant[0]}: {mutant[3]}")
        return
    if a.places:
        lost = [(number, mutant) for number, mutant in chosen if place(mutant, ROOT)[1] is None]
        for number, mutant in lost:
            print(f"{number:3} NOT THERE {mutant[0]}: {mutant[3]}")
        sys.exit(1 if lost else 0)
    shutil.rmtree(TREE, ignore_errors=True)
    ignore = lambda folder, names: [n for n in names if n.startswith(".build") or n in (".git", "out")]
    shutil.copytree(ROOT, TREE, ignore=ignore, symlinks=True)
    status, said = swift("build", "--build-tests")
    if status:
        print("NOT RUN: mutants: the tests can't be built: " + said[-800:])
        sys.exit(2)
    failed = 0
    for number, mutant in chosen:
        path, text = plant(mutant)
        if text is None:
            verdict = "NOT THERE"
        else:
            status, said = swift("build", "--build-tests")
            if status:
                verdict = "DOES NOT BUILD " + next((x for x in said.splitlines() if "error:" in x), "")
            else:
                names = [*mutant[4:], mutant[0].split("/")[0] + "Tests"]
                filters = [("--filter", name) for name in names] + [()]
                is_seen = any(swift("test", "--skip-build", "--parallel", *tests, until="✘")[0] for tests in filters)
                verdict = "killed" if is_seen else "SURVIVED"
            with open(path, "w", encoding="utf-8") as opened:
                opened.write(text)
        failed += verdict != "killed"
        print(f"{number:3} {verdict:9} {mutant[0]}: {mutant[3]}", flush=True)
    print(f"tried {len(chosen)}, failed {failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
