#!/usr/bin/env python3
"""compare.py ZPAY --seeds A-B [--rows N] [--fault KIND] [--keep DIR]: the product against the oracle on random workspaces.

Status, and where it is 0 all of summary, lines, exceptions and notices but `detail`, order included.
The last line is 'N passed, M failed'; status 1 where any failed.
"""
import argparse, csv, difflib, os, shutil, subprocess, sys, tempfile
import oracle
from generate import generate

here = os.path.dirname(os.path.abspath(__file__))


def table(path):
    with open(path, newline="", encoding="utf-8-sig") as f:
        return list(csv.reader(f))


def without_detail(rows):
    if rows and "detail" in rows[0]:
        k = rows[0].index("detail")
        return [r[:k] + r[k + 1:] for r in rows]
    return rows


def product(zpay, workspace, out):
    p = subprocess.run([zpay, "run", "2026Q1", "-C", workspace, "--out", out], capture_output=True, text=True, errors="replace", timeout=120)
    return p.returncode, p.stderr


def product_tables(out):
    got = {n: table(f"{out}/{n}.csv") for n in ("summary", "exceptions", "notices")}
    k = got["summary"][0].index("sheet")
    lines = None
    for row in got["summary"][1:]:
        t = table(f"{out}/sheets/{row[k]}.csv")
        lines = t if lines is None else lines + t[1:]
    got["lines"] = lines or [oracle.LINE_COLUMNS]
    extra = {f for f in os.listdir(out + "/sheets") if f.endswith(".csv")} - {r[k] + ".csv" for r in got["summary"][1:]} \
        if os.path.isdir(out + "/sheets") else set()
    return got, extra


def differences(name, want, got):
    if want == got:
        return []
    found = [d for d in difflib.unified_diff([repr(r) for r in want], [repr(r) for r in got], lineterm="", n=0)
             if d[0] in "-+" and not d.startswith(("---", "+++"))]      # - the oracle, + the product
    if sorted(want) == sorted(got):
        found.insert(0, "~ the same rows in another order")
    return [f"{name}: {d[:600]}" for d in found[:8]] + ([f"{name}: ... {len(found) - 8} more"] if len(found) > 8 else [])


def one(zpay, seed, a):
    folder = tempfile.mkdtemp(prefix=f"zpay-{seed}-")
    try:
        workspace, mine, theirs = folder + "/w", folder + "/oracle", folder + "/out"
        status, fault = generate(seed, workspace, a.rows, a.fault)
        p = subprocess.run([sys.executable, here + "/oracle.py", workspace, "2026Q1", mine], capture_output=True, text=True)
        bad = []
        if p.returncode != int(status):
            bad.append(f"GENERATOR OR ORACLE: planted {fault} ({status}), the oracle says {p.returncode}: {p.stderr.strip()[-300:]}")
        code, err = product(zpay, workspace, theirs)
        if code != p.returncode:
            bad.append(f"status: want {p.returncode} ({fault}; {p.stderr.strip()[:200]}), got {code} ({err.strip()[-300:]})")
        elif code == 0:
            got, extra = product_tables(theirs)
            for name in ("summary", "lines", "exceptions", "notices"):
                bad += differences(name, without_detail(table(f"{mine}/{name}.csv")), without_detail(got[name]))
            if extra:
                bad.append(f"sheets nobody names: {sorted(extra)}")
        else:
            if os.path.exists(theirs):
                bad.append("left an output folder")
            if not err.strip():
                bad.append("refused and said nothing")
        return bad, fault
    except Exception as e:                         # a missing file, a table that can't be read
        return [f"{type(e).__name__}: {e}"], "?"
    finally:
        if a.keep:
            shutil.rmtree(f"{a.keep}/{seed}", ignore_errors=True)
            shutil.copytree(folder, f"{a.keep}/{seed}")
        shutil.rmtree(folder)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--seeds", default="1-50")
    ap.add_argument("--rows", type=int, default=60)
    ap.add_argument("--fault")
    ap.add_argument("--keep", help="keep each seed's workspace and results here")
    a = ap.parse_args()
    zpay = os.path.abspath(a.zpay)
    first, _, last = a.seeds.partition("-")
    passed = failed = 0
    for seed in range(int(first), int(last or first) + 1):
        bad, fault = one(zpay, seed, a)
        for b in bad:
            print(f"seed {seed} [{fault}] {b}", flush=True)
        passed, failed = passed + (not bad), failed + bool(bad)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
