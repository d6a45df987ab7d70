"""The standard library's csv, and XlsxWriter in constant memory; departments on both cores."""
import csv
import datetime
import os
from concurrent.futures import ProcessPoolExecutor

import xlsxwriter

from job import (BLOCK_MINUTES, FIRST, KEYS, LAST, PROGRAMS, RATE, ROWS_MAX, SUMMARY_KEYS, SUMMARY_WIDTHS, WIDTHS, folders, slug)


def day_of(text):
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return None


def read(inputs):
    """{department: [line]}, sorted as statements are"""
    with open(inputs + "physicians.csv", encoding="utf-8", newline="") as file:
        people = {row["physician_id"]: row for row in csv.DictReader(file)}
    with open(inputs + "standing.csv", encoding="utf-8", newline="") as file:
        good = {row["physician_id"] for row in csv.DictReader(file) if row["status"] == "good"}
    departments, seen = {}, set()
    for activity, name, time_key in (("case", "cases", "completed_at"), ("conference", "conferences", "started_at")):
        with open(f"{inputs}{name}.csv", encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                time = row[time_key]
                if row["program"] not in PROGRAMS or not FIRST <= time[:10] <= LAST or row["physician_id"] not in good:
                    continue
                start = day_of(time)
                key = (activity, row["program"], row[activity + "_id"])
                if start is None or key in seen:
                    continue
                duration = blocks = ""
                pay = RATE
                if activity == "case":
                    if row["status"] != "completed":
                        continue
                else:
                    end = day_of(row["ended_at"])
                    if end is None:
                        continue
                    minutes = int((end - start).total_seconds()) // 60
                    duration, blocks = f"{minutes // 60}:{minutes % 60:02}:00", -(-minutes // BLOCK_MINUTES)
                    pay = RATE * blocks
                seen.add(key)
                person = people[row["physician_id"]]
                departments.setdefault(person["department"], []).append((
                    "2026Q1", person["department"], row["physician_id"], person["employee_id"], person["name"], row["program"], activity,
                    row[activity + "_id"], time[:10], duration, blocks, f"{RATE:.2f}", f"{pay:.2f}", "2026Q1", f"inputs/{name}.csv", line))
    for lines in departments.values():
        lines.sort(key=lambda x: (x[4], x[2], x[8], x[5], x[6], x[7]))
    return departments


def summary(lines):
    people = {}
    for x in lines:
        row = people.setdefault((x[4], x[2], x[3]), [0, 0, 0, 0])
        row[0 if x[6] == "case" else 1] += 1
        row[2] += x[10] or 0
        row[3] += float(x[12])
    return [(*key, *row) for key, row in people.items()]


def write(out, department, lines):
    base = out + slug(department)
    with open(base + ".csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(KEYS)
        writer.writerows(lines)
    book = xlsxwriter.Workbook(base + ".xlsx", {"constant_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#052049", "font_color": "#FFFFFF"})
    money, date, bold = (book.add_format(x) for x in ({"num_format": "$#,##0.00"}, {"num_format": "yyyy-mm-dd"}, {"bold": True}))
    length = book.add_format({"num_format": "[h]:mm:ss"})

    def sheet(name, keys, widths, count):
        made = book.add_worksheet(name)
        made.freeze_panes(1, 0)
        for column, (key, width) in enumerate(zip(keys, widths)):
            made.set_column(column, column, width)
        made.autofilter(0, 0, count, len(keys) - 1)
        for column, key in enumerate(keys):
            made.write_string(0, column, key, head)
        return made

    people = summary(lines)
    made = sheet("Summary", SUMMARY_KEYS, SUMMARY_WIDTHS, len(people))
    for row, values in enumerate(people, 1):
        for column in range(3):
            made.write_string(row, column, values[column])
        for column in range(3, 6):
            made.write_number(row, column, values[column])
        made.write_number(row, 6, values[6], money)
    made.write_string(len(people) + 1, 0, "Total", bold)
    for column in range(3, 7):
        made.write_number(len(people) + 1, column, sum(x[column] for x in people), money if column == 6 else bold)
    origin = datetime.date(1899, 12, 30)
    serial = {}
    for part in range(0, len(lines), ROWS_MAX):
        some = lines[part:part + ROWS_MAX]
        made = sheet("Detail" if part == 0 else f"Detail {part // ROWS_MAX + 1}", KEYS, WIDTHS, len(some))
        for row, x in enumerate(some, 1):
            for column in (0, 1, 2, 3, 4, 5, 6, 7, 13, 14):
                made.write_string(row, column, x[column])
            if x[8] not in serial:
                serial[x[8]] = (datetime.date.fromisoformat(x[8]) - origin).days
            made.write_number(row, 8, serial[x[8]], date)
            if x[9]:
                hours, minutes, _ = x[9].split(":")
                made.write_number(row, 9, (int(hours) * 60 + int(minutes)) / 1440, length)
                made.write_number(row, 10, x[10])
            made.write_number(row, 11, float(x[11]), money)
            made.write_number(row, 12, float(x[12]), money)
            made.write_number(row, 15, x[15])
    book.close()


if __name__ == "__main__":
    inputs, out = folders()
    os.makedirs(out, exist_ok=True)
    departments = read(inputs)
    order = sorted(departments, key=lambda name: -len(departments[name]))
    if sum(map(len, departments.values())) < 5000:
        for name in order:
            write(out, name, departments[name])
    else:
        with ProcessPoolExecutor(2) as pool:
            for done in [pool.submit(write, out, name, departments[name]) for name in order]:
                done.result()
