"""Reads a workbook with readers that are not ours, and compares it with what was to be written.

usage: check_workbook.py WORKBOOK EXPECTED.json FOLDER

EXPECTED.json: {sheet: [[cell, ...], ...]}, a cell being null, or [kind, value, number format]
with the kinds text, count, money (in cents), date (ISO) and duration (in seconds).
"""

import csv
import datetime
import json
import os
import re
import subprocess
import sys
from decimal import Decimal

try:
    import openpyxl
    import python_calamine
except ImportError:
    print("skipped: no readers")
    sys.exit(0)

path, expected_path, folder = sys.argv[1:4]
with open(expected_path, encoding="utf-8") as file:
    expected = json.load(file)


def unescape(text):
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def same(kind, value, got):
    if kind == "text":
        # Readers differ in whether they resolve these codes; an office program does, see below.
        return got == value or unescape(got) == value
    if kind == "count":
        return got == value
    if kind == "money":
        return round(Decimal(repr(got)) * 100) == value and abs(Decimal(repr(got)) * 100 - value) < Decimal("0.001")
    if kind == "date":
        got = got.date() if isinstance(got, datetime.datetime) else got
        return got.isoformat() == value
    if isinstance(got, datetime.timedelta):
        return round(got.total_seconds()) == value
    if isinstance(got, datetime.time):
        return got.hour * 3600 + got.minute * 60 + got.second + round(got.microsecond / 1e6) == value
    if isinstance(got, datetime.datetime):
        return abs((got - datetime.datetime(1899, 12, 30)).total_seconds() - value) < 0.5
    return round(got * 86400) == value


book = openpyxl.load_workbook(path)
values = openpyxl.load_workbook(path, data_only=True)
assert book.sheetnames == list(expected), book.sheetnames
cells = 0
for name, rows in expected.items():
    sheet = book[name]
    assert sheet.max_row == len(rows), (name, sheet.max_row, len(rows))
    for r, row in enumerate(rows, 1):
        for c, wanted in enumerate(row, 1):
            got = values[name].cell(r, c)
            if wanted is None:
                assert got.value is None, (name, r, c, got.value)
                continue
            kind, value, style = wanted
            shown = got.value
            assert same(kind, value, shown), (name, r, c, wanted, shown)
            assert style is None or got.number_format == style, (name, r, c, style, got.number_format)
            cells += 1

calamine = python_calamine.CalamineWorkbook.from_path(path)
for name, rows in expected.items():
    read = calamine.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for r, row in enumerate(rows):
        for c, wanted in enumerate(row):
            if wanted is None:
                continue
            kind, value, _ = wanted
            got = read[r][c]
            assert same(kind, value, got), ("calamine", name, r, c, wanted, got)

try:
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
         "--outdir", folder, path],
        check=True, capture_output=True, timeout=120)
except FileNotFoundError:
    print("ok", cells, "without an office program")
    sys.exit(0)
for name, rows in expected.items():
    stem = os.path.splitext(os.path.basename(path))[0]
    with open(f"{folder}/{stem}-{name}.csv", encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert len(read) == len(rows), ("office", name, len(read), len(rows))
    for r, row in enumerate(rows):
        for c, wanted in enumerate(row):
            if wanted is None or wanted[0] not in ("text", "date"):
                continue
            got = read[r][c]
            # An office program keeps neither control characters nor other line ends.
            if all(ch.isprintable() for ch in wanted[1]):
                assert got == wanted[1], ("office", name, r, c, wanted, got)
print("ok", cells)
