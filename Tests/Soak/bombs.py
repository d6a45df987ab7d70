#!/usr/bin/env python3
"""bombs.py ZPAY [--size BYTES]: inputs that are to fill memory or time: each is refused, in seconds and under 100 MB.

Then crowds: a hundred thousand rows of one ID, and as many conferences at one time, which are read in seconds.

A quote that never closes, an endless line, NULs, an endless heading, a million columns, aliases in aliases, deep nesting and a plan of
64 MiB. A bomb fails where it is accepted, where it takes over 30 s or 100 MB, or where the message does not name its file.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

CASES = b"case_id,program,physician_id,completed_at\n"
PHYSICIANS = b"physician_id,name,department,credentialed_from\nP1,Ada,Neurology,2020-01-01\n"
STANDING = b"physician_id,status,effective_from\nP1,good,2020-01-01\n"
MEMORY_MAX, SECONDS_MAX = 100 << 20, 30


def endless(start, filler, size):
    def write(file):
        file.write(start)
        block = filler * ((1 << 20) // len(filler))
        for _ in range(size >> 20):
            file.write(block)
    return write


def at_once(text):
    return lambda file: file.write(text)


def bombs(size):
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    wide = b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b"," * 999_999 + b"\n"
    for name, headings in (("cases", CASES), ("physicians", PHYSICIANS)):
        file = f"inputs/{name}.csv"
        yield "a quote that never closes", file, endless(headings + b'X1,"', b"text, and\nmore ", size)
        yield "an endless line", file, endless(headings + b"X1,", b"0123456789abcdef", size)
        yield "an endless heading", file, endless(b"", b"heading_", size)
        yield "NULs", file, endless(b"", b"\0", size)
        yield "a million columns", file, at_once(wide)
    yield "aliases in aliases", "plan.yaml", at_once("\n".join(levels).encode() + b"\n")
    yield "deep nesting", "plan.yaml", at_once(b"a: " + b"[" * 200_000 + b"\n")
    yield "a plan of 64 MiB", "plan.yaml", endless(b"", b"# a remark\n", 64 << 20)


def crowds():
    """Rows that each rule must look at once, and not pair by pair."""
    head, count = b"conference_id,program,physician_id,started_at,duration_minutes\n", 100_000
    at = [b"2026-01-%02dT%02d:%02d:%02d" % (1 + n // 86400, n // 3600 % 24, n // 60 % 60, n % 60) for n in range(count)]
    yield "one ID for all", head + b"".join(b"K,MH,P1,%s,40\n" % time for time in at)
    yield "conferences at one time", head + b"".join(b"K%d,MH,P1,%s,1440\n" % (n, time) for n, time in enumerate(at))


def crowd(zpay, what, text):
    with tempfile.TemporaryDirectory(prefix="zpay-crowd-") as workspace:
        os.makedirs(workspace + "/inputs")
        for name, table in (("conferences", text), ("physicians", PHYSICIANS), ("standing", STANDING)):
            with open(f"{workspace}/inputs/{name}.csv", "wb") as file:
                file.write(table)
        start = time.monotonic()
        try:
            status = subprocess.run([zpay, "run", "2026Q1", "-C", workspace], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, timeout=SECONDS_MAX).returncode
        except subprocess.TimeoutExpired:
            status = "none"
        print(f"{what}: {time.monotonic() - start:.1f} s" + (f": FAILED: status {status}" if status else ""), flush=True)
        return status != 0


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--size", type=int, default=1 << 30)
    a = ap.parse_args()
    folder = tempfile.mkdtemp(prefix="zpay-bombs-")
    tried = failed = 0
    try:
        if shutil.disk_usage(folder).free < 2 * a.size:
            print(f"NOT RUN: bombs: no room for {a.size:,} bytes")
            sys.exit(2)
        for what, path, write in bombs(a.size):
            workspace = os.path.join(folder, str(tried))
            os.makedirs(workspace + "/inputs")
            for name, text in (("cases", CASES + b"C1,GR,P1,2026-01-05\n"), ("physicians", PHYSICIANS), ("standing", STANDING)):
                with open(f"{workspace}/inputs/{name}.csv", "wb") as file:
                    file.write(text)
            with open(os.path.join(workspace, path), "wb") as file:
                write(file)
            start = time.monotonic()
            process = subprocess.Popen([a.zpay, "run", "2026Q1", "-C", workspace], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)))
            said = process.stdout.read().decode(errors="replace")
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            seconds, memory, status = time.monotonic() - start, usage.ru_maxrss << 10, os.waitstatus_to_exitcode(status)
            wrong = [reason for is_wrong, reason in (
                (status not in (1, 65, 66), f"status {status}"), (seconds > SECONDS_MAX, f"{seconds:.0f} s"),
                (memory > MEMORY_MAX, f"{memory >> 20} MB"), (path not in said, "the file is not named"),
                (len(said) > 20_000, f"{len(said):,} characters of message"), (os.path.exists(workspace + "/out"), "something was made"),
            ) if is_wrong]
            tried, failed = tried + 1, failed + bool(wrong)
            print(f"{what} ({path}): {seconds:.1f} s, {memory >> 20} MB" + (": FAILED: " + ", ".join(wrong) + "\n" + said[:500] if wrong else ""),
                  flush=True)
            shutil.rmtree(workspace)
        for what, text in crowds():
            tried, failed = tried + 1, failed + crowd(a.zpay, what, text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"tried {tried}, failed {failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
