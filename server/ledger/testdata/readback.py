"""Reads a CSV and an XLSX of one export and tells what stands in them, as JSON."""

import csv
import datetime
import json
import sys

import openpyxl


def cell(c):
    """A cell as the CSV has it."""
    if c.value is None:
        return ""
    if isinstance(c.value, datetime.datetime):
        return c.value.strftime("%Y-%m-%d %H:%M" if "hh" in c.number_format else "%Y-%m-%d")
    if isinstance(c.value, float) and c.value.is_integer():
        return str(int(c.value))
    return str(c.value)


with open(sys.argv[1], encoding="utf-8-sig", newline="") as f:
    rows = list(csv.reader(f))
sheet = openpyxl.load_workbook(sys.argv[2]).active
json.dump(
    {
        "csv": rows,
        "xlsx": [[cell(c) for c in row] for row in sheet.iter_rows()],
        "types": [[c.data_type for c in row] for row in sheet.iter_rows()],
        "formats": [[c.number_format for c in row] for row in sheet.iter_rows()],
        "title": sheet.title,
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "width": sheet.column_dimensions["A"].width,
    },
    sys.stdout,
    ensure_ascii=False,
)
