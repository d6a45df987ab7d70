"""pandas and openpyxl, as most offices' scripts are; here with openpyxl's write-only mode."""
import os

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from job import BLOCK_MINUTES, FIRST, KEYS, LAST, PROGRAMS, RATE, ROWS_MAX, SUMMARY_KEYS, SUMMARY_WIDTHS, WIDTHS, folders, slug


def table(inputs, name, activity):
    rows = pd.read_csv(f"{inputs}{name}.csv", dtype=str, keep_default_na=False)
    rows["source_line"] = rows.index + 2
    rows["source_file"], rows["activity"], rows["record_id"] = f"inputs/{name}.csv", activity, rows[activity + "_id"]
    time = rows["completed_at" if activity == "case" else "started_at"]
    rows["start"] = pd.to_datetime(time, format="%Y-%m-%d %H:%M", errors="coerce")
    keep = rows["start"].notna() & rows["program"].isin(PROGRAMS) & (time.str[:10] >= FIRST) & (time.str[:10] <= LAST)
    if activity == "case":
        keep &= rows["status"] == "completed"
        rows["minutes"] = pd.NA
    else:
        end = pd.to_datetime(rows["ended_at"], format="%Y-%m-%d %H:%M", errors="coerce")
        rows["minutes"] = (end - rows["start"]).dt.total_seconds() // 60
        keep &= end.notna()
    return rows[keep]


def lines(inputs):
    people = pd.read_csv(inputs + "physicians.csv", dtype=str).rename(columns={"name": "physician"})
    standing = pd.read_csv(inputs + "standing.csv", dtype=str)
    good = set(standing[standing["status"] == "good"]["physician_id"])
    rows = pd.concat([table(inputs, "cases", "case"), table(inputs, "conferences", "conference")])
    rows = rows[rows["physician_id"].isin(good)].drop_duplicates(["activity", "program", "record_id"])
    rows = rows.merge(people, on="physician_id")
    rows["minutes"] = rows["minutes"].astype("Int64")
    rows["blocks"] = (rows["minutes"] + BLOCK_MINUTES - 1) // BLOCK_MINUTES
    rows["rate"], rows["amount"] = float(RATE), (RATE * rows["blocks"].fillna(1)).astype(float)
    rows["quarter"] = rows["earned_in"] = "2026Q1"
    rows["service_date"] = rows["start"].dt.date
    return rows.sort_values(["department", "physician", "physician_id", "service_date", "program", "activity", "record_id"])


def as_csv(rows, path):
    minutes = rows["minutes"]
    rows.assign(duration=[pd.NA if pd.isna(m) else f"{m // 60}:{m % 60:02}:00" for m in minutes])[KEYS].to_csv(
        path, index=False, float_format="%.2f", lineterminator="\n")


def write_book(rows, path):
    book = Workbook(write_only=True)
    bold, fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="052049")

    def sheet(name, keys, widths, count):
        made = book.create_sheet(name)
        made.freeze_panes = "A2"
        for column, width in enumerate(widths):
            made.column_dimensions[chr(65 + column)].width = width
        made.auto_filter.ref = f"A1:{chr(64 + len(keys))}{count + 1}"
        cells = [WriteOnlyCell(made, key) for key in keys]
        for cell in cells:
            cell.font, cell.fill = bold, fill
        made.append(cells)
        return made

    def formatted(made, value, form):
        cell = WriteOnlyCell(made, value)
        cell.number_format = form
        return cell

    people = rows.groupby(["physician", "physician_id", "employee_id"], sort=False)
    made = sheet("Summary", SUMMARY_KEYS, SUMMARY_WIDTHS, len(people))
    totals = [0, 0, 0, 0.0]
    for key, group in people:
        values = [int((group["activity"] == "case").sum()), int((group["activity"] == "conference").sum()), int(group["blocks"].sum()),
                  float(group["amount"].sum())]
        totals = [a + b for a, b in zip(totals, values)]
        made.append([*key, *values[:3], formatted(made, values[3], "$#,##0.00")])
    made.append(["Total", None, None, *totals[:3], formatted(made, totals[3], "$#,##0.00")])
    for part, start in enumerate(range(0, len(rows), ROWS_MAX)):
        some = rows.iloc[start:start + ROWS_MAX]
        made = sheet("Detail" if part == 0 else f"Detail {part + 1}", KEYS, WIDTHS, len(some))
        some = some.assign(duration=some["minutes"] / 1440)
        for values in some[KEYS].itertuples(index=False, name=None):
            cells = [None if value is pd.NA else value for value in values]
            cells[8] = formatted(made, cells[8], "yyyy-mm-dd")
            cells[11], cells[12] = (formatted(made, cells[n], "$#,##0.00") for n in (11, 12))
            made.append(cells)
    book.save(path)


if __name__ == "__main__":
    inputs, out = folders()
    os.makedirs(out, exist_ok=True)
    for department, rows in lines(inputs).groupby("department", sort=False):
        as_csv(rows, out + slug(department) + ".csv")
        write_book(rows, out + slug(department) + ".xlsx")
