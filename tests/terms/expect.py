"""Write the working days of Kazakhstan from an independent library; `library.rs` compares ours with them.

Needs the PyPI package `holidays` (its version is written into the files). Run from anywhere:

    python3 tests/terms/expect.py

`library-days.csv`: every weekday off and every working weekend day of 2019 to 2027.
`library-terms.csv`: for each day of a month on which something falls due, the first working day at or after it.
If a newer version of the library brings a new difference, explain it in `differences.csv`.
"""

import datetime
import pathlib

import holidays

HERE = pathlib.Path(__file__).parent
YEARS = range(2019, 2028)
# The days of the month on which the 26 forms and the six collections fall due.
DAYS = (5, 7, 8, 9, 10, 12, 14, 20)
ONE = datetime.timedelta(days=1)

# The year after the last one is needed to roll a term of December.
library = holidays.country_holidays("KZ", years=[*YEARS, 2028])


def first_working(day):
    while not library.is_working_day(day):
        day += ONE
    return day


def write(name, header, rows):
    head = f"# PyPI holidays {holidays.__version__}, country KZ. Made by expect.py; do not edit.\n{header}\n"
    (HERE / name).write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")


days = []
for year in YEARS:
    day = datetime.date(year, 1, 1)
    while day.year == year:
        working = library.is_working_day(day)
        if working != (day.weekday() < 5):
            days.append(f"{day},{'working' if working else 'off'}")
        day += ONE
write("library-days.csv", "date,day", days)

terms = [datetime.date(year, month, day) for year in YEARS for month in range(1, 13) for day in DAYS]
write("library-terms.csv", "statutory,due", [f"{term},{first_working(term)}" for term in terms])
