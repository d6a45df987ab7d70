"""recalculate.py OUT: let LibreOffice open every workbook of a run, calculate it and save it anew, and
compare each cell with the stored one. The last line counts workbooks and differences."""
import glob, os, subprocess, sys, tempfile

import openpyxl

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""
out = sys.argv[-1]
files = sorted(glob.glob(out + "/sheets/*.xlsx")) + [out + "/summary.xlsx"]
differences = []
with tempfile.TemporaryDirectory() as place:
    # By itself LibreOffice believes the stored results of other programs' files.
    os.makedirs(place + "/profile/user")
    with open(place + "/profile/user/registrymodifications.xcu", "w", encoding="utf-8") as settings:
        settings.write(ALWAYS_RECALCULATE)
    profile = "-env:UserInstallation=file://" + place + "/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", place + "/anew"]
        + files, check=True, capture_output=True)
    for file in files:
        stored = openpyxl.load_workbook(file, data_only=True)
        anew = openpyxl.load_workbook(place + "/anew/" + os.path.basename(file), data_only=True)
        for sheet in stored:
            for row in sheet.iter_rows():
                for cell in row:
                    other = anew[sheet.title][cell.coordinate].value
                    same = cell.value == other
                    if isinstance(cell.value, (int, float)) and isinstance(other, (int, float)):
                        same = abs(cell.value - other) < 1e-9
                    if isinstance(other, str) and other.startswith("#") or not same:
                        differences.append(f"{os.path.basename(file)}: {sheet.title} {cell.coordinate}: {cell.value!r}, anew {other!r}")
for difference in differences:
    print(difference)
print(f"{len(files)} workbooks, {len(differences)} differences")
sys.exit(bool(differences))
