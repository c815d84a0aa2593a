"""Compare the other formats of an issue, each as an independent library reads it, with its CSV files.

    python3 tests/books/expect/formats.py px|sdmx|parquet|datapackage FOLDER-OF-THE-ISSUE

Each figure and each absent figure is compared with the CSV, table by table and line by line; a Parquet file, whose records
have no line number and are sorted by place, is compared with the SDMX-CSV as a whole. Prints how many were compared. The exit code is 1 if
any differ, and 3 if the library is not installed.
"""

import contextlib
import csv
import io
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

ABSENT = ("[x]", "[c]", "[z]")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def tables(folder):
    """For each table: its id, and for each line what is written in its columns of figures."""
    import json

    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = Path(resource["path"])
        if path.parent.name != "csv-ru" or path.name == "index.csv":
            continue
        kinds = [field["type"] for field in resource["schema"]["fields"]]
        numbers = [place for place, kind in enumerate(kinds) if kind in ("number", "integer")]
        lines = [Counter(figure(row[place]) for place in numbers) for row in rows(folder / path)[1:]]
        if numbers:
            yield path.stem, lines


def figure(text):
    if text in ABSENT:
        return text
    return Decimal(text)


def px(folder):
    from pyaxis import pyaxis

    symbols = {'"."': "[z]", '".."': "[x]", '"..."': "[c]"}
    for stem, lines in tables(folder):
        for language in ("ru", "kk", "en"):
            with contextlib.redirect_stdout(io.StringIO()):
                read = pyaxis.parse(str(folder / "px" / f"{stem}.px"), "utf-8", null_values="^$", sd_values="^$", lang=language)
            said = read["METADATA"]
            marks = " ".join(str(said.get(key, said.get(f"{key}[{language}]"))) for key in ("NOTEX", "TITLE"))
            if "SAMPLE DATA" not in marks:
                yield 0, f"{stem}: no mark of the sample office in `{language}`"
            values = list(read["DATA"]["DATA"])
            width = len(values) // len(lines)
            if width * len(lines) != len(values):
                yield 0, f"{stem}: {len(values)} cells in {len(lines)} lines"
            for number, line in enumerate(lines):
                cells = [cell for cell in values[number * width : (number + 1) * width] if cell != '"...."']
                found = Counter(symbols[cell] if cell in symbols else Decimal(cell) for cell in cells)
                yield line.total(), None if found == line else f"{stem} line {number + 1}: {line - found} is {found - line}"


def sdmx(folder):
    from pysdmx.io import get_datasets, read_sdmx

    structure = next(folder.glob("*.structure.xml"))
    message = read_sdmx(structure, validate=True)
    definition = message.get_data_structure_definitions()[0]
    records = next(folder.glob("*.sdmx.csv"))
    data = get_datasets(records, structure)[0]
    frame = data.data.astype(object)
    frame = frame.where(frame.notna(), "").astype(str)
    # The library keeps apart what is the same in every record.
    for name, value in data.attributes.items():
        frame[name] = str(value)
    for component in definition.components:
        if component.id not in frame.columns:
            yield 0, f"`{component.id}` is not in the records"
        codes = component.enumeration
        if codes is None or component.id not in frame.columns:
            continue
        unknown = set(frame[component.id]) - {code.id for code in codes} - {""}
        if unknown:
            yield 0, f"{component.id}: no code {sorted(unknown)[:3]}"
        if component.id in ("REF_AREA", "LINE", "TABLE_ID") and all(code.name == code.id for code in codes):
            yield 0, f"{component.id}: codes without names"
    if set(frame["ORIGIN"]) != {"SAMPLE_DATA"}:
        yield 0, "no mark of the sample office"
    found = {}
    for table, line, value, mark in zip(frame["TABLE_ID"], frame["LINE"], frame["OBS_VALUE"], frame["MARK"]):
        place = (table, int(line.rsplit("_L", 1)[1]))
        found.setdefault(place, Counter())[Decimal(value) if value else f"[{mark}]"] += 1
    for stem, lines in tables(folder):
        table = stem.split("-", 1)[1]
        for number, line in enumerate(lines):
            is_found = found.pop((table, number + 1), Counter())
            yield line.total(), None if is_found == line else f"{stem} line {number + 1}: {line - is_found} is {is_found - line}"
    if found:
        yield 0, f"lines that the CSV does not have: {sorted(found)[:3]}"


def parquet(folder):
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(next(folder.glob("*.parquet")))
    if file.schema_arrow.metadata.get(b"zhinaq.origin") != b"SAMPLE DATA":
        yield 0, "no mark of the sample office"
    if str(file.schema_arrow.field("value").type) != "decimal128(18, 3)":
        yield 0, f"`value` is {file.schema_arrow.field('value').type}"
    found = file.read().to_pylist()
    header, *records = rows(next(folder.glob("*.sdmx.csv")))
    if len(found) != len(records):
        yield 0, f"{len(found)} records for {len(records)}"
    order = [tuple(one[name] for name in ("form", "section", "row", "column", "unit")) for one in found]
    if order != sorted(order):
        yield 0, "the records are not sorted by form, section, row, column and unit"
    bounds = file.metadata.row_group(0)
    for place in range(bounds.num_columns):
        column = bounds.column(place)
        values = [one[column.path_in_schema] for one in found]
        there = [value for value in values if value is not None]
        if column.statistics is None or column.statistics.null_count != len(values) - len(there):
            yield 0, f"`{column.path_in_schema}` has the wrong number of nulls"
        elif there and (column.statistics.min, column.statistics.max) != (min(there), max(there)):
            yield 0, f"`{column.path_in_schema}` has other bounds than its values"
    wanted = []
    for row in records:
        record = dict(zip(header, row))
        value = Decimal(record["OBS_VALUE"]) if record["OBS_VALUE"] else None
        area, mark = record["REF_AREA"], record["MARK"]
        wanted.append((record["TABLE_ID"], area, record["INDICATOR"], record["TIME_PERIOD"], value, mark))
    is_found = [
        (one["table"], one["unit"].replace("+", "_"), one["indicator"], one["period"], one["value"], one["mark"] or "")
        for one in found
    ]
    for one, other, record in zip(sorted(wanted, key=repr), sorted(is_found, key=repr), found):
        same = one == other and record["origin"] == "SAMPLE DATA" and record["line_ru"] and record["title_en"]
        yield 1, None if same else f"{one} is {other}"


def datapackage(folder):
    import json

    import frictionless

    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    if package["origin"] != "SAMPLE DATA" or not package["title"].startswith("SAMPLE DATA"):
        yield 0, "no mark of the sample office"
    report = frictionless.validate(str(path))
    for error in report.flatten(["title", "note", "message"]):
        yield 0, f"{error}"
    for resource in package["resources"]:
        yield 1, None if (folder / resource["path"]).stat().st_size == resource.get("bytes", (folder / resource["path"]).stat().st_size) else f"{resource['path']}: another size"
    tables = sum(task.type == "table" for task in report.tasks)
    if tables < 10:
        yield 0, f"{tables} tables only"


def main():
    compared, wrong = 0, []
    try:
        for count, why in globals()[sys.argv[1]](Path(sys.argv[2])):
            compared += count
            if why:
                wrong.append(why)
    except ImportError as error:
        print(error)
        sys.exit(3)
    print("\n".join(wrong[:20]))
    print(f"{compared} compared, {len(wrong)} differ")
    sys.exit(bool(wrong) or not compared)


main()
