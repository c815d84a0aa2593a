"""Compare the cubes of a book, as pyjstat reads them, with its records in SDMX-CSV: the same figures, each once.

    python3 tests/books/expect/cubes.py FOLDER-OF-THE-ISSUE

Prints how many figures were compared. The exit code is 1 if the two differ.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

import pandas
from pyjstat import pyjstat


def main():
    folder = Path(sys.argv[1])
    cubes = Counter()
    for path in sorted((folder / "json-stat-ru").glob("*.json")):
        if path.name == "collection.json":
            continue
        frame = pyjstat.Dataset.read(path.read_text(encoding="utf-8")).write("dataframe")
        cubes.update(float(value) for value in frame["value"] if not pandas.isna(value))
    records = Counter()
    with open(next(folder.glob("*.sdmx.csv")), encoding="utf-8", newline="") as file:
        for record in csv.DictReader(file):
            if record["OBS_VALUE"]:
                records[float(record["OBS_VALUE"])] += 1
    print(f"{records.total()} figures compared, {(cubes - records).total() + (records - cubes).total()} differ")
    sys.exit(cubes != records)


main()
