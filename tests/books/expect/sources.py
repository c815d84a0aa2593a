"""The documents that a book was made from, read here by other code: form workbooks by openpyxl, answers of services by json.

A figure is a Fraction, or the shorthand for a missing one: "x" where no document has it, "z" where the form strikes it out.
"""

import json
import re
import tomllib
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl

ABSENT, STRUCK = "x", "z"


class Office:
    """The files that a statistician edits: forms, places, agencies, population, sources."""

    def __init__(self, repository):
        self.root = Path(repository)
        self.forms = {p.stem: self.toml(f"templates/forms/{p.name}") for p in (self.root / "templates/forms").glob("*.toml")}
        places = self.toml("schedules/regions.toml")
        self.regions = places["region"]
        self.agencies = [a for a in places.get("agency", []) if a["code"] != "all"]
        self.sources = {s["id"]: s for s in self.toml("schedules/sources.toml")["form"]}
        self.persons = {}
        for line in (self.root / "schedules/population.csv").read_text(encoding="utf-8").splitlines():
            if line[:1].isdigit():
                unit, day, persons = line.split(",")[:3]
                self.persons.setdefault(unit, []).append((date.fromisoformat(day), int(persons)))

    def toml(self, path):
        return tomllib.loads((self.root / path).read_text(encoding="utf-8"))

    def section(self, form, section):
        return next(s for s in self.forms[form]["section"] if s["id"] == section)

    def rows(self, form, section):
        """Codes of the section's rows; several sections may share one list."""
        known = self.section(form, section)
        named = {s["name"]: s["rows"] for s in self.forms[form].get("stub", [])}
        return [r["code"] for r in known.get("rows") or named.get(known.get("stub"), [])]

    def columns(self, form, section):
        return [c["code"] for c in self.section(form, section).get("columns", [])]

    def units(self, day):
        """The regions that exist on a day."""
        return [r["unit"] for r in self.regions if r.get("since", date.min) <= day]

    def inhabitants(self, unit, day):
        """The persons of a unit by the newest count that is not after the day, else by the oldest count."""
        known = sorted(self.persons.get(unit, []))
        before = [persons for at, persons in known if at <= day]
        return before[-1] if before else known[0][1] if known else None

    def printed(self, form, edition, section, kind, code):
        """The code that an edition prints for a row or column of the oldest one; None if the edition lacks it."""
        found = next((e for e in self.forms[form].get("edition", []) if e["edition"] == edition), {})
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

    def sheet(self, form, edition, section):
        found = next((e for e in self.forms[form].get("edition", []) if e["edition"] == edition), {})
        return next((s.get("sheet", section) for s in found.get("sections", []) if s["id"] == section), section)


def exact(cell):
    """The value of a cell of a form."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return STRUCK if isinstance(cell, str) and cell.strip() in "xXхХ-–—" and cell.strip() else ABSENT
    if isinstance(cell, float) and not cell.is_integer():
        return Fraction(f"{cell:.3f}")
    return Fraction(int(cell))


class Form:
    """A form workbook."""

    def __init__(self, office, form, path):
        self.office, self.form, self.path = office, form, path
        # Most sheets are never needed, so each is read on its first use. A snapshot is named by its hash, without an
        # extension; bytes are given to openpyxl because it opens no path without one.
        self.book = openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=True, read_only=True)
        parts = (self.book.properties.description or ";;;").split(";")
        self.edition, self.unit = parts[1].strip(), parts[2].strip().rstrip("%")
        self.sheets = {}

    def figure(self, section, row, column):
        name = self.office.sheet(self.form, self.edition, section)
        if name not in self.sheets:
            self.sheets[name] = self.read(name)
        printed = self.office.printed
        row = printed(self.form, self.edition, section, "rows", row)
        column = printed(self.form, self.edition, section, "columns", column)
        return self.sheets[name].get((row, column), ABSENT)

    def read(self, name):
        """The figures of a sheet by row code and column number."""
        if name not in self.book.sheetnames:
            return {}
        figures, columns, code_place = {}, None, None
        for row in self.book[name].iter_rows(values_only=True):
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
                figures.setdefault((code, str(number)), exact(row[place]))
        return figures


class Answer:
    """A service's answer about one unit: the first row of each section."""

    def __init__(self, office, form, said):
        self.office, self.form, self.said = office, form, said

    def figure(self, section, row, column):
        known = self.office.section(self.form, section)
        rows = self.office.rows(self.form, section)
        at = next((c for c in known["columns"] if c["code"] == column), None)
        if at is None or not rows or row != rows[0]:
            return ABSENT
        several = len(self.office.forms[self.form]["section"]) > 1
        key = at.get("key") or (f"{section}.{column}" if several else column)
        value = self.said.get(key)
        if value is None or value == "":
            return ABSENT
        if isinstance(value, str) and not re.fullmatch(r"-?\d+(\.\d+)?", value.strip()):
            return exact(value)
        return Fraction(str(value).strip())


class Real:
    """The folder of the real forms 1-M, CIS-1 and 3-K."""

    FOLDERS = {"1-m": "1-M", "cis-1": "CIS-1", "3-k": "3-K"}

    def __init__(self, office, folder):
        self.office, self.folder, self.kept = office, Path(folder), {}

    def documents(self, form, year, month):
        """The documents of a form by unit and agency."""
        key = (form, year, month)
        if key not in self.kept:
            self.kept[key] = self.read(*key)
        return self.kept[key]

    def read(self, form, year, month):
        if form == "3-k":
            # The number of each agency in file names.
            names = {"all": "00000", "01": "00100", "03": "00300", "04": "00400", "10": "01000", "12": "01500", "13": "20100"}
            paths = {a: self.folder / "3-K" / f"{year}{month:02}_3k_{n}___ru.XLSX" for a, n in names.items()}
            return {("19", agency): Form(self.office, form, path) for agency, path in paths.items() if path.exists()}
        if form not in self.FOLDERS or (year, month) != (2022, 12):
            return {}
        forms = [Form(self.office, form, path) for path in sorted((self.folder / self.FOLDERS[form]).glob("*.XLSX"))]
        return {(one.unit, "all"): one for one in forms}


class Snapshots:
    """The documents that an office stored as they came: bytes by their hash, each with a receipt of its source."""

    def __init__(self, office, folder):
        self.office, self.folder, self.kept = office, Path(folder), {}
        codes = {s["code"]: form for form, s in office.sources.items()}
        indexes = {s["index"]: form for form, s in office.sources.items() if s.get("index")}
        agencies = {a["file"]: a["code"] for a in office.toml("schedules/regions.toml")["agency"]}
        self.places = {}
        for path in sorted(self.folder.rglob("*.json")):
            receipt = json.loads(path.read_text(encoding="utf-8"))
            if "url" not in receipt:
                continue
            known = self.known(receipt, codes, indexes, agencies)
            if known:
                stored = next(p for p in path.parent.glob(f"{receipt['sha256']}*") if p.suffix != ".json")
                self.places.setdefault(known, []).append((receipt["received"], stored))

    @staticmethod
    def known(receipt, codes, indexes, agencies):
        """Form, year, month, unit and agency that an address requests; a service's answer contains all units."""
        if "/forms/" in receipt["url"]:
            name = receipt["url"].rsplit("/", 1)[1]
            parts = [part for part in name.split(".")[0].split("_") if part]
            month, code, agency = parts[:3]
            unit = parts[3] if len(parts) == 5 else "19"
            return codes[code], int(month[:4]), int(month[4:]), unit, agencies[agency]
        found = re.search(r"/proxy/([^?]+)\?.*date=(\d{4}-\d\d-\d\d)", receipt["url"])
        if not found:
            return None
        # The date in the address is the day after the period.
        day = date.fromisoformat(found[2]) - timedelta(days=1)
        return indexes[found[1]], day.year, day.month, None, None

    def documents(self, form, year, month):
        key = (form, year, month)
        if key not in self.kept:
            self.kept[key] = self.read(*key)
        return self.kept[key]

    def read(self, form, year, month):
        documents = {}
        for (of, y, m, unit, agency), stored in self.places.items():
            if (of, y, m) != (form, year, month):
                continue
            path = max(stored)[1]
            if unit:
                documents[unit, agency] = Form(self.office, form, path)
            else:
                said = json.loads(path.read_text(encoding="utf-8"))
                for one in said["data"] if isinstance(said, dict) else said:
                    documents[self.unit(one["region"]), "all"] = Answer(self.office, form, one)
        return documents

    @cache
    def unit(self, name):
        if name in ("Республика Казахстан", "Қазақстан Республикасы"):
            return "19"
        return next(r["unit"] for r in self.office.regions if name in r["titles"].values())
