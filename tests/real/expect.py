"""Print what an independent reader (openpyxl) reads in the real forms: a line a section, with the hash of its figures.

    python3 tests/real/expect.py ../shared/real > tests/real/expected.csv

A figure is written as `row|column|value`. A sum of money is the decimal of three places whose double is in the file.
"""

import hashlib
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import openpyxl


def value(cell):
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    if isinstance(cell, float) and not cell.is_integer():
        text = f"{cell:.3f}"
        assert float(text) == cell, cell
        return text.rstrip("0")
    return str(int(cell)) if isinstance(cell, (int, float)) else cell.strip()


def numbering(rows):
    """The first row that contains only 1, 2, 3 … and single letters before them."""
    for index, row in enumerate(rows):
        filled = [(place, cell) for place, cell in enumerate(row) if value(cell)]
        numbers = [(place, cell) for place, cell in filled if isinstance(cell, int)]
        words = [cell for _, cell in filled if not isinstance(cell, int)]
        if numbers and [n for _, n in numbers] == list(range(1, len(numbers) + 1)):
            if all(isinstance(w, str) and len(w.strip()) == 1 for w in words):
                return index, numbers
    return None


def sections(path):
    lines = []
    for sheet in openpyxl.load_workbook(path, data_only=True):
        rows = list(sheet.iter_rows(values_only=True))
        found = numbering(rows)
        if not found:
            continue
        head, columns = found
        code_place = columns[0][0] - 1
        figures, count = hashlib.sha256(), 0
        for row in rows[head + 1 :]:
            code = value(row[code_place])
            if not code:
                continue
            for place, number in columns:
                figures.update(f"{code}|{number}|{value(row[place])}\n".encode())
                count += 1
        lines.append(f"{path.parent.name}/{path.name},{sheet.title},{count},{figures.hexdigest()[:16]}")
    return lines


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).glob("*/*.[Xx][Ll][Ss][Xx]"))
    print("file,sheet,figures,hash")
    with ProcessPoolExecutor() as pool:
        for lines in pool.map(sections, files):
            print("\n".join(lines))
