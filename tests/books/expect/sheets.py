"""What every sheet of a book should contain, compared with what it contains."""

import re
from datetime import date
from fractions import Fraction
from itertools import combinations

from figures import Line, last_day, number, said, said_growth, said_places, said_tenths, tenths
from judge import Judge, Sheet, plain
from sources import ABSENT


class Book:
    """A master in Russian, compared with figures computed from its sources."""

    def __init__(self, office, figures, collection, workbook):
        self.office, self.f, self.judge = office, figures, Judge()
        self.template = office.toml(f"templates/collections/{collection}.toml")
        self.f.percent_from = self.template.get("percent_from", 10)
        self.book = workbook
        self.sheets = {name.split(" ")[0]: Sheet(ws) for name, ws in self.named() if name[:1].isdigit()}
        self.units = {r["titles"]["ru"]: r["unit"] for r in office.regions}
        self.names = {unit: name for name, unit in self.units.items()}
        self.agencies = {a["titles"]["ru"]: a["code"] for a in office.agencies}
        self.numbers = {}
        self.lines = {}
        self.kinds = {}

    def named(self):
        return [(ws.title, ws) for ws in self.book.worksheets]

    def run(self):
        for place, chapter in enumerate(self.template["chapter"], 1):
            if self.f.come(chapter["form"]):
                self.chapter(place, chapter)
        self.summary()
        self.charts()
        self.control()
        for ws in self.book.worksheets:
            for row in ws.iter_rows():
                for cell in row:
                    if isinstance(cell.value, (int, float)) and (ws.title, cell.coordinate) not in self.judge.seen:
                        self.judge.say(cell, "a number that nothing was compared with", cell.value, None)

    # Chapters.

    def chapter(self, place, chapter):
        part = 0
        for template in chapter["table"]:
            for lines in self.tables(chapter["form"], template):
                part += 1
                if any(self.has_figure(line) for line in lines):
                    self.table(f"{place}.{part}", chapter["form"], template, lines)
                else:
                    self.unfilled(f"{place}.{part}", template)
        extra = f"{place}.{part + 1}"
        if extra in self.sheets:
            self.judge.wrong.append(f"sheet {extra} is no table of the template")

    def unfilled(self, number_of, template):
        """A table without figures is one line, with the reason."""
        self.numbers[number_of], sheet = [], self.sheets.get(number_of)
        if sheet is None or len(sheet.rows) != 1 or sheet.rows[0][1].value != "[x]":
            self.judge.wrong.append(f"sheet {number_of} is not a table without figures: {template['title']['ru']}")

    @staticmethod
    def has_figure(line):
        if isinstance(line, list):
            return any(cell.value(0) != ABSENT for cell in line)
        return line.value(0) not in (ABSENT, "z") or any(number(line.value(years)) for years in range(5))

    @staticmethod
    def bare(values):
        """Whether a column has no figure, and at least one that is not available."""
        return ABSENT in values and all(value in (ABSENT, "z") for value in values)

    def printed(self, form, section, what, code):
        """The code that the document of the period prints; None if its edition has no such line."""
        documents = self.f.sources.documents(form, self.f.year, self.f.month)
        edition = getattr(documents.get(("19", "all")) or next(iter(documents.values())), "edition", None)
        if edition is None:
            return code
        printed = self.office.printed(form, edition, section, what, code)
        # A line that came with a later edition has a code of our own, with a plus.
        return None if printed is None or printed.startswith("+") else printed

    def picked(self, form, template, what):
        known = getattr(self.office, what)(form, template["section"])
        pick = template[what]
        if template["kind"] in ("section", "regions-across", "agencies-across"):
            known = [code for code in known if self.printed(form, template["section"], what, code)]
        if pick == "all":
            order = [self.printed(form, template["section"], what, code) or "" for code in known]
            if all(code.isdigit() for code in order):
                known = [code for _, code in sorted(zip(map(int, order), known))]
            return known
        if isinstance(pick, str):
            return known[: int(pick.split()[1])]
        out = []
        for code in pick:
            first, dots, last = code.partition("..")
            out += [str(n) for n in range(int(first), int(last) + 1)] if dots else [code]
        return out

    def tables(self, form, template):
        """The lines of each table that a template makes."""
        rows, columns = self.picked(form, template, "rows"), self.picked(form, template, "columns")
        section, kind = template["section"], template["kind"]
        places = [(section, row, column) for column in columns for row in rows]
        if kind == "regions":
            return [self.by_region(form, place) for place in places]
        if kind == "map":
            return [self.on_map(form, place) for place in places]
        if kind == "agencies":
            return [self.by_agency(form, place) for place in places]
        if kind == "section":
            made = [self.crossed(form, [[(section, row, column) for column in columns] for row in rows], [self.whole()])]
        elif kind in ("regions-across", "agencies-across"):
            whose = self.across(form, kind)
            down = [[(section, rows[0], c)] for c in columns]
            each = [[[(section, row, c)] for row in rows] for c in columns]
            made = [self.crossed(form, lines, whose) for lines in ([down] if len(rows) == 1 else each)]
        else:
            lines = [Line(self.f, form, place, alone=kind == "quarter") for place in places]
            self.shares(form, template, lines)
            made = [self.told(lines, 5 if kind == "series" else 2)]
        return made

    @staticmethod
    def told(lines, years):
        """The lines that a document has in any year shown."""
        return [line for line in lines if line.value(0) != ABSENT or any(number(line.value(y)) for y in range(years))]

    def shares(self, form, template, lines):
        whole = template.get("whole")
        of = Line(self.f, form, (template["section"], whole["row"], whole["column"])) if whole else lines[0]
        for line in lines:
            line.whole = of

    @staticmethod
    def whole():
        return ("19", "all")

    def across(self, form, kind):
        if kind == "regions-across":
            return [self.whole()] + [(u, "all") for u in self.office.units(last_day(self.f.year, self.f.month))]
        known = self.f.sources.documents(form, self.f.year, self.f.month)
        told = [a["code"] for a in self.office.agencies if any(agency == a["code"] for _, agency in known)]
        return [self.whole()] + [("19", agency) for agency in told]

    def crossed(self, form, rows, whose):
        """Lines of a crossed table, each a list of cells; a line that is in no document is left out."""
        lines = [[Line(self.f, form, place, whose=(w,)) for w in whose for place in places] for places in rows]
        return [cells for cells in lines if any(cell.value(0) != ABSENT for cell in cells)]

    def by_agency(self, form, place):
        total = Line(self.f, form, place)
        lines = [Line(self.f, form, place, whose=(("19", a["code"]),)) for a in self.office.agencies]
        lines = [total] + [line for line in lines if number(line.value(0)) or number(line.value(1))]
        for line in lines:
            line.whole = total
        return lines

    def on_map(self, form, place):
        lines = [Line(self.f, form, place)]
        for unit in self.office.units(last_day(self.f.year, self.f.month)):
            lines.append(Line(self.f, form, place, whose=((unit, "all"),), ranked=True))
            lines[-1].label, lines[-1].unit = self.names[unit], unit
        Line.settle_places(lines)
        return lines

    def by_region(self, form, place):
        f = self.f
        now, ago = last_day(f.year, f.month), last_day(f.year - 1, f.month)
        units, since = self.office.units(now), {r["unit"]: r.get("since", date.min) for r in self.office.regions}
        of_then = lambda unit: number(f.figure(form, place, (f.year - 1, f.month), unit))
        splits = {}
        for region in self.office.regions:
            unit, parent = region["unit"], region.get("split_from")
            if parent and unit in units and since[unit] > ago and not of_then(unit):
                splits.setdefault(parent, []).append(unit)
        moved = {unit for parent, children in splits.items() for unit in [parent, *children]}
        total = Line(f, form, place)
        lines = [total]
        for unit in units:
            line = Line(f, form, place, whose=((unit, "all"),), ago=() if unit in moved else None, ranked=True)
            line.label = self.names[unit]
            lines.append(line)
        # Former borders are for the comparison alone.
        if self.bare([line.value(1) for line in lines]):
            splits = {}
        for parent in [unit for unit in units if unit in splits]:
            whose = tuple((unit, "all") for unit in [parent, *splits[parent]])
            line = Line(f, form, place, whose=whose, ago=((parent, "all"),))
            line.label = " и ".join(self.names[unit] for unit, _ in whose) + " (в прежних границах)"
            lines.append(line)
        for line in lines:
            line.whole = total
        Line.settle_places(lines)
        return lines

    # A table.

    def table(self, number_of, form, template, lines):
        sheet, judge = self.sheets.get(number_of), self.judge
        if sheet is None:
            judge.wrong.append(f"sheet {number_of} is not there: {template['title']['ru']}")
            return
        self.numbers[number_of], self.kinds[number_of] = [], template["kind"]
        if len(lines) != len(sheet.rows):
            judge.wrong.append(f"sheet {number_of} has {len(sheet.rows)} lines, not {len(lines)}")
            return
        if isinstance(lines[0], list):
            self.cross(number_of, sheet, form, template, lines)
            return
        self.lines[number_of] = lines
        if template["kind"] not in ("series", "map"):
            compared = not self.bare([line.value(1) for line in lines])
            shown = any(head.startswith("Изменение") for head in sheet.heads)
            judge.equal("head", sheet.rows[0][0], "whether it is compared", shown, compared)
        ranks = self.ranks(template, lines)
        orders = ranks
        if template["kind"] == "map":
            orders = self.classes(form, template, lines)
            self.map(sheet, template, lines, orders)
        for line, row, rank in zip(lines, sheet.rows, orders):
            if hasattr(line, "label"):
                judge.equal("label", row[0], "the line's place", sheet.label(row), plain(line.label))
            self.line(number_of, sheet, line, row, rank)
        self.sentences(sheet, form, template, lines, ranks)

    def by_level(self, template, lines):
        ranked = [line for line in lines if line.ranked and number(line.value(0))]
        return template["kind"] in ("regions", "map") and template.get("per_capita", True) and all(l.persons() for l in ranked)

    def shown(self, template, lines, line):
        """What a map shows of a region, as it is printed."""
        value = line.value(0)
        return line.level() if number(value) and self.by_level(template, lines) else value

    def classes(self, form, template, lines):
        """The class of each line of a map; no classes if too few counts are large enough."""
        column = next(c for c in self.office.section(form, template["section"])["columns"] if c["code"] == lines[0].place[2])
        least = self.template.get("chart_from", 10) if column.get("measure", "count") in ("count", "persons") else 0
        regions = [line for line in lines if line.ranked]
        if sum(number(line.value(0)) and line.value(0) > 0 and line.value(0) >= least for line in regions) < 5:
            return [None] * len(lines)
        shown = [self.shown(template, lines, line) if line.ranked else None for line in lines]
        known = sorted({value for value in shown if number(value)})
        counts = [sum(value == one for value in shown) for one in known]
        # The most even division of all, tried one by one; of equal ones that with the smallest highest classes.
        best = None
        for cuts in combinations(range(1, len(known)), min(5, len(known)) - 1):
            ends = [*cuts, len(known)]
            sizes = [sum(counts[first:last]) for first, last in zip([0, *cuts], ends)]
            found = (sum(size * size for size in sizes), sizes[::-1], ends)
            best = min(best, found) if best else found
        return [1 + sum(end <= known.index(v) for end in best[2]) if number(v) else None for v in shown]

    def map(self, sheet, template, lines, classes):
        """Compares each tile below the table with the sources."""
        drawn = any(classes)
        self.judge.equal("map", sheet.ws.cell(1, 1), "whether there is a map", "Класс" in sheet.heads, drawn)
        tiles = [c for row in sheet.ws.iter_rows() for c in row if isinstance(c.value, str) and c.value.count("\n") == 2]
        by_unit = {line.unit: (line, order) for line, order in zip(lines, classes) if line.ranked}
        layout = self.office.toml("templates/map.toml")["tile"] if drawn else []
        self.judge.equal("map", sheet.ws.cell(1, 1), "how many tiles", len(tiles), len(layout))
        for tile in layout:
            name = f"{tile['unit'][2:]} {tile['short']['ru']}"
            line, order = by_unit.get(tile["unit"], (None, None))
            value = self.shown(template, lines, line) if line else "z"
            if number(value):
                places = line.places if self.by_level(template, lines) else None
                expected = [name, said(value) if places is None else said_places(value, places), f"класс {order}"]
            else:
                expected = [name, f"[{value}]", "нет значения"]
            found = [c for c in tiles if plain(c.value.split("\n")[0]) == plain(name)]
            if len(found) != 1:
                self.judge.wrong.append(f"{sheet.ws.title}: {len(found)} tiles of {name}")
                continue
            shown = [plain(text) for text in found[0].value.split("\n")]
            self.judge.equal("tile", found[0], name, shown, [plain(text) for text in expected])
            self.judge.equal("tile", found[0], f"the column of {name}", found[0].column - 1, tile["column"])

    def ranks(self, template, lines):
        by_level = self.by_level(template, lines)
        worth = [
            line.value(0) / (line.persons() if by_level else 1) if line.ranked and number(line.value(0)) else None
            for line in lines
        ]
        # Too few regions with a count that is large enough have no ranks.
        ranked = [line for line, w in zip(lines, worth) if w is not None]
        large = [line for line in ranked if line.value(0) >= line.least_base()]
        if len(large) < min(len(ranked), 5):
            return [None] * len(lines)
        return [None if w is None else 1 + sum(o is not None and o > w for o in worth) for w in worth]

    def line(self, number_of, sheet, line, row, rank):
        last, judge = self.f.year, self.judge
        for head, cell in zip(sheet.heads, row):
            where = f"{sheet.label(row)}, {head}"
            years = re.findall(r"20\d\d", head)
            if head.startswith("Доля, %"):
                last = int(years[0]) if years else self.f.year
                judge.check("share", cell, where, line.share(self.f.year - last))
            elif years:
                value = line.value(self.f.year - int(years[0]))
                judge.check("value", cell, where, value)
                self.numbers[number_of].append(value)
            elif head == "Изменение":
                judge.check("change", cell, where, line.change())
                self.numbers[number_of].append(line.change())
            elif head == "Изменение, %":
                judge.check("growth", cell, where, line.growth())
            elif head == "Изменение доли, п.п.":
                judge.check("points", cell, where, line.points())
            elif head == "На 10 000 населения":
                judge.check("level", cell, where, line.level())
            elif head in ("Место", "Класс"):
                absent = line.value(0) if line.ranked and not number(line.value(0)) else "z"
                judge.check("rank", cell, where, absent if rank is None else Fraction(rank))

    def cross(self, number_of, sheet, form, template, lines):
        judge = self.judge
        stub = next(place for place, head in enumerate(sheet.heads) if head in ("Строка", "Графа")) + 1
        what, at = ("columns", 2) if sheet.heads[stub - 1] == "Графа" else ("rows", 1)
        code = lambda place: self.printed(form, place[0], what, place[at])
        whole = lines[0]
        bare = [self.bare([cells[place].value(0) for cells in lines]) for place in range(len(whole))]
        lines = [[cell for cell, left_out in zip(cells, bare) if not left_out] for cells in lines]
        for place, (cell, head) in enumerate(zip(lines[0], sheet.heads[stub:])):
            (unit, agency), column = cell.whose[0], cell.place[2]
            if template["kind"] == "section":
                right = head.startswith(f"{self.printed(form, cell.place[0], 'columns', column)}. ")
            elif template["kind"] == "regions-across":
                right = head == plain(self.names.get(unit, "Республика Казахстан"))
            else:
                right = self.agencies.get(head, "all") == agency
            judge.equal("head", sheet.rows[0][stub + place], head, right, True)
        figures = len([head for head in sheet.heads[stub:] if head != "Отметки"])
        judge.equal("head", sheet.rows[0][0], "how many columns", figures, len(lines[0]))
        for cells, row in zip(lines, sheet.rows):
            judge.equal("code", row[stub - 1], "the code of the line", str(row[stub - 1].value), code(cells[0].place))
            for expected, cell in zip(cells, row[stub:]):
                judge.check("crossed", cell, f"{sheet.label(row)[:40]}", expected.value(0))
                self.numbers[number_of].append(expected.value(0))
        first, label = whole, sheet.label(sheet.rows[0])
        if not number(first[0].value(0)):
            return
        if template["kind"] == "section":
            self.says(sheet, f"{label}; ", said(first[0].value(0)))
        else:
            self.says(sheet, f"{label[:1].upper()}{label[1:]}: {said(first[0].value(0))}.", "")
        if template["kind"] == "regions-across":
            known = [(c.value(0), -i, head) for i, (c, head) in enumerate(zip(lines[0], sheet.heads[stub:])) if c.whose[0][0] != "19"]
            known = [k for k in known if number(k[0])]
            high, low = max(known), min(known, key=lambda k: (k[0], -k[1]))
            if high[0] != low[0]:
                self.says(sheet, f"Наибольшее значение: {high[2]} ({said(high[0])}), наименьшее: {low[2]} ({said(low[0])}).", "")

    # Sentences.

    def says(self, sheet, first, last):
        """Checks that the sheet has a sentence with this beginning and this end."""
        pattern = re.escape(plain(first)) + (".{0,400}?" + re.escape(plain(last)) if last else "")
        found = re.search(pattern, sheet.above) is not None
        self.judge.equal("sentence", sheet.ws.cell(1, 1), "above the table", sheet.above if not found else True, True)

    def sentences(self, sheet, form, template, lines, ranks):
        kind, first = template["kind"], lines[0]
        if kind == "structure":
            parts = [(l.value(0), i, l) for i, l in enumerate(lines) if l.place != l.whole.place and number(l.value(0))]
            whole = first.whole.value(0)
            if parts and number(whole) and whole > 0 and whole >= first.least_base():
                value, at, line = max(parts, key=lambda p: (p[0], p[1]))
                label = sheet.label(sheet.rows[at])
                share = said_tenths(tenths(value / line.whole.value(0) * 100))
                self.says(sheet, f"Наибольшая часть: {label} — {said(value)}, {share} %.", "")
            return
        if kind == "map":
            if number(first.value(0)):
                self.says(sheet, f"{sheet.label(sheet.rows[0])}: {said(first.value(0))}.", "")
            self.extremes(sheet, template, lines, ranks)
            return
        # A stock at the beginning of the year does not describe the period.
        opening = {c["code"] for c in self.office.section(form, template["section"]).get("columns", []) if c.get("course") == "opening"}
        told = [i for i, line in enumerate(lines) if line.place[2] not in opening]
        at = told[0] if told and kind in ("dynamics", "series", "quarter") else 0
        now, ago = lines[at].value(0), lines[at].value(1)
        label = sheet.label(sheet.rows[at])
        label = label[:1].upper() + label[1:]
        if number(now) and number(ago):
            end = f"(АППГ): {said(ago)}; изменение: {said_growth(now, ago, lines[at].least_base())}."
            self.says(sheet, f"{label}: {said(now)}; ", end)
        elif number(now):
            self.says(sheet, f"{label}: {said(now)}.", "")
        if kind == "regions":
            self.extremes(sheet, template, lines, ranks)

    def extremes(self, sheet, template, lines, ranks):
        known = [(rank, i) for i, rank in enumerate(ranks) if rank is not None]
        if not known or min(known)[1] == (last := min(i for rank, i in known if rank == max(known)[0])):
            return
        by_level = self.by_level(template, lines)
        worth = lambda i: said_places(lines[i].level(), lines[i].places) if by_level else said(lines[i].value(0))
        (high, low), (most, fewest) = (min(known)[1], last), ("Наибольшее значение", "наименьшее")
        if by_level:
            most, fewest = "Наибольший уровень на 10 000 населения", "наименьший"
        alike = lambda i: len([o for o, rank in enumerate(ranks) if rank is not None and worth(o) == worth(i)])
        name = lambda i: sheet.label(sheet.rows[i]) if alike(i) == 1 else "несколько регионов"
        self.says(sheet, f"{most}: {name(high)} ({worth(high)}), {fewest}: {name(low)} ({worth(low)}).", "")

    # Sheets beside the chapters.

    def summary(self):
        sheet = Sheet(self.book["Показатели"])
        self.numbers["—"], lines, quoted = [], [], 0
        for key, row in zip(self.template["key_figure"], sheet.rows, strict=True):
            line = Line(self.f, key["form"], (key["section"], key["row"], key["column"]))
            if not self.f.come(key["form"]):
                line.kept[0] = ABSENT
            lines.append(line)
            line.label = plain(key["title"]["ru"])
            self.line("—", sheet, line, row, None)
            now, ago = line.value(0), line.value(1)
            if number(now) and number(ago) and quoted < 3:
                quoted += 1
                self.says(sheet, f"{line.label}: {said(now)} (АППГ: {said(ago)}; {said_growth(now, ago, line.least_base())}).", "")
        self.lines["Показатели"], self.kinds["Показатели"] = lines, "summary"

    def charts(self):
        """Checks the chart data. Each line repeats a figure of a table: table, category, series, value."""
        if "Данные диаграмм" not in self.book.sheetnames:
            return
        sheet = Sheet(self.book["Данные диаграмм"])
        levels = {}
        for row in sheet.rows:
            table, category, series = (plain(str(c.value)) for c in row[:3])
            if table not in self.lines:
                self.judge.say(row[1], "a chart of a table that was not compared", table, None)
                continue
            kind, lines = self.kinds[table], self.lines[table]
            of = self.sheets.get(table)
            labels = [l.label for l in lines] if of is None else [self.said_label(of, r) for r in of.rows]
            at = series if kind in ("series", "summary") else category
            found = [line for line, label in zip(lines, labels) if self.cut(at, label)]
            # The label of a part may follow that of its whole.
            ends = [at[turn.end() :] for turn in re.finditer(": ", at)]
            found += [line for line, label in zip(lines, labels) if any(self.cut(end, label) for end in ends)]
            if not found:
                self.judge.say(row[1], "a category that no line has", at, None)
                continue
            line = found[0]
            if kind in ("series", "summary"):
                value = line.value(self.f.year - int(category))
            elif kind == "structure":
                value = line.share(0)
            elif kind == "regions" and series == "На 10 000 населения":
                value = line.level()
                levels.setdefault(table, []).append(value)
            else:
                years = re.findall(r"20\d\d", series)
                value = line.value(self.f.year - int(years[0]) if years else 0)
            where = f"table {table}, {category}, {series}"
            if row[3].value == "#N/A":
                self.judge.equal("chart", row[3], where, number(value), False)
            else:
                self.judge.check("chart", row[3], where, value)
        for table, shown in levels.items():
            self.judge.equal("order", None, f"the order of bars of {table}", shown, sorted(shown, reverse=True))

    def said_label(self, sheet, row):
        """The label of a row; two label columns are joined with a colon."""
        second = len(sheet.heads) > 1 and sheet.heads[1] == "По строке"
        return plain(f"{row[0].value}: {row[1].value}") if second else sheet.label(row)

    @staticmethod
    def cut(shown, label):
        return shown == label or (shown.endswith("…") and label.startswith(shown[:-1]))

    def control(self):
        sheet = Sheet(self.book["Контроль"])
        told = set()
        for row in sheet.rows:
            table = plain(str(row[0].value))
            numbers = [n for n in self.numbers.get(table, []) if number(n)]
            told.add(table)
            self.judge.check("control", row[2], f"numbers of {table}", Fraction(len(numbers)))
            # A table without figures adds up to zero; a sum of many digits is written as text.
            shown, total = row[3], sum(numbers, Fraction(0))
            if isinstance(shown.value, str) and shown.value not in ("—", ""):
                self.judge.equal("control", shown, f"sum of {table}", Fraction(shown.value), total)
            else:
                self.judge.check("control", shown, f"sum of {table}", total)
        self.judge.equal("control", None, "tables with a sum", sorted(set(self.numbers) - told), [])
