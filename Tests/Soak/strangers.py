#!/usr/bin/env python3
"""strangers.py ZPAY [--quarters 1000] [--seed S]: programs that are not ours read what zpay wrote, of random quarters and the samples.

Of each quarter: openpyxl and python-calamine read every workbook, and LibreOffice turns it into CSV: each cell of Detail is the CSV's,
every stored result of a formula is what adding up gives. Python's decimal adds up the lines by department, and comes to summary.csv.
Then the quarter is closed: hledger and beancount read the journal, and come to the same sums. What is not installed is said, and is
not counted. LibreOffice reads the workbooks of 25 quarters at once.
"""
import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Oracle"))
from generate import generate  # noqa: E402
from ledger_compare import balances  # noqa: E402

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
SAMPLES = (("2026Q1", "Samples/2026Q1"),)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def zpay_does(zpay, *arguments):
    return subprocess.run([zpay, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                          timeout=300)


def journal_problems(zpay, workspace, account, sums, missing):
    """Closes the quarter, and has its journal added up."""
    close = zpay_does(zpay, "close", account["quarter"], "-C", workspace, "--digest", account["digest"], "--prepared-by", "Ada",
                      "--approved-by", "Bo")
    if close.returncode:
        return [f"close: status {close.returncode}: {close.stderr[:300]}"]
    problems = []
    for form, checker in (("hledger", ["hledger", "check", "-s", "-f"]), ("beancount", ["bean-check"])):
        if not shutil.which(checker[0]):
            missing.add(checker[0])
            continue
        path = f"{workspace}/journal.{form}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(zpay_does(zpay, "journal", "--format", form, "-C", workspace).stdout)
        done = subprocess.run([*checker, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            problems.append(f"{' '.join(checker)}: {done.stdout[:400]}")
            continue
        payable = sorted(-value for name, value in balances(form, path) if name.startswith("Liabilities:Payable") and value)
        if payable != sorted(value for value in sums.values() if value):
            problems.append(f"{form}: payable {payable}, the lines {sorted(sums.items())}")
    return problems


def quarter_problems(zpay, name, workspace, quarter, books, missing):
    """A quarter's problems; nil where zpay refuses its inputs. Copies its workbooks to `books` for LibreOffice."""
    run = zpay_does(zpay, "run", quarter, "-C", workspace, "--out", workspace + "/made", "--format", "json")
    if run.returncode:
        return None
    account, out, problems = dict(json.loads(run.stdout), quarter=quarter), workspace + "/made", []
    read = subprocess.run([sys.executable, ROOT + "/Tests/CommandsTests/read_workbooks.py", out], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if read.returncode:
        problems.append(f"openpyxl and calamine: {read.stdout[-600:]}")
    summary = [dict(zip(table[0], row)) for table in [rows(out + "/summary.csv")] for row in table[1:]]
    sums = Counter()
    for line in summary:
        table = rows(f"{out}/sheets/{line['sheet']}.csv")
        lines = [dict(zip(table[0], row)) for row in table[1:]]
        sums[line["department"]] += sum((Decimal(row["amount"]) for row in lines), Decimal(0))
        if sums[line["department"]] != Decimal(line["payable"]):
            problems.append(f"{line['sheet']}: decimal comes to {sums[line['department']]}, the summary says {line['payable']}")
        if OFFICE:
            shutil.copy(f"{out}/sheets/{line['sheet']}.xlsx", f"{books}/{name}~{line['sheet']}.xlsx")
            shutil.copy(f"{out}/sheets/{line['sheet']}.csv", f"{books}/{name}~{line['sheet']}.want")
    return problems + journal_problems(zpay, workspace, account, sums, missing)


def same(cell, text):
    """Whether LibreOffice's raw value is the CSV's."""
    if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        text = text[1:]
    if cell == text or cell.replace("\r", "") == text.replace("\r", ""):
        return True
    clock = re.fullmatch(r"(\d+):(\d\d):(\d\d) ([AP])M", cell)
    if clock:
        hours, minutes, seconds = (int(x) for x in clock.groups()[:3])
        return text == f"{hours % 12 + 12 * (clock[4] == 'P')}:{minutes:02}:{seconds:02}"
    try:
        return text != "" and Decimal(cell) == Decimal(text)
    except ArithmeticError:
        return False


def office_problems(books):
    """LibreOffice reads all of a folder's workbooks; (how many, problems)."""
    names = sorted(name[:-5] for name in os.listdir(books) if name.endswith(".xlsx"))
    if not names:
        return 0, []
    subprocess.run([OFFICE, f"-env:UserInstallation=file://{books}/profile", "--headless", "--convert-to", EXPORT, "--outdir", books,
                    *(f"{books}/{name}.xlsx" for name in names)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
    problems = []
    for name in names:
        path = f"{books}/{name}-Detail.csv"
        if not os.path.exists(path):
            problems.append(f"{name}: LibreOffice made no CSV of Detail")
            continue
        got, want = rows(path), rows(f"{books}/{name}.want")
        if len(got) != len(want):
            problems.append(f"{name}: LibreOffice reads {len(got)} rows, the CSV has {len(want)}")
        for number, (cells, texts) in enumerate(zip(got[1:], want[1:]), 2):
            wrong = [(cell, text) for cell, text in zip(cells + [""] * len(texts), texts) if not same(cell, text)]
            if wrong:
                problems.append(f"{name}: row {number}: LibreOffice reads {wrong[0][0]!r}, the CSV has {wrong[0][1]!r}")
                break
    return len(names), problems


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--quarters", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    try:
        import openpyxl  # noqa: F401
        import python_calamine  # noqa: F401
    except ImportError as missing:
        print(f"NOT RUN: strangers: {missing}")
        sys.exit(2)
    zpay, failed, tried, refused, opened, missing = os.path.abspath(a.zpay), 0, 0, 0, 0, set()
    if not OFFICE:
        missing.add("LibreOffice")

    def one(job):
        name, quarter, source, books = job
        with tempfile.TemporaryDirectory(prefix="strangers-") as folder:
            workspace = folder + "/w"
            if source is None:
                generate(int(name), workspace, 30 + int(name) % 40, "none")
            else:
                shutil.copytree(os.path.join(ROOT, source), workspace, ignore=shutil.ignore_patterns("out"))
            return name, quarter_problems(zpay, name, workspace, quarter, books, missing)

    jobs = [(os.path.basename(source), quarter, source) for quarter, source in SAMPLES]
    jobs += [(str(a.seed * 100_000 + number), "2026Q1", None) for number in range(a.quarters)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        for start in range(0, len(jobs), 25):
            with tempfile.TemporaryDirectory(prefix="strangers-") as books:
                for name, problems in workers.map(one, [(*job, books) for job in jobs[start:start + 25]]):
                    refused, tried = refused + (problems is None), tried + 1
                    failed += bool(problems)
                    for problem in problems or []:
                        print(f"{name}: {problem}", flush=True)
                if OFFICE:
                    count, problems = office_problems(books)
                    opened, failed = opened + count, failed + len(problems)
                    for problem in problems:
                        print(problem, flush=True)
    for name in sorted(missing):
        print(f"NOT RUN: {name} is not installed")
    print(f"strangers: tried {tried:,} quarters, failed {failed}; {opened:,} workbooks read by LibreOffice; {refused} quarters refused")
    sys.exit(1 if failed or refused > tried // 2 else 0)


if __name__ == "__main__":
    main()
