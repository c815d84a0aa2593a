"""Reads the workbooks of a folder with a Python library: python3 read_excel.py LIBRARY FOLDER.

LIBRARY is `openpyxl` (its usual mode), `openpyxl-stream` (read-only mode, cells one by one) or `pandas` (with its
calamine engine).

Prints the seconds and the number of cells that contain a number. If the library is missing, it prints the reason and
ends with exit code 1.
"""

import glob
import os
import sys
import time

library, folder = sys.argv[1:3]
files = sorted(glob.glob(os.path.join(folder, "*.XLSX")) + glob.glob(os.path.join(folder, "*.xlsx")))


def with_openpyxl(path, streaming=False):
    numbers = 0
    workbook = openpyxl.load_workbook(path, read_only=streaming, data_only=True)
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(values_only=True):
            numbers += sum(isinstance(value, (int, float)) for value in row)
    return numbers


def with_openpyxl_streaming(path):
    return with_openpyxl(path, streaming=True)


def with_pandas(path):
    sheets = pandas.read_excel(path, sheet_name=None, header=None, engine="calamine")
    return sum(int(sheet.map(lambda value: isinstance(value, (int, float)) and value == value).to_numpy().sum()) for sheet in sheets.values())


try:
    if library.startswith("openpyxl"):
        import openpyxl
    else:
        import pandas
        import python_calamine  # noqa: F401
except ImportError as missing:
    print(f"{missing}")
    sys.exit(1)

started = time.perf_counter()
read = {"openpyxl": with_openpyxl, "openpyxl-stream": with_openpyxl_streaming, "pandas": with_pandas}[library]
numbers = sum(read(path) for path in files)
print(f"{time.perf_counter() - started:.3f} {numbers} numbers")
