"""Check every number on every sheet of a collection against its sources, with figures computed here by other code.

    python3 tests/books/expect SOURCES REPOSITORY MASTER.xlsx PERIOD

SOURCES contains the real forms 1-M, CIS-1 and 3-K, or the snapshots that an office stored. REPOSITORY contains the
templates and schedules; only what a statistician edits is read (the places that a table shows, the units). openpyxl and
json find the cells of the forms; sums, quarters, changes, shares, levels, ranks, control sums and the figures of
sentences are computed in fractions. Prints one line a difference, and how many cells were compared. The exit code is 1
if there are differences. A number on a sheet that was compared with nothing is a difference.
"""

import re
import sys
import warnings
from pathlib import Path

import openpyxl

from figures import Figures
from sheets import Book
from sources import Office, Real, Snapshots


def main():
    # openpyxl does not read the sparklines of the summary.
    warnings.filterwarnings("ignore", "Sparkline Group extension")
    folder, repository, master, period = sys.argv[1:]
    office = Office(repository)
    sources = Real(office, folder) if (Path(folder) / "3-K").is_dir() else Snapshots(office, folder)
    year, kind, turn = re.fullmatch(r"(\d{4})-([MQSA])(\d+)", period).groups()
    month = int(turn) * {"M": 1, "Q": 3, "S": 6, "A": 12}[kind]
    collection = Path(master).parent.parent.name
    book = Book(office, Figures(office, sources, int(year), month), collection, openpyxl.load_workbook(master))
    book.run()
    compared, wrong = book.judge.compared, book.judge.wrong
    print("\n".join(wrong[:40]))
    print(f"{collection} {period}: {compared.total()} cells compared ({dict(compared)}), {len(wrong)} differ")
    sys.exit(bool(wrong))


main()
