#!/usr/bin/env python3
"""Print what each fault of the sample office does to each form, as a Markdown table.

    cargo build --release
    ZHINAQ=target/release/zhinaq tests/faults-by-forms.py > faults.md
    ZHINAQ=... tests/faults-by-forms.py --kinds twins,sum --forms 1-ad,1-n --jobs 1

Each pair of form and fault is a run of an office of its own, with the collections that the form belongs to and all their
forms, at the minute at which its books are handed over. The silent pairs are printed last: a collection has other figures
than without the fault, and the exit code is 0 without an error, a warning or a held document. The exit code of the script
is 1 if a silent pair was found.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PERIOD = "2025-Q2"
ACT = "schedules/order-25-2019"
# Books are handed over on the 14th. A book with a form that is due later follows when the form has come.
ON_THE_DAY, LATER = "2025-07-14T20:30", "2025-07-21T20:30"
STATUTORY_DAY = 14
# The longest time of one run, in seconds. A run that takes longer counts as reported: the person who waits sees it.
LONGEST = 600


def zhinaq(office, *words):
    command = [os.path.abspath(os.environ["ZHINAQ"]), *words]
    environment = {**os.environ, "NO_COLOR": "1"}
    try:
        return subprocess.run(command, cwd=office, env=environment, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(command, -1, "", f"no end after {LONGEST} s: {error.stderr}")


def kinds(office):
    """The kinds of faults, as the program itself lists them."""
    said = zhinaq(office, "run", "--sample", "--period", PERIOD, "--faults", "no-such-kind:1-m").stderr
    return re.search(r"known are ([a-z0-9, -]+)", said).group(1).strip().split(", ")


def keep(path, table, wanted):
    """Keeps only the tables with one of the wanted ids in a list of tables in a file."""
    head, *entries = re.split(rf"(?m)^(?=\[\[{table}\]\])", path.read_text())
    is_wanted = lambda entry: re.search(r'(?m)^(?:id|form) = "([^"]+)"', entry).group(1) in wanted
    path.write_text(head + "".join(filter(is_wanted, entries)))


def fresh(folder):
    """Makes an office that does not wait long for its sources."""
    done = zhinaq(folder, "init", ".", "--use", "sample")
    assert done.returncode == 0, done.stderr
    settings = folder / "zhinaq.toml"
    text = settings.read_text()
    for key, value in [("answer_seconds", 3), ("attempts", 3), ("longest_pause_seconds", 2)]:
        text, count = re.subn(rf"(?m)^{key} = \d+", f"{key} = {value}", text)
        assert count == 1, f"zhinaq.toml has no line `{key} = `"
    settings.write_text(text)
    for wait in ["whole_seconds = 8, idle_seconds = 4, answer_seconds = 3"]:
        sources = folder / "schedules/sources.toml"
        sources.write_text(re.sub(r"(?m)^(id = .*)$", rf"\1\nwait = {{ {wait} }}", sources.read_text()))


def office_of(whole, folder, form):
    """A copy of the whole office with the collections of a form and their forms only."""
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    collections = tomllib.loads((folder / ACT / "collections.toml").read_text())["collection"]
    chosen = [c for c in collections if form in c["forms"]]
    if chosen:
        ids, forms = {c["id"] for c in chosen}, {f for c in chosen for f in c["forms"]}
        keep(folder / ACT / "collections.toml", "collection", ids)
        keep(folder / ACT / "forms.toml", "form", forms)
        keep(folder / "schedules/sources.toml", "form", forms)
        matrix = folder / ACT / "matrix.csv"
        lines = matrix.read_text().splitlines(keepends=True)
        matrix.write_text("".join(line for line in lines if line.split(",")[0] in ids | {"collection"}))


def outcome(whole, form, as_of, fault):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        office_of(whole, folder, form)
        words = ["--sample", "--period", PERIOD, "--as-of", as_of, "--faults", fault]
        ran = zhinaq(folder, "run", *words, "--format", "json")
        try:
            report = json.loads(ran.stdout)
        except ValueError:
            report = {}
        findings = report.get("findings", {})
        found = {
            "code": ran.returncode,
            "errors": findings.get("error", 0),
            "warnings": findings.get("warning", 0),
            "held": sum(f.get("held") or 0 for f in report.get("forms", [])),
            "handed": report.get("totals", {}).get("copies", {}).get("handed", 0),
            "books": {c["id"]: c.get("content_id") for c in report.get("collections", [])},
            "idle": "has no effect" in ran.stderr,
            "err": ran.stderr,
            "tables": {},
        }
        found["told"] = ran.returncode != 0 or found["errors"] + found["warnings"] + found["held"] > 0
        if not found["told"]:
            # Equal ids mean equal figures; the tables are a second proof.
            zhinaq(folder, "build", *words, "--formats", "csv")
            top = folder / "output/sample" / PERIOD
            found["tables"] = {str(p.relative_to(top)): p.read_bytes() for p in top.rglob("*.csv")}
        return found


def is_equal(one, plain):
    same_tables = not one["tables"] or not plain["tables"] or one["tables"] == plain["tables"]
    return one["books"] == plain["books"] and same_tables


def cell(one, plain):
    equal = "equal" if is_equal(one, plain) else "other"
    idle = ", said to change nothing" if one["idle"] else ""
    return (
        f"exit {one['code']}, {one['errors']} E, {one['warnings']} W, {one['held']} held, "
        f"{equal}, {one['handed']}/{plain['handed']}{idle}"
    )


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--kinds", default="", help="only these kinds, comma-separated")
    words.add_argument("--forms", default="", help="only these forms, comma-separated")
    words.add_argument("--jobs", type=int, default=2, help="runs at a time")
    args = words.parse_args()
    if "ZHINAQ" not in os.environ:
        sys.exit("error: set ZHINAQ to a built program, such as target/release/zhinaq")
    with tempfile.TemporaryDirectory() as whole, ThreadPoolExecutor(args.jobs) as pool:
        whole = Path(whole)
        fresh(whole)
        terms = tomllib.loads((whole / ACT / "forms.toml").read_text())["form"]
        chosen = [f for f in args.forms.split(",") if f] or [t["id"] for t in terms]
        minute = {t["id"]: LATER if t["day"] > STATUTORY_DAY else ON_THE_DAY for t in terms}
        all_kinds = [k for k in args.kinds.split(",") if k] or kinds(whole)
        started = {
            (form, kind): pool.submit(outcome, whole, form, minute[form], f"{kind}:{form}" if kind else "")
            for form in chosen
            for kind in ["", *all_kinds]
        }
        print("E errors, W warnings; figures equal to those without the fault, or other (or `[x]`); copies handed over\n")
        print("| form | fault | outcome |\n| --- | --- | --- |", flush=True)
        silent, unsound = [], []
        for form in chosen:
            plain = started[form, ""].result()
            if plain["told"] or not plain["handed"]:
                unsound.append(f"{form}: {cell(plain, plain)}\n{plain['err']}")
            for kind in all_kinds:
                one = started[form, kind].result()
                print(f"| {form} | {kind} | {cell(one, plain)} |", flush=True)
                if not one["told"] and not is_equal(one, plain):
                    silent.append(f"{kind}:{form}")
        for text in unsound:
            print(f"\nWithout a fault something is wrong already: {text}")
        print(f"\nSilent pairs: {', '.join(silent) or 'none'}")
        sys.exit(1 if silent or unsound else 0)


main()
