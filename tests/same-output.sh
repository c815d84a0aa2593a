#!/usr/bin/env bash
# Check whether two states of the code write the same bytes.
#
#   tests/same-output.sh A B        A and B: a checkout (it is built with --release) or a built zhinaq
#
# Each runs the sample half-year 2025-Q2. If ../shared/real is found, each also takes in the real forms 1-M, CIS-1 and
# 3-K. Then every file of the two output folders is compared byte for byte. What depends on the moment of the run is made
# equal first: ports of the loopback server, `Date` headers, process ids, the time of writing. The ledger is a database
# file and is not compared; its content shows in the register, the mails and `sendings.jsonl`.
# Prints the files that differ. Exit code 0: the same; 1: not the same; 2: the comparison could not be made.
set -euo pipefail

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# = 2 ] || usage
real="$(cd "$(dirname "$0")/.." && pwd)/../shared/real"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

program_of() {
  if [ -d "$1" ]; then
    (cd "$1" && cargo build --release --locked --quiet --bin zhinaq >&2) || exit 2
    echo "$(cd "$1" && pwd)/target/release/zhinaq"
  elif [ -x "$1" ]; then
    echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
  else
    echo "same-output: $1 is neither a checkout nor a program" >&2
    exit 2
  fi
}

make_output() { # PROGRAM FOLDER
  mkdir -p "$2/sample" "$2/real"
  (cd "$2/sample" && "$1" run --sample --period 2025-Q2 --as-of 2025-07-21T20:30 >run.txt) || { echo "same-output: $1 run failed" >&2; exit 2; }
  [ -d "$real" ] || { echo "same-output: skipped the real forms: no $real" >&2; return; }
  (cd "$2/real" && "$1" init . >/dev/null 2>&1
   "$1" pull --from-file "$real"/1-M --period 2022-M12 --as-of 2024-12-20 >1-m.txt 2>&1 || true
   "$1" pull --from-file "$real"/CIS-1 --period 2022-M12 --as-of 2024-12-20 >cis-1.txt 2>&1 || true
   "$1" pull --from-file "$real"/3-K --as-of 2024-12-20 >3-k.txt 2>&1 || true
   "$1" build --period 2024-Q2 --as-of 2024-12-20 --formats csv >build.txt 2>&1 || true)
  [ -n "$(find "$2/real/output" -name '*.parquet' -print -quit)" ] || { echo "same-output: $1 took in no real form" >&2; exit 2; }
}

level() { # FOLDER
  find "$1" -name 'ledger.sqlite*' -delete
  rm -rf "$1"/*/output/*/.run.lock "$1"/*/output/.run.lock
  find "$1" -type f \( -name '*.json' -o -name '*.jsonl' -o -name '*.txt' -o -name '*.eml' \) -print0 |
    xargs -0 -r sed -i -E \
      -e 's/127\.0\.0\.1:[0-9]+/127.0.0.1:PORT/g' \
      -e 's/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8}( GMT)?/DATE/g' \
      -e 's/([0-9]{8}T[0-9]{9}Z)-[0-9]+/\1-PID/g' \
      -e 's/"(received|read_at|at)": ?"20[0-9]{2}-[0-9T:.-]+Z"/"\1":"TIME"/g'
  # Parcels are handed over in parallel, so the order of the lines varies.
  find "$1" -name '*.jsonl' -exec sort -o {} {} \;
}

first="$(program_of "$1")"
second="$(program_of "$2")"
for side in first second; do
  make_output "${!side}" "$work/$side" >&2
  level "$work/$side"
done
count="$(find "$work/first" -type f | wc -l)"
books="$(find "$work/first" -name '*.xlsx' | wc -l)"
if diff -rq "$work/first" "$work/second"; then
  echo "the same: $count files, $books of them workbooks"
else
  exit 1
fi
