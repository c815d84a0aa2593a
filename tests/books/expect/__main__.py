"""Every number on every sheet of a collection against its sources, computed here by other code.

    python3 tests/books/expect SOURCES REPOSITORY MASTER.xlsx PERIOD

SOURCES holds the real forms 1-M, CIS-1 and 3-K, or the snapshots that an office stored; REPOSITORY the templates and
schedules, of which only what a statistician edits is read (which places a table shows, which units there are). Cells of
the forms are found by openpyxl and json; sums, quarters, changes, shares, levels, ranks, control sums and the figures of
sentences are computed in fractions. Prints how many cells were compared; every difference is a line, and the end is 1. A
number on a sheet that nothing was compared with is a difference.
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
    # The small curves of the summary are nothing that openpyxl reads.
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
