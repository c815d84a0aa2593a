"""Comparison of the cells of a sheet with the values that they should have."""

import re
from collections import Counter
from fractions import Fraction

from figures import number
from sources import exact


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


class Judge:
    """Compares cells, and collects those that it has compared."""

    def __init__(self):
        self.compared, self.wrong, self.seen = Counter(), [], set()

    def check(self, kind, cell, where, expected):
        self.compared[kind] += 1
        self.seen.add((cell.parent.title, cell.coordinate))
        if not self.same(cell.value, expected):
            self.say(cell, where, cell.value, expected)

    def equal(self, kind, cell, where, shown, expected):
        self.compared[kind] += 1
        if shown != expected:
            self.say(cell, where, shown, expected)

    def say(self, cell, where, shown, expected):
        place = f"{cell.parent.title}!{cell.coordinate}" if cell is not None else "-"
        expected = str(expected) if isinstance(expected, Fraction) else repr(expected)
        self.wrong.append(f"{place} ({where}): the sheet has {shown!r}, the sources give {expected}")

    @staticmethod
    def same(shown, expected):
        if number(expected):
            return isinstance(shown, (int, float)) and exact(shown) == expected
        if len(expected) == 1 and expected in "xz":
            return shown == f"[{expected}]"
        return isinstance(shown, str) and plain(shown) == plain(expected)


class Sheet:
    """A sheet with its one Excel table, and the text above it."""

    def __init__(self, ws):
        self.ws = ws
        found = next(iter(ws.tables.values()))
        rows = list(ws[found.ref])
        self.heads = [plain(str(c.value)) for c in rows[0]]
        self.rows = rows[1:]
        above = [str(c.value) for row in ws.iter_rows(max_row=rows[0][0].row - 1, max_col=1) for c in row if c.value]
        self.above = plain(" ".join(above))

    def label(self, row):
        return plain(str(row[0].value))
