"""The job of every peer: `peer.py WORKSPACE OUT` makes the quarter's statements of a workspace that generate.py made.

Each department gets `<name>.csv`, byte for byte as zpay writes it, and `<name>.xlsx` with the sheets `Summary` (a row a physician) and
`Detail` (the lines of the CSV, dates as dates and amounts as amounts), headings bold on a fill, row 1 frozen, filters, column widths.
That is less than zpay writes: no Held, no Basis, no summary of all, no notices, no reading back, and only the rules that the generated
rows need.
"""
import re
import sys

PROGRAMS = ("grand-rounds", "more-health")
FIRST, LAST = "2026-01-01", "2026-03-31"
RATE, BLOCK_MINUTES = 500, 40
KEYS = ["quarter", "department", "physician_id", "employee_id", "physician", "program", "activity", "record_id", "service_date",
        "duration", "blocks", "rate", "amount", "earned_in", "source_file", "source_line"]
SUMMARY_KEYS = ["physician", "physician_id", "employee_id", "cases", "conferences", "blocks", "amount"]
WIDTHS = [9, 24, 12, 12, 24, 14, 12, 14, 12, 10, 8, 10, 12, 10, 24, 12]
SUMMARY_WIDTHS = [24, 12, 12, 8, 12, 8, 12]
# Excel's rows, without the headings.
ROWS_MAX = 1_048_575


def slug(department):
    return re.sub("[^a-z0-9]+", "-", department.lower()).strip("-")


def folders():
    return sys.argv[1] + "/inputs/", sys.argv[2] + "/"
