"""read_workbooks.py OUT: read every workbook of a run with openpyxl and python-calamine, and hold
each cell of Detail against the CSV beside it, the totals against summary.csv, and the stored results of formulas
against their own sum. The last line counts workbooks and differences."""
import csv, datetime, decimal, os, sys

import openpyxl
import python_calamine

out = sys.argv[-1]
differences = []


def plain(value):
    """A CSV value without the guard against formulas."""
    return value[1:] if len(value) > 1 and value[0] == "'" and value[1] in "=+-@\t\r" else value


def shown(value):
    """A cell as the CSV writes it."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return "%d:%02d:%02d" % (value.hour, value.minute, value.second)
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return "%d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return str(value)


def same(cell, text):
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return text != "" and decimal.Decimal(repr(cell)) == decimal.Decimal(text)
    return shown(cell) == plain(text)


def compare(name, got, want):
    width = len(want[0])
    if len(got) != len(want):
        differences.append(f"{name}: {len(got)} rows, the CSV has {len(want)}")
    for number, (cells, texts) in enumerate(zip(got, want), 1):
        cells = list(cells) + [None] * (width - len(cells))
        if number == 1:
            continue
        for column, (cell, text) in enumerate(zip(cells, texts)):
            if not same(cell, text):
                differences.append(f"{name}: row {number} column {column + 1}: {cell!r}, the CSV has {text!r}")


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def check_formulas(name, path):
    """Every formula is a sum or a reference, and its stored result is what adding up gives."""
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                result = stored[sheet.title][cell.coordinate].value
                if stored[sheet.title][cell.coordinate].data_type == "e":
                    differences.append(f"{name}: {sheet.title} {cell.coordinate} is {result}")
                if cell.data_type != "f":
                    continue
                text = cell.value[1:]
                if text.startswith("SUM("):
                    cells = stored[sheet.title][text[4:-1]]
                    total = sum(c.value or 0 for line in cells for c in line)
                elif text.isdigit():  # a quarter in which nobody is paid has nothing to sum
                    total = int(text)
                else:
                    place = text.split("!")
                    total = stored[place[0] if len(place) > 1 else sheet.title][place[-1]].value
                if round(total * 100) != round(result * 100):
                    differences.append(f"{name}: {sheet.title} {cell.coordinate}: stored {result}, sum {total}")


books = 0
summary = rows(out + "/summary.csv")
columns = {name: index for index, name in enumerate(summary[0])}
for line in summary[1:]:
    sheet = line[columns["sheet"]]
    path, name = f"{out}/sheets/{sheet}.xlsx", sheet
    want = rows(f"{out}/sheets/{sheet}.csv")
    book = openpyxl.load_workbook(path, data_only=True)
    compare(name + " (openpyxl)", list(book["Detail"].iter_rows(values_only=True)), want)
    read = python_calamine.CalamineWorkbook.from_path(path)
    compare(name + " (calamine)", read.get_sheet_by_name("Detail").to_python(), want)
    if book.sheetnames != ["Summary", "Detail", "Held", "Basis"]:
        differences.append(f"{name}: sheets {book.sheetnames}")
    if book["Held"].max_row - 1 != int(line[columns["held_records"]]):
        differences.append(f"{name}: {book['Held'].max_row - 1} held rows")
    if not same(book["Summary"]["A7"].value, line[columns["payable"]]):
        differences.append(f"{name}: payable {book['Summary']['A7'].value}")
    check_formulas(name, path)
    books += 1
check_formulas("summary", out + "/summary.xlsx")
book = openpyxl.load_workbook(out + "/summary.xlsx", data_only=True)
for title, file in (("Exceptions", "exceptions.csv"), ("Notices", "notices.csv")):
    compare(title, list(book[title].iter_rows(values_only=True)), rows(out + "/" + file))
books += 1
for difference in differences:
    print(difference)
print(f"{books} workbooks, {len(differences)} differences")
sys.exit(bool(differences))
