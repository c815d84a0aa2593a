"""Figures of books: sums over units, single quarters, changes, shares, levels. All in fractions, rounded once."""

import calendar
from datetime import date
from fractions import Fraction

from sources import ABSENT


def rounded(value, places):
    """The value with so many decimals, rounded half away from zero."""
    one = 10**places
    sign, value = (-1 if value < 0 else 1), abs(value) * one
    return Fraction(sign * int(value + Fraction(1, 2)), one)


def tenths(value):
    """The value with one decimal, rounded half away from zero."""
    return rounded(value, 1)


def said(value):
    """A number as a text writes it: 17 144, 18 453,949, −2,6."""
    sign, value = ("−" if value < 0 else ""), abs(Fraction(value))
    whole, rest = divmod(value, 1)
    digits = f"{int(whole):,}".replace(",", "\u00a0")
    if rest:
        decimals = f"{float(rest):.3f}"[2:].rstrip("0")
        return f"{sign}{digits},{decimals}"
    return sign + digits


def said_places(value, places):
    """The same with exactly so many decimals, zeros included."""
    whole, _, decimals = said(value).partition(",")
    return f"{whole},{decimals.ljust(places, '0')}"


def said_tenths(value):
    """The same with exactly one decimal, a zero included."""
    return said_places(value, 1)


def growth(now, ago, least):
    """A percentage, a multiple in words, or a dash if the earlier value is not above zero or below the least base."""
    if ago <= 0 or ago < least:
        return "—"
    if now > 2 * ago:
        return f"в {said_tenths(tenths(now / ago))} раза".replace(" ", "\u00a0")
    return tenths((now - ago) / ago * 100)


def said_growth(now, ago, least):
    found = growth(now, ago, least)
    if isinstance(found, str):
        return found
    return f"{'+' if found > 0 else ''}{said_tenths(found)}\u00a0%"


def last_day(year, month):
    return date(year, month, calendar.monthrange(year, month)[1])


def number(value):
    return isinstance(value, Fraction)


class Figures:
    """The figures of one book's period and of the years before it."""

    def __init__(self, office, sources, year, month):
        self.office, self.sources, self.year, self.month = office, sources, year, month
        self.known_stated = {}
        # The least count that a percentage has as its base; the book's template says it.
        self.percent_from = 10

    def least_base(self, form, place):
        """The least base of a percentage at a place: only counts of cases and persons have one."""
        columns = {c["code"]: c for c in self.office.section(form, place[0]).get("columns", [])}
        counted = columns.get(place[2], {}).get("measure", "count") in ("count", "persons")
        return self.percent_from if counted else 0

    def come(self, form):
        return bool(self.sources.documents(form, self.year, self.month))

    def ends(self):
        """The months that a book can show: the period's month in five years, and three months before each."""
        for year in range(self.year, self.year - 5, -1):
            yield year, self.month
            if self.month > 3:
                yield year, self.month - 3

    def stated(self, form):
        """Whether every period that came has figures of the republic; else the republic is the sum of its regions."""
        if form not in self.known_stated:
            come = [d for d in (self.sources.documents(form, *end) for end in self.ends()) if d]
            self.known_stated[form] = bool(come) and all(("19", "all") in d for d in come)
        return self.known_stated[form]

    def figure(self, form, place, end, unit="19", agency="all"):
        known = self.sources.documents(form, *end)
        if unit == "19" and not self.stated(form):
            # The regions that existed then, and later ones that have a document of the form all the same.
            units = [r["unit"] for r in self.office.regions]
            of_then = self.office.units(last_day(*end))
            parts = [self.of(known, place, u, agency) for u in units if u in of_then or (u, "all") in known]
            return self.total(parts)
        return self.of(known, place, unit, agency)

    @staticmethod
    def of(known, place, unit, agency):
        return known[unit, agency].figure(*place) if (unit, agency) in known else ABSENT

    @staticmethod
    def total(parts):
        """The sum; if parts are absent, the shorthand of the last absent part."""
        absent = [part for part in parts if not number(part)]
        if absent or not parts:
            return absent[-1] if absent else ABSENT
        return sum(parts)


class Line:
    """A line of a table: the units and agencies whose figures it adds up, now and in the years before."""

    def __init__(self, figures, form, place, whose=(("19", "all"),), ago=None, alone=False, ranked=False):
        self.figures, self.form, self.place = figures, form, place
        self.whose, self.ago, self.alone, self.ranked = whose, whose if ago is None else ago, alone, ranked
        self.whole = None
        # The decimals of levels, one number for a whole column.
        self.places = 1
        self.kept = {}

    def value(self, years):
        if years not in self.kept:
            self.kept[years] = self.compute(years)
        return self.kept[years]

    def compute(self, years):
        f = self.figures
        whose = self.ago if years else self.whose
        if not whose:
            # Borders changed, and no figures of the year before exist in those of now.
            return "z"
        year = f.year - years
        parts = []
        for unit, agency in whose:
            parts.append(f.figure(self.form, self.place, (year, f.month), unit, agency))
            if self.alone and f.month > 3:
                base = f.figure(self.form, self.place, (year, f.month - 3), unit, agency)
                parts.append(-base if number(base) else base)
        return Figures.total(parts)

    def both(self, of):
        now, ago = self.value(0), self.value(1)
        absent = next((v for v in (now, ago) if not number(v)), None)
        return absent if absent else of(now, ago)

    def change(self):
        return self.both(lambda now, ago: now - ago)

    def least_base(self):
        return self.figures.least_base(self.form, self.place)

    def growth(self):
        return self.both(lambda now, ago: growth(now, ago, self.least_base()))

    def share(self, years):
        part, whole = self.value(years), self.whole.value(years)
        if not number(part):
            return part
        known = number(whole) and whole > 0 and whole >= self.least_base()
        return tenths(part / whole * 100) if known else "z"

    def points(self):
        wholes = [self.whole.value(0), self.whole.value(1)]
        known = all(number(w) and w > 0 and w >= self.least_base() for w in wholes)
        return self.both(lambda now, ago: tenths((now / wholes[0] - ago / wholes[1]) * 100) if known else "z")

    def persons(self):
        f = self.figures
        counted = [f.office.inhabitants(unit, last_day(f.year, f.month)) for unit, _ in self.whose]
        return None if None in counted else sum(counted)

    def level(self):
        now, persons = self.value(0), self.persons()
        if not number(now):
            return now
        return rounded(now * 10000 / persons, self.places) if persons else "z"

    @staticmethod
    def settle_places(lines):
        """Sets the decimals of all levels of a table by the highest one: one from 10 on, two from 1 on, else three."""
        highest = Fraction(0)
        for line in lines:
            line.places = 3
            level = line.level()
            highest = max(highest, level) if number(level) else highest
        for line in lines:
            line.places = 1 if highest >= 10 or not highest else 2 if highest >= 1 else 3
