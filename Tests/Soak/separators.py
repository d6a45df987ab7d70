#!/usr/bin/env python3
"""separators.py ZPAY [--every N] [--seed S]: each separator and each quotation mark of four tables, lost or one too many.

A small office whose every table has columns that are read beside columns that are not, quoted values with separators and line ends,
blank ones, and statuses that pay nothing. At each place of each row, headings included, a separator is put in, a quotation mark is
put in; each that is there is lost, or is another one. zpay must refuse the file and name it, or show the damaged row by its line: as
an exception, as a notice, or as a warning. A row that is not shown must have the dollars that it had, and so must every other row;
rows that a quotation mark swallowed stand behind a row that is shown. --every N takes one place of N.
"""
import argparse
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

TABLES = {
    "physicians.csv": '''employee_id,physician_id,remark,name,department,npi,credentialed_from,note,credentialed_to
00123,P1,,"Example, Ada",Neurology,1000000001,2020-01-01,,
00124,P2,x,Bo Sample,"Ear, Nose
and Throat",,2020-01-01,seen,2026-02-15
,P3,,Cy Model,Neurology,,2020-01-01,,
''',
    "standing.csv": '''remark,physician_id,status,effective_from,note,effective_to
,P1,good,2020-01-01,,
"of, May",P2,good,2020-01-01,,2026-12-31
,P3,good,2020-01-01,by mail,2026-02-28
,P3,not good,2026-03-01,,
''',
    "cases.csv": '''case_id,remark,program,physician_id,completed_at,note,status,offered_at
C1,,GR,P1,2026-01-05,,completed,
C2,"a, b",GR,P2,2026-02-14 09:00,"x
y",,2026-02-14 08:00
C3,,MH,P3,2026-02-03,by mail,declined,
C4,,MH,P1,1/9/2026,,,
"C5",,GR,P3,2026-03-09,,,
C6,"say ""so""",MH,P2,2026-02-10,,cancelled,
C7,,GR,P1,2026-03-31,,,
''',
    "conferences.csv": '''conference_id,remark,program,physician_id,started_at,ended_at,duration_minutes,note,case_id,status
K1,,MH,P1,2026-01-05 09:00,2026-01-05 09:45,45,,C4,
K2,"long, very",MH,P2,2026-02-10 10:00,,0:40:00,,,completed
K3,,MH,P3,2026-02-11 10:00,2026-02-11 11:30,,"x
y",,cancelled
K4,,,P1,2026-03-02 10:00,,81,seen,C4,
''',
}


def damages(text):
    """(offset, what, text) of each: one separator or quotation mark more, less, or another."""
    for place in range(len(text) + 1):
        line_end = place == len(text) or text[place] == "\n"
        at_edge = line_end or text[place] in ',"' or place == 0 or text[place - 1] in ',"\n'
        for piece, what in ((",", "a comma more"), ('"', "a quotation mark more"), (";", "a semicolon more")):
            if piece == ";" and not at_edge:
                continue
            yield place, what, text[:place] + piece + text[place:]
    for place, character in enumerate(text):
        if character == ",":
            yield place, "a comma less", text[:place] + text[place + 1:]
            for other, what in ((";", "a semicolon for a comma"), ("\t", "a tab for a comma"), (" ", "a space for a comma")):
                yield place, what, text[:place] + other + text[place + 1:]
        elif character == '"':
            yield place, "a quotation mark less", text[:place] + text[place + 1:]
            yield place, "another quotation mark", text[:place] + "\u201c" + text[place + 1:]


def line_of(text, offset):
    """The physical line on which the row begins that has the offset, and the last line of that row."""
    first, quoted, line = 1, False, 1
    for index, character in enumerate(text):
        if index >= offset and character == "\n" and not quoted:
            return first, line
        if character == '"':
            quoted = not quoted
        elif character == "\n":
            line += 1
            if not quoted:
                if index >= offset:
                    return first, line
                first = line
    return first, line


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def look(zpay, folder):
    """The status, what was said, {(file, line): dollars} of each row that has any, and the rows that are shown."""
    out = folder + "/out"
    done = subprocess.run([zpay, "run", "2026Q1", "-C", folder, "--out", out], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    if done.returncode:
        return done.returncode, done.stderr, {}, {}
    dollars, shown = {}, {}
    for name in os.listdir(out + "/sheets"):
        if name.endswith(".csv"):
            for row in table(f"{out}/sheets/{name}"):
                place = (row["source_file"], int(row["source_line"]))
                dollars[place] = (row["amount"], row["department"], row["employee_id"], row["program"])
    for row in table(out + "/exceptions.csv"):
        if row["source_line"]:
            place = (row["source_file"], int(row["source_line"]))
            shown[place] = shown.get(place, ()) + (tuple(row.values()),)
            dollars.setdefault(place, ("not paid", row["disposition"], row["reason"]))
    for row in table(out + "/notices.csv"):
        if row["source_line"]:
            place = (row["source_file"], int(row["source_line"]))
            shown[place] = shown.get(place, ()) + (tuple(row.values()),)
    shutil.rmtree(out)
    return 0, done.stderr, dollars, shown


def write(folder, name, text):
    with open(f"{folder}/inputs/{name}", "w", newline="", encoding="utf-8") as file:
        file.write(text)


def judge(name, text, offset, what, before, after):
    """Why the damage is not shown; None where it is."""
    first, last = line_of(text, offset)
    file = "inputs/" + name
    status, said, dollars, shown = after
    if status:
        if status != 65:
            return f"status {status}: {said[:200]}"
        return None if file + ":" in said else "the file is not named: " + said[:200]
    warned = set()
    for place, rest in re.findall(rf"^{re.escape(file)}:(\d+): warning: .*?(?:lines ([\d, ]+)[…]?)?$", said, re.M):
        warned |= {int(place)} | {int(x) for x in rest.split(", ") if x.strip()}
    _, _, old_dollars, old_shown = before
    if text[:offset].count('"') % 2 and "quotation" not in what or what == "a semicolon more":
        # Inside quotation marks a comma is text, and so is a semicolon: a department may be called otherwise, the dollars are the same.
        old_dollars, dollars = ({p: d[:1] for p, d in x.items()} for x in (old_dollars, dollars))

    def is_shown(place):
        return shown.get(place) and shown[place] != old_shown.get(place)

    if name in ("physicians.csv", "standing.csv"):
        # The rows that decide for everybody: what they change must be the damaged row's, by its line.
        changed = {p for p in set(old_dollars) | set(dollars) if old_dollars.get(p) != dollars.get(p)}
        silent = [p for p in changed if not is_shown(p)]
        return f"{sorted(silent)} changed, and line {first} is not shown" if silent and not warned & {first, last} else None
    swallowed = set()
    for place in sorted(p for p in set(old_dollars) | set(dollars) if old_dollars.get(p) != dollars.get(p)):
        at, line = place
        if at == file and first <= line <= last:
            if not is_shown(place) and line not in warned:
                return f"line {line} was {old_dollars.get(place)}, is {dollars.get(place)}, and is not shown"
        elif at == file and line > last and place not in dollars:
            swallowed.add(line)
        elif not is_shown(place) and not (first == 1 and 1 in warned) and not (at == file and line in warned):
            return f"line {line} of {at} was {old_dollars.get(place)}, is {dollars.get(place)}"
    for line in swallowed:
        if not any(at == file and start < line and shown.get((at, start)) != old_shown.get((at, start)) for at, start in shown):
            return f"line {line} is gone, and no row before it is shown"
    return None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--every", type=int, default=1)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    zpay, tried, failed, refused = os.path.abspath(a.zpay), 0, 0, 0
    chance = random.Random(a.seed)

    def folder_with_all():
        folder = tempfile.mkdtemp(prefix="separators-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        os.mkdir(folder + "/inputs")
        for name, text in TABLES.items():
            write(folder, name, text)
        return folder

    base = folder_with_all()
    before = look(zpay, base)
    shutil.rmtree(base)
    if before[0] or not before[2]:
        print(f"the undamaged office is not read: {before[1]}")
        sys.exit(1)

    def one(job):
        name, place, what, damaged = job
        folder = folder_with_all()
        try:
            write(folder, name, damaged)
            after = look(zpay, folder)
            return job, judge(name, TABLES[name], place, what, before, after), after[0]
        finally:
            shutil.rmtree(folder)

    jobs = [(name, *damage) for name, text in TABLES.items() for damage in damages(text)]
    jobs = [job for job in jobs if a.every == 1 or chance.randrange(a.every) == 0]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        for (name, place, what, _), problem, status in workers.map(one, jobs):
            tried, refused = tried + 1, refused + (status != 0)
            if problem:
                failed += 1
                print(f"{name}, offset {place} (line {line_of(TABLES[name], place)[0]}), {what}: {problem}", flush=True)
    print(f"separators and quotation marks: tried {tried:,}, failed {failed}; {refused:,} refused, the others shown or without consequence")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
