#!/usr/bin/env python3
"""corpora.py [FOLDER]: other readers' cases of CSV, read by zpay as they read them, or as a written list says otherwise.

The folder (csv-spectrum, papaparse, rust-csv, python-csv) is not part of this repository: ../shared/reliability/corpora, or the one
that is named, or ZPAY_CORPORA. The list, with because of what, is in Tests/IngestTests/CorpusTests.swift; small cases of our own,
one for each trait, are in Tests/IngestTests/RecordReaderTests.swift and are part of `make test`.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    folder = os.path.abspath((sys.argv[1:] or [os.environ.get("ZPAY_CORPORA") or os.path.join(ROOT, "../shared/reliability/corpora")])[0])
    if not os.path.isdir(folder + "/csv-spectrum"):
        print(f"NOT RUN: corpora: {folder} has none: name a folder with ZPAY_CORPORA")
        sys.exit(2)
    done = subprocess.run(["swift", "test", "--filter", "CorpusTests"], cwd=ROOT, env=dict(os.environ, ZPAY_CORPORA=folder),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    said = done.stdout.splitlines()
    print("\n".join(line for line in said if ": got " in line or line.startswith("corpora:") or "does not differ" in line))
    if done.returncode or not any(line.startswith("corpora: tried") for line in said):
        print(done.stdout[-2000:])
        sys.exit(1)


if __name__ == "__main__":
    main()
