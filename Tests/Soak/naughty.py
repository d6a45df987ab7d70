#!/usr/bin/env python3
"""naughty.py ZPAY [--list blns.json]: naughty strings as names, departments, IDs and names of files.

Each string is a physician's name, a department, a case's ID and part of a file's name. Alone, it must be taken or refused by the written
rules (SPEC 3.1), with file and line. Then all that are taken make one quarter, which is run, closed and made again: every statement is
read by openpyxl, python-calamine and csv, and holds each string letter for letter (in NFC, white space at its ends gone), the ledger is
whole, and the files made again are the same bytes. Strings of our own are always tried; the Big List of Naughty Strings where a folder
has it (../shared/reliability/corpora/blns/blns.json, or --list).
"""
import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OWN = [
    "=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "\ttab", "a\rb", "a\nb", "a\r\nb", "=\"007\"", "00123", "1e5", "TRUE", "#N/A", "NULL", "nil",
    "NaN", "(unassigned)", "_x0041_", "_x000D_", "a,b;c\td", 'say "so"', '"', "&amp;", "<b>&'\"</b>", "]]>", "<![CDATA[x]]>", "../../etc/passwd", "/",
    "..", ".", "CON", "con.txt", "LPT1", "a/b\\c:d*e?f", "%s%n", "${HOME}", "`id`", "; DROP TABLE close;--", "' OR 1=1", "caf\u00e9", "cafe\u0301",
    "\u212b", "\u00df", "\u0130\u0131", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u202eevil", "\u200b", "zero\u200bwidth", "\ufeffmark", "\u00a0", "\u3000wide\u3000",
    "\u2028", "\x01", "\x1b[31mred", "\x7f", "\ufffe", "\ufffd", "\U0010ffff", "\u05e9\u05dc\u05d5\u05dd", "\u4e2d\u6587", "\uff15\uff10\uff10", "Z\u0351\u036d\u0301" * 20, "x" * 255,
    "x" * 32767, "x" * 32768, "\U0001f600" * 16383 + "x", "\U0001f600" * 16384, "History", "Summary", "Total", "physician_id", "\u037e", "a\u0085b", "\u009f",
]


def cleaned(text):
    """A value as zpay reads it: white space at its ends gone, =\"…\" opened, in NFC."""
    def trim(text):
        return text.strip("".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) in ("Zs", "Zl", "Zp") or c in "\t\n\v\f\r\x85"))
    text = trim(text)
    if len(text) >= 3 and text.startswith('="') and text.endswith('"') and '"' not in text[2:-1]:
        text = trim(text[2:-1])
    return unicodedata.normalize("NFC", text)


def is_refused(text, is_id):
    """Whether no spreadsheet holds the value, or no ID may be it."""
    if any(ord(c) < 32 and c not in "\t\n\r" or 127 <= ord(c) < 160 or ord(c) in (0xFFFE, 0xFFFF) for c in text):
        return True
    if len(text.encode("utf-16-le")) // 2 > 32767:
        return True
    return is_id and any(unicodedata.category(c) == "Cf" for c in text)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def write(folder, strings, role=None):
    """A quarter of one physician, department and case for each string; in `role` alone where one is given."""
    os.makedirs(folder + "/inputs", exist_ok=True)
    put = lambda wanted, text, plain: text if role in (None, wanted) else plain
    with open(folder + "/inputs/physicians.csv", "w", newline="", encoding="utf-8") as file:
        file.write("physician_id,name,department,credentialed_from\n")
        for number, text in strings:
            file.write(f"P{number},{quoted(put('name', text, 'Ada'))},{quoted(put('department', text, 'Neurology'))},2020-01-01\n")
    with open(folder + "/inputs/standing.csv", "w", encoding="utf-8") as file:
        file.write("physician_id,status,effective_from\n" + "".join(f"P{number},good,2020-01-01\n" for number, _ in strings))
    with open(folder + "/inputs/cases.csv", "w", newline="", encoding="utf-8") as file:
        file.write("case_id,program,physician_id,completed_at\n")
        for number, text in strings:
            file.write(f"{quoted(put('id', text, f'C{number}'))},GR,P{number},2026-01-05\n")


def zpay_does(zpay, folder, *arguments):
    done = subprocess.run([zpay, *arguments, "-C", folder], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def alone(zpay, role, number, text):
    """What is wrong with how one string is taken in one role, and whether it is taken."""
    folder = tempfile.mkdtemp(prefix="naughty-")
    try:
        write(folder, [(number, text)], role)
        value = cleaned(text)
        status, said, complained = zpay_does(zpay, folder, "run", "2026Q1")
        shown = said + complained
        if any(c in shown for c in "\x1b\x01\u202e\u200b"):
            return f"a message moves the cursor, or hides: {shown[:300]!r}", False
        if role == "id":
            if status:
                return f"status {status}: {complained[:300]}", False
            kept = rows(folder + "/out/2026Q1/exceptions.csv")
            if is_refused(value, True) or value == "":
                reason = "malformed-row" if value else "missing-value"
                return (None if [r["reason"] for r in kept] == [reason] else f"is not {reason}: {kept}"), False
            return (None if not kept else f"is not paid: {kept}"), True
        refused = is_refused(value, False) or value == "" or (role == "department" and value == "(unassigned)")
        if refused:
            named = "inputs/physicians.csv:2:" in complained
            return (None if status == 65 and named else f"status {status}: {complained[:300]}"), False
        return (None if status == 0 else f"status {status}: {complained[:300]}"), status == 0
    finally:
        shutil.rmtree(folder)


def guarded(text):
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text else text


def together(zpay, strings):
    """Problems of a quarter of all of them, closed and made again."""
    import openpyxl
    import python_calamine
    from openpyxl.utils.escape import unescape

    folder, problems = tempfile.mkdtemp(prefix="naughty-"), []
    try:
        write(folder, strings)
        status, said, complained = zpay_does(zpay, folder, "run", "2026Q1", "--format", "json")
        if status:
            return [f"run: status {status}: {complained[:500]}"], 0
        digest = json.loads(said)["digest"]
        status, _, complained = zpay_does(zpay, folder, "close", "2026Q1", "--prepared-by", "Ada", "--approved-by", "Bo", "--digest", digest)
        if status:
            return [f"close: status {status}: {complained[:500]}"], 0
        out = folder + "/out/2026Q1"
        summary = {row["department"]: row for row in rows(out + "/summary.csv")}
        looked = 0
        for number, text in strings:
            value = cleaned(text)
            row = summary.get(guarded(value))
            if row is None:
                problems.append(f"{text[:80]!r} is no department of the summary")
                continue
            sheet = f"{out}/sheets/{row['sheet']}"
            line = next((r for r in rows(sheet + ".csv") if r["physician_id"] == f"P{number}"), None)
            if line is None or [line["physician"], line["department"], line["record_id"]] != [guarded(value)] * 3:
                problems.append(f"{text[:80]!r}: the CSV has {line and [line[x][:80] for x in ('physician', 'department', 'record_id')]}")
                continue
            book = openpyxl.load_workbook(sheet + ".xlsx")["Detail"]
            table = python_calamine.CalamineWorkbook.from_path(sheet + ".xlsx").get_sheet_by_name("Detail").to_python()
            # openpyxl leaves Excel's escapes (_x005F_) as they stand.
            cells_of = [[unescape(cell.value) if isinstance(cell.value, str) else cell.value for cell in r] for r in book.iter_rows()]
            for reader, read in (("openpyxl", cells_of), ("calamine", table)):
                found = next((r for r in read[1:] if r[2] == f"P{number}"), None)
                cells = found and [found[4], found[1], found[7]]
                as_read = lambda cell: str(cell).replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")
                if reader == "openpyxl" and any(cell.data_type == "f" for r in book.iter_rows(min_row=2) for cell in r if cell.column in (2, 5, 8)):
                    problems.append(f"{text[:80]!r} is a formula")
                if found is None or [as_read(cell) for cell in cells] != [as_read(value)] * 3:
                    problems.append(f"{text[:80]!r}: {reader} reads {found and [str(c)[:80] for c in cells]}")
            looked += 3
        before = {name: open(os.path.join(place, name), "rb").read() for place, _, names in os.walk(out) for name in names}
        for name in before:
            if os.path.dirname(name) or name in ("..", "."):
                problems.append(f"a file is called {name!r}")
        status, _, complained = zpay_does(zpay, folder, "reissue", "2026Q1", "--out", folder + "/again")
        after = {name: open(os.path.join(place, name), "rb").read() for place, _, names in os.walk(folder + "/again") for name in names}
        if status or before != after:
            problems.append(f"made again, {[n for n in before if before[n] != after.get(n)][:5]} differ: {complained[:300]}")
        for check in (["ledger"], ["run", "2026Q2"]):
            status, _, complained = zpay_does(zpay, folder, *check)
            if status:
                problems.append(f"{check[0]}: status {status}: {complained[:300]}")
        paid_twice = [row for row in rows(folder + "/out/2026Q2/summary.csv")]
        if paid_twice:
            problems.append(f"the next quarter pays {len(paid_twice)} departments again")
        return problems, looked
    finally:
        shutil.rmtree(folder)


def file_name(zpay, number, text):
    """A file of cases of this name is read, or named as not read, or refused by name; a name that no disk takes is not tried."""
    name = f"cases-{text}.csv".replace("/", "\u2215").replace("\0", "")
    if len(name.encode("utf-8", "surrogatepass")) > 255:
        return None
    folder = tempfile.mkdtemp(prefix="naughty-")
    try:
        write(folder, [(number, "plain")])
        os.rename(folder + "/inputs/cases.csv", f"{folder}/inputs/{name}")
        status, said, complained = zpay_does(zpay, folder, "run", "2026Q1")
        if any(c in said + complained for c in "\x1b\x01\u202e"):
            return f"as a file's name moves the cursor: {complained[:200]!r}"
        if status == 0:
            line = [r for place, _, names in os.walk(folder + "/out/2026Q1/sheets") for n in names if n.endswith(".csv") for r in rows(os.path.join(place, n))]
            notes = [r["source_file"] for r in rows(folder + "/out/2026Q1/notices.csv") if r["notice"] == "file-not-read"]
            if [r["source_file"] for r in line] != ["inputs/" + name] and "inputs/" + name not in notes:
                return f"as a file's name: {[r['source_file'] for r in line]}, not read {notes}"
        elif status != 65 and status != 66:
            return f"as a file's name: status {status}: {complained[:200]}"
        return None
    finally:
        shutil.rmtree(folder)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--list", default=os.path.join(ROOT, "../shared/reliability/corpora/blns/blns.json"))
    a = ap.parse_args()
    try:
        import openpyxl  # noqa: F401
        import python_calamine  # noqa: F401
    except ImportError as missing:
        print(f"NOT RUN: naughty: {missing}")
        sys.exit(2)
    zpay, strings = os.path.abspath(a.zpay), list(OWN)
    if os.path.exists(a.list):
        with open(a.list, encoding="utf-8") as file:
            strings += json.load(file)
    else:
        print(f"NOT RUN: the Big List of Naughty Strings is not at {a.list}")
    numbered = list(enumerate(dict.fromkeys(strings), 1))
    tried = failed = 0
    taken = {number for number, _ in numbered}

    def say(problem):
        nonlocal failed
        failed += 1
        print(problem, flush=True)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        jobs = [(role, number, text) for number, text in numbered for role in ("name", "department", "id")]
        for (role, number, text), (problem, is_taken) in zip(jobs, workers.map(lambda job: alone(zpay, *job), jobs)):
            tried += 1
            if problem:
                say(f"{text[:80]!r} as {role}: {problem}")
            if not is_taken:
                taken.discard(number)
        for (number, text), problem in zip(numbered, workers.map(lambda job: file_name(zpay, *job), numbered)):
            tried += 1
            if problem:
                say(f"{text[:80]!r} {problem}")
    seen, kept = set(), []
    for number, text in numbered:
        if number in taken and cleaned(text) not in seen:
            seen.add(cleaned(text))
            kept.append((number, text))
    problems, looked = together(zpay, kept)
    for problem in problems:
        say(problem)
    print(f"naughty strings: tried {tried + looked:,}, failed {failed}; {len(kept)} of {len(numbered)} made one quarter, closed and made again")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
