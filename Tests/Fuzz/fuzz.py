#!/usr/bin/env python3
"""fuzz.py [--seconds 60] [--seed S] [--targets csv,roster,...]: libFuzzer with AddressSanitizer on what reads foreign bytes.

Builds Tests/Fuzz/Fuzz.swift once (.build-fuzz), then feeds each target for some seconds from its seeds and what earlier runs found
(.build-fuzz/corpus). A crash is kept in .build-fuzz/crashes, and the line printed repeats it: make a test of it, then mend it.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, ".build-fuzz")
TARGETS = ("csv", "roster", "values", "plan", "names", "package")
# Swift's own handler of crashes would be reported in place of the crash.
ENVIRONMENT = dict(os.environ, ZPAY_FUZZING="1", SWIFT_BACKTRACE="enable=no", ASAN_OPTIONS="detect_leaks=0")
HEADINGS = {
    "csv": [b"\0case_id,program,physician_id,completed_at,status\nC1,GR,P1,2026-01-05,completed\n\"C,2\",MH,P1,2026-02-14T09:00Z,done\n",
            b"\1conference_id,program,physician_id,started_at,ended_at,duration_minutes,case_id,status\n"
            b"K1,MH,P1,2026-01-05 09:00,2026-01-05 09:41,41,C1,\nK1,MH,P1,1/5/2026 9:45 AM,,0:30,C1,\n",
            b"\0\xff\xfec\0a\0s\0e\0_\0i\0d\0,\0", b"\0sep=;\ncase_id;program;physician_id;completed_at\n=\"001\";GR;P1;5.1.2026\n"],
    "roster": [b"physician_id,name,department,credentialed_from,credentialed_to,employee_id\nP1,Ada,Neurology,2020-01-01,,1\n\x1e"
               b"physician_id,status,effective_from,effective_to\nP1,good,2020-01-01,\nP1,not good,2026-01-01,2026-02-01\n"],
    "values": [b"2026-02-14T09:31:07.5-08:00", b"2/14/2026 9:31 AM", b"0:45:30", b"40.5", b"$1,234.50", b"FY2026Q3", b"2026Q1", b"500.00"],
    "names": ["Neurology\nNEUROLOGY\nÉcole\nCON\nEar, Nose & Throat\n...\nß".encode()],
    "package": [b"<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>" * 20, bytes(range(256)) * 3],
}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seconds", type=int, default=60)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--targets", default=",".join(TARGETS))
    a = ap.parse_args()
    built = subprocess.run(["swift", "build", "--sanitize=address", "-c", "release", "--scratch-path", BUILD, "--product", "Fuzz"],
                           cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        print("NOT RUN: fuzzing: libFuzzer can't be built here:\n" + built.stdout[-3000:])
        sys.exit(2)
    with open(os.path.join(ROOT, "Templates/plan.yaml"), "rb") as file:
        HEADINGS["plan"] = [file.read(), b"programs:\n  - key: a\n    name: A\n"]
    crashes = os.path.join(BUILD, "crashes")
    os.makedirs(crashes, exist_ok=True)
    failed = 0
    for target in a.targets.split(","):
        corpus = os.path.join(BUILD, "corpus", target)
        os.makedirs(corpus, exist_ok=True)
        seeds = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds", target)
        for number, seed in enumerate(HEADINGS[target]):
            with open(os.path.join(corpus, f"seed{number}"), "wb") as file:
                file.write(seed)
        if os.path.isdir(seeds):
            for name in os.listdir(seeds):
                shutil.copy(os.path.join(seeds, name), corpus)
        command = [os.path.join(BUILD, "release/Fuzz"), f"-max_total_time={a.seconds}", f"-seed={a.seed}", "-max_len=2048", "-timeout=20",
                   "-rss_limit_mb=4096", f"-artifact_prefix={crashes}/{target}-", "-print_final_stats=1", corpus]
        done = subprocess.run(command, env=dict(ENVIRONMENT, ZPAY_FUZZ=target), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = done.stdout.decode(errors="replace")
        runs = re.search(r"number_of_executed_units: (\d+)", said)
        covered = re.findall(r"cov: (\d+)", said)
        print(f"{target}: tried {int(runs[1]) if runs else 0:,}, failed {int(done.returncode != 0)}; "
              f"{covered[-1] if covered else 0} places of the code seen", flush=True)
        if done.returncode:
            failed += 1
            found = re.search(r"Test unit written to (\S+)", said)
            print("\n".join(x for x in said.splitlines() if "rror" in x or "SUMMARY" in x)[-1500:])
            print(f"  again: ZPAY_FUZZ={target} SWIFT_BACKTRACE=enable=no .build-fuzz/release/Fuzz {found[1] if found else ''}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
