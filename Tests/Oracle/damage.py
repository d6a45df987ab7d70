#!/usr/bin/env python3
"""damage.py ZPAY A-B: random workspaces with one file damaged byte by byte, the product against the oracle.

Status, and where it is 0 all tables, as compare.py. The last line is 'N passed, M failed'.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

from compare import differences, product, product_tables, table, without_detail
from generate import generate

here = os.path.dirname(os.path.abspath(__file__))
PIECES = [
    b'"', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xe9", b"\xc3\xa9", b"\xe2\x80\x8b",
    b"=", b"'", b"\xef\xbb\xbf", b"-", b"0", b" ", b"\xc2\xa0", b"\xcc\x81", b"\x01", b'""', b'="1"']


def damage(data, chance):
    """One to three small damages: a piece put in, a byte lost or changed, a stretch lost or repeated."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        kind, place = chance.random(), chance.randrange(len(data) + 1)
        last = max(0, min(place, len(data) - 1))
        if kind < 0.45:
            data[place:place] = chance.choice(PIECES)
        elif kind < 0.65 and data:
            del data[last]
        elif kind < 0.8 and data:
            data[last] = chance.randrange(256)
        elif kind < 0.9:
            del data[place:place + chance.randrange(1, 30)]
        else:
            start = chance.randrange(len(data) + 1)
            data[place:place] = data[start:start + chance.randrange(1, 60)]
    return data


def one(zpay, seed):
    chance = random.Random(seed)
    folder = tempfile.mkdtemp(prefix=f"damage-{seed}-")
    try:
        generate(seed, folder + "/w", 40, "none")
        files = sorted(f for f in os.listdir(folder + "/w/inputs") if f.lower().endswith(".csv"))
        name = chance.choice(files)
        path = f"{folder}/w/inputs/{name}"
        with open(path, "rb") as f:
            data = bytearray(f.read())
        with open(path, "wb") as f:
            f.write(damage(data, chance))
        p = subprocess.run([sys.executable, here + "/oracle.py", folder + "/w", "2026Q1", folder + "/oracle"],
                           capture_output=True, text=True)
        code, err = product(zpay, folder + "/w", folder + "/out")
        if code != p.returncode:
            return [f"{name}: status: want {p.returncode} ({p.stderr.strip()[-160:]}), got {code} ({err.strip()[:300]})"]
        if code:
            return ["left an output folder"] if os.path.exists(folder + "/out") else []
        got, _ = product_tables(folder + "/out")
        return [d for n in ("summary", "lines", "exceptions", "notices")
                for d in differences(n, without_detail(table(f"{folder}/oracle/{n}.csv")), without_detail(got[n]))]
    finally:
        shutil.rmtree(folder)


def main():
    zpay = os.path.abspath(sys.argv[1])
    first, _, last = sys.argv[2].partition("-")
    passed = failed = 0
    for seed in range(int(first), int(last or first) + 1):
        bad = one(zpay, seed)
        for b in bad:
            print(f"seed {seed} {b}", flush=True)
        passed, failed = passed + (not bad), failed + bool(bad)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
