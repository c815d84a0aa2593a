"""Every figure on the sheets of a collection against the real source files, computed here by other code.

    python3 tests/books/expect.py REAL REPOSITORY MASTER.xlsx PERIOD

REAL holds the forms 1-M, CIS-1 and 3-K; REPOSITORY the templates and schedules, of which only what a statistician
edits is read (which places a table shows, which units there are). Cells of the forms are found by openpyxl, sums,
changes, shares, levels and ranks are computed in fractions. Prints how many cells were compared; every difference is a
line, and the end is 1.
"""

import re
import sys
import tomllib
from collections import Counter
from csv import reader
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl

REAL, REPOSITORY, MASTER, PERIOD = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
YEAR = int(PERIOD[:4])
OURS = {"1-m": "1-M", "cis-1": "CIS-1", "3-k": "3-K"}
compared, wrong = Counter(), []


def toml(path):
    return tomllib.loads((REPOSITORY / path).read_text(encoding="utf-8"))


COLLECTION = Path(MASTER).parent.parent.name
TEMPLATE = toml(f"templates/collections/{COLLECTION}.toml")
FORMS = {form: toml(f"templates/forms/{form}.toml") for form in OURS}
PLACES = toml("schedules/regions.toml")
UNITS = {r["titles"]["ru"]: r["unit"] for r in PLACES["region"]}
AGENCIES = {a["titles"]["ru"]: a["code"] for a in PLACES.get("agency", [])}
with open(REPOSITORY / "schedules/population.csv", encoding="utf-8") as lines:
    PERSONS = {unit: int(persons) for unit, date, persons, _ in reader(l for l in lines if l[:1].isdigit())}


# The source files.


def exact(cell):
    """An exact number, or None where there is none."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return None
    if isinstance(cell, float) and not cell.is_integer():
        return Fraction(f"{cell:.3f}")
    return Fraction(int(cell))


@cache
def document(path):
    """The workbook, its edition and its unit, as its own properties say."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    _, edition, unit, _ = (book.properties.description or ";;;").split(";")[:4]
    return book, edition.strip(), unit.strip().rstrip("%")


@cache
def sheet(path, name):
    """The figures of a sheet by row code and column number."""
    book = document(path)[0]
    if name not in book.sheetnames:
        return {}
    figures, columns, code_place = {}, None, None
    for row in book[name].iter_rows(values_only=True):
        if columns is None:
            filled = [(place, cell) for place, cell in enumerate(row) if cell not in (None, "")]
            numbers = [(place, cell) for place, cell in filled if isinstance(cell, int)]
            words = [cell for _, cell in filled if not isinstance(cell, int)]
            counts = numbers and [n for _, n in numbers] == list(range(1, len(numbers) + 1))
            if counts and all(isinstance(w, str) and len(w.strip()) == 1 for w in words):
                columns, code_place = numbers, numbers[0][0] - 1
            continue
        code = row[code_place]
        if code in (None, ""):
            continue
        code = str(int(code)) if isinstance(code, float) else str(code).strip()
        for place, number in columns:
            figures[code, str(number)] = exact(row[place])
    return figures


def printed(form, edition, section, kind, code):
    """Where an edition prints a row or column of the oldest one; None where it does not."""
    found = next((e for e in FORMS[form].get("edition", []) if e["edition"] == edition), {})
    for entry in found.get("sections", []):
        if entry["id"] == section:
            if entry.get("gone"):
                return None
            for key, value in entry.get(kind, {}).items():
                first, _, last = key.partition("..")
                if key == code or (last and code.isdigit() and int(first) <= int(code) <= int(last)):
                    if value is False:
                        return None
                    return str(int(code) + value) if isinstance(value, int) else value
    return code


def sheet_of(form, edition, section):
    found = next((e for e in FORMS[form].get("edition", []) if e["edition"] == edition), {})
    return next((s.get("sheet", section) for s in found.get("sections", []) if s["id"] == section), section)


def cell(form, path, section, row, column):
    edition = document(path)[1]
    row, column = printed(form, edition, section, "rows", row), printed(form, edition, section, "columns", column)
    return sheet(path, sheet_of(form, edition, section)).get((row, column))


@cache
def files(form, year, month):
    """The documents of a form by unit or agency."""
    if form == "3-k":
        # The number that stands in a file's name for each agency.
        names = {"all": "00000", "01": "00100", "03": "00300", "04": "00400", "10": "01000", "12": "01500", "13": "20100"}
        paths = {a: REAL / "3-K" / f"{year}{month:02}_3k_{n}___ru.XLSX" for a, n in names.items()}
        return {agency: path for agency, path in paths.items() if path.exists()}
    if (year, month) != (2022, 12):
        return {}
    return {document(path)[2]: path for path in sorted((REAL / OURS[form]).glob("*.XLSX"))}


def figure(form, place, year, unit, month=12):
    """A figure of a year; of the republic from its own document or as the sum of its regions."""
    known = files(form, year, month)
    if form == "3-k":
        return cell(form, known[unit], *place) if unit in known else None
    if unit == "all":
        parts = [cell(form, path, *place) for path in known.values()]
        return None if not parts or None in parts else sum(parts)
    return cell(form, known[unit], *place) if unit in known else None


def alone(form, place, year, unit):
    now, before = figure(form, place, year, unit), figure(form, place, year, unit, 9)
    return None if None in (now, before) else now - before


# What the sheets should say.


def codes(pick, known):
    if pick == "all":
        return known
    if isinstance(pick, str) and pick.startswith("first "):
        return known[: int(pick.split()[1])]
    out = []
    for code in pick:
        first, dots, last = code.partition("..")
        out += [str(n) for n in range(int(first), int(last) + 1)] if dots else [code]
    return out


def tenths(value):
    """One decimal, half away from zero."""
    sign, value = (-1 if value < 0 else 1), abs(value) * 10
    return Fraction(sign * int(value + Fraction(1, 2)), 10)


def growth(now, ago):
    if ago <= 0:
        return "—"
    if now > 2 * ago:
        return f"в {float(tenths(now / ago)):.1f} раза".replace(".", ",")
    return tenths((now - ago) / ago * 100)


def same(shown, expected):
    if expected is None:
        return isinstance(shown, str) and re.fullmatch(r"\[[xz]\]", shown) is not None
    if isinstance(expected, str):
        return isinstance(shown, str) and shown.replace("\u00a0", " ") == expected
    return isinstance(shown, (int, float)) and exact(shown) == expected


def check(kind, where, shown, expected):
    compared[kind] += 1
    if not same(shown, expected):
        wrong.append(f"{where}: the sheet has {shown!r}, the sources give {expected if expected is None else str(expected)}")


def table(ws):
    """The marked-up table: heads and lines."""
    found = next(iter(ws.tables.values()))
    rows = [[c.value for c in row] for row in ws[found.ref]]
    return rows[0], rows[1:]


def expect(ws, form, template, lines):
    """`lines`: for each line of the table its place, its unit or agency, and the line that it is a share of."""
    heads, shown = table(ws)
    kind = template["kind"]
    of = alone if kind == "quarter" else figure
    lines = lines(shown)
    by_level = template.get("per_capita", True) and kind == "regions"
    levels = {i: of(form, p, YEAR, u) for i, (p, u, _) in enumerate(lines) if u not in (None, "all")}
    levels = {i: Fraction(v, PERSONS[lines[i][1]]) if by_level else v for i, v in levels.items() if v is not None}
    for index, (place, unit, whole) in enumerate(lines):
        if unit is None:
            continue
        now, ago = of(form, place, YEAR, unit), of(form, place, YEAR - 1, unit)
        last = YEAR
        for column, head in enumerate(heads):
            where = f"{ws.title}, line {index + 1} ({shown[index][0]}), {head}"
            value, plain = shown[index][column], head.replace("\u00a0", " ")
            both = None not in (now, ago)
            years = re.findall(r"20\d\d", plain)
            if plain.startswith("Доля, %"):
                last = int(years[0]) if years else YEAR
                part, all_of = of(form, place, last, unit), of(form, *whole[:1], last, whole[1])
                known = None not in (part, all_of) and all_of > 0
                check("share", where, value, tenths(part / all_of * 100) if known else None)
            elif years:
                check("value", where, value, of(form, place, int(years[0]), unit))
            elif plain == "Изменение":
                check("change", where, value, now - ago if both else None)
            elif plain == "Изменение, %":
                check("growth", where, value, growth(now, ago) if both else None)
            elif plain == "Изменение доли, п.п.":
                wholes = [of(form, whole[0], y, whole[1]) for y in (YEAR, YEAR - 1)]
                known = both and None not in wholes and min(wholes) > 0
                check("points", where, value, tenths((now / wholes[0] - ago / wholes[1]) * 100) if known else None)
            elif plain == "На 10 000 населения":
                persons = PERSONS["19"] if unit == "all" else PERSONS[unit]
                check("level", where, value, None if now is None else tenths(now * 10000 / persons))
            elif plain == "Место" and index in levels:
                check("rank", where, value, Fraction(1 + sum(v > levels[index] for v in levels.values())))


def by_places(template, rows, columns):
    section = template["section"]
    places = [(section, r, c) for c in columns for r in rows]
    whole = template.get("whole")
    whole = (section, whole["row"], whole["column"]) if whole else places[0]
    return lambda shown: [(place, "all", (whole, "all")) for place in places]


def by_unit(place, names):
    def lines(shown):
        first = [(place, "all", (place, "all"))]
        # Lines below the regions, in former borders, are other units' sums.
        return first + [(place, names.get(row[0]), (place, "all")) for row in shown[1:]]

    return lines


def main():
    book = openpyxl.load_workbook(MASTER)
    sheets = {name.split(" ")[0]: book[name] for name in book.sheetnames if name[:1].isdigit()}
    for number, chapter in enumerate(TEMPLATE["chapter"], 1):
        form = chapter["form"]
        if form not in OURS or not files(form, YEAR, 12):
            continue
        part = 0
        for template in chapter["table"]:
            known = next(s for s in FORMS[form]["section"] if s["id"] == template["section"])
            rows = codes(template["rows"], [r["code"] for r in known.get("rows", [])])
            columns = codes(template["columns"], [c["code"] for c in known.get("columns", [])])
            if template["kind"] in ("regions", "agencies"):
                names = UNITS if template["kind"] == "regions" else AGENCIES
                for place in ((template["section"], r, c) for c in columns for r in rows):
                    part += 1
                    expect(sheets[f"{number}.{part}"], form, template, by_unit(place, names))
            else:
                part += 1
                expect(sheets[f"{number}.{part}"], form, template, by_places(template, rows, columns))
    heads, shown = table(book["Показатели"])
    for key, row in zip(TEMPLATE["key_figure"], shown, strict=True):
        if key["form"] in OURS and files(key["form"], YEAR, 12):
            place = (key["section"], key["row"], key["column"])
            for head, value in zip(heads, row):
                years = re.findall(r"20\d\d", head)
                if years:
                    check("key figure", f"{row[0]}, {head}", value, figure(key["form"], place, int(years[0]), "all"))
    print("\n".join(wrong[:40]))
    print(f"{COLLECTION} {PERIOD}: {compared.total()} cells compared ({dict(compared)}), {len(wrong)} differ")
    sys.exit(bool(wrong))


main()
