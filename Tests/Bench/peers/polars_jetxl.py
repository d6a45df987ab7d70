"""Polars, and jetxl (Rust, from Arrow)."""
import jetxl

from job import KEYS, ROWS_MAX, SUMMARY_KEYS, SUMMARY_WIDTHS, WIDTHS
from polars_job import run


def write_book(detail, summary, path):
    look = dict(styled_headers=True, freeze_rows=1, auto_filter=True)
    sheets = [dict(
        data=summary, name="Summary", column_widths=dict(zip(SUMMARY_KEYS, map(float, SUMMARY_WIDTHS))),
        column_formats={"amount": "currency"}, **look)]
    for part, start in enumerate(range(0, detail.height, ROWS_MAX)):
        sheets.append(dict(
            data=detail.slice(start, ROWS_MAX), name="Detail" if part == 0 else f"Detail {part + 1}",
            column_widths=dict(zip(KEYS, map(float, WIDTHS))),
            column_formats={"service_date": "date", "rate": "currency", "amount": "currency"}, **look))
    jetxl.write_sheets_arrow(sheets, path, 1)


run(write_book)
