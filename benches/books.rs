//! Measures building and writing books at full size.
//!
//! `cargo bench --bench books [-- HOME PERIOD [sample]]` uses an office whose forms have been pulled. Without arguments
//! it pulls the sample half-year into a temporary folder, with form 1-M in all sections of the real form: 26 forms, 20
//! regions, 4.5 million figures of 1-M in a period and the year before. It prints
//! - the wall time in seconds to build all collections in one process, several times;
//! - for each collection the processor time in seconds to plan its sheets, to write them as a workbook, to compress the
//!   XML   of that workbook with zlib level 6 (with one compressor for all parts, and with a new one for each), and, if
//!   `python3`   has XlsxWriter, to write the same sheets with it: cells, styles, widths, tables, links, charts,
//!   sparklines, pages;
//! - how many times faster all cores together write books than one process of XlsxWriter.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured, and stops where it cannot"
)]

#[path = "support/office.rs"]
mod office;
#[path = "support/processor.rs"]
mod processor;

use std::{
    env, fs,
    io::{Cursor, Read as _, Write as _},
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use flate2::{Compress, Compression, FlushCompress, Status, write::DeflateEncoder};
use serde_json::{Value, json};

use office::{books, zhinaq};
use processor::cpu;
use zhinaq::{
    assemble::Book,
    domain::Language,
    words::{Dictionary, Lexicon},
    workbook::{
        Profile,
        plan::{Brief, CellContent, PageFit, SheetPlan, planned},
        written,
    },
};

/// How often all collections are built, each step is measured, and XlsxWriter writes a book.
const RUNS: usize = 5;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|w| !w.starts_with("--")).collect();
    let own = tempfile::tempdir().unwrap();
    let (home, period, sample) = if let [home, period, rest @ ..] = words.as_slice() {
        (PathBuf::from(home), period.clone(), !rest.is_empty())
    } else {
        full_size(own.path());
        (own.path().to_owned(), "2025-Q2".to_owned(), true)
    };
    build(&home, &period, sample);

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let books = runtime.block_on(books(&home, &period, sample));
    println!(
        "{:<20} {:>6} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8} {:>6} {:>9} {:>6}",
        "seconds of a core", "sheets", "XML KB", "plan", "write", "zlib 6", "ratio", "anew", "ratio", "python", "times"
    );
    let dictionary = Dictionary::embedded().unwrap();
    let lexicon = dictionary.lexicon(Language::RU).unwrap();
    let mut all = Measured::default();
    for book in &books {
        let measured = Measured::of(book, lexicon);
        measured.print(book.collection.as_str());
        all.add(&measured);
    }
    all.print("all");
    let (cores, wall) = together(&books, lexicon);
    println!(
        "all, on {cores} cores at once: {wall:.4} s of wall time, {:.1} times as fast as one Python",
        all.python / wall
    );
}

/// Makes the sample office with form 1-M at its real size: the sample's shorter edition is removed from the template.
fn full_size(home: &Path) {
    zhinaq(home, &["init", home.to_str().unwrap()]);
    let path = home.join("templates/forms/1-m.toml");
    let template = fs::read_to_string(&path).unwrap();
    let shorter = template.find("\n[[edition]]\nedition = \"90001\"").unwrap();
    let rest = &template[shorter + 1..];
    let end = rest.match_indices("\n[[").map(|(at, _)| at).find(|at| !rest[*at..].starts_with("\n[[edition")).unwrap();
    fs::write(&path, format!("{}{}", &template[..shorter], &rest[end..])).unwrap();
    zhinaq(home, &["pull", "--sample", "--period", "2025-Q2"]);
}

fn build(home: &Path, period: &str, sample: bool) {
    let mut words = vec!["build", "--period", period];
    words.extend(sample.then_some("--sample"));
    let once = |_| {
        let started = Instant::now();
        zhinaq(home, &words);
        started.elapsed().as_secs_f64()
    };
    let mut took: Vec<f64> = (0..RUNS).map(once).collect();
    took.sort_by(f64::total_cmp);
    println!(
        "zhinaq build --period {period}, all collections, one process: {:.2} s of wall time (median; {:.2} to {:.2})",
        took[RUNS / 2],
        took[0],
        took[RUNS - 1]
    );
}

/// The processor time of each step for a book, in seconds.
#[derive(Default)]
struct Measured {
    sheets: usize,
    bytes: usize,
    plan: f64,
    write: f64,
    zlib: f64,
    anew: f64,
    python: f64,
}

impl Measured {
    fn of(book: &Book, lexicon: &Lexicon) -> Self {
        let brief = Brief { book, lexicon, profile: Profile::Accessible };
        let content = book.content();
        let sheets = planned(&brief, &content);
        let parts = parts(&written(&brief, &content, &sheets).unwrap());
        let mut packer = Packer::new();
        let [plan, write, zlib, anew] = in_turns([
            &mut || assert!(!planned(&brief, &book.content()).is_empty()),
            &mut || assert!(!written(&brief, &content, &sheets).unwrap().is_empty()),
            &mut || assert!(parts.iter().map(|part| packer.pack(part)).sum::<usize>() > 0),
            &mut || assert!(parts.iter().map(|part| packed_anew(part)).sum::<usize>() > 0),
        ]);
        Self {
            sheets: sheets.len(),
            bytes: parts.iter().map(Vec::len).sum(),
            plan,
            write,
            zlib,
            anew,
            python: python(&sheets).unwrap_or(f64::NAN),
        }
    }

    fn add(&mut self, other: &Self) {
        self.sheets += other.sheets;
        self.bytes += other.bytes;
        self.plan += other.plan;
        self.write += other.write;
        self.zlib += other.zlib;
        self.anew += other.anew;
        self.python += other.python;
    }

    fn print(&self, name: &str) {
        let Self { sheets, bytes, plan, write, zlib, anew, python } = self;
        let (bytes, ratio, of_anew, times) = (bytes / 1000, write / zlib, write / anew, python / write);
        println!(
            "{name:<20} {sheets:>6} {bytes:>8} {plan:>8.4} {write:>8.4} {zlib:>8.4} {ratio:>6.2} {anew:>8.4} {of_anew:>6.2} {python:>9.4} {times:>6.1}"
        );
    }
}

/// The number of cores, and the wall time in seconds to write all books when each core has a thread that writes whole
/// books.
fn together(books: &[Book], lexicon: &Lexicon) -> (usize, f64) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let planned: Vec<_> = books
        .iter()
        .map(|book| {
            let brief = Brief { book, lexicon, profile: Profile::Accessible };
            let content = book.content();
            (brief, planned(&brief, &content), content)
        })
        .collect();
    let rounds = 20;
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for (brief, sheets, content) in planned.iter().cycle().take(rounds * planned.len()) {
                    assert!(!written(brief, content, sheets).unwrap().is_empty());
                }
            });
        }
    });
    (cores, started.elapsed().as_secs_f64() / (rounds * cores) as f64)
}

/// The processor time of all threads for each piece of work, in seconds; other programs do not count. The pieces take
/// turns, so that a core that runs faster for a while does so for all of them.
fn in_turns<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let (mut spent, mut runs) = ([0.0; N], [0.0; N]);
    for _ in 0..RUNS {
        for (place, work) in works.iter_mut().enumerate() {
            let started = cpu();
            while cpu() - started < 0.25 {
                work();
                runs[place] += 1.0;
            }
            spent[place] += cpu() - started;
        }
    }
    std::array::from_fn(|place| spent[place] / runs[place])
}

/// The XML of a workbook, part by part.
fn parts(workbook: &[u8]) -> Vec<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let mut bytes = Vec::new();
        archive.by_index(place).unwrap().read_to_end(&mut bytes).unwrap();
        parts.push(bytes);
    }
    parts
}

/// A compressor that is used for many parts.
struct Packer(Compress);

impl Packer {
    fn new() -> Self {
        Self(Compress::new(Compression::new(6), false))
    }

    fn pack(&mut self, part: &[u8]) -> usize {
        self.0.reset();
        let mut bytes = Vec::with_capacity(part.len() + part.len() / 1024 + 64);
        assert_eq!(self.0.compress_vec(part, &mut bytes, FlushCompress::Finish).unwrap(), Status::StreamEnd);
        bytes.len()
    }
}

/// Compresses a part with a new compressor.
fn packed_anew(part: &[u8]) -> usize {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(part).unwrap();
    encoder.finish().unwrap().len()
}

/// The time in seconds that Python's XlsxWriter needs for the same sheets; `None` if it is not installed.
fn python(sheets: &[SheetPlan]) -> Option<f64> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/books.py");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    fs::write(&file, serde_json::to_vec(&sheets.iter().map(as_json).collect::<Vec<_>>()).unwrap()).unwrap();
    let output = Command::new("python3").arg(script).arg(&file).arg(RUNS.to_string()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// A sheet as JSON, as `books.py` reads it.
fn as_json(sheet: &SheetPlan) -> Value {
    let cells = sheet.cells.iter().map(|cell| {
        let style = format!("{:?}", cell.style);
        match &cell.content {
            CellContent::Text(text) => json!([cell.row, cell.column, text, style]),
            CellContent::Number(number) => json!([cell.row, cell.column, number, style]),
            CellContent::NotThere | CellContent::Blank => json!([cell.row, cell.column, null, style]),
            CellContent::Link { text, sheet } => {
                json!([cell.row, cell.column, text, style, format!("internal:'{}'!A1", sheet.replace('\'', "''"))])
            }
        }
    });
    let range = |r: &zhinaq::workbook::plan::Range| json!([r.sheet, r.first, r.column, r.last, r.column]);
    let charts = sheet.charts.iter().map(|chart| {
        let series = chart.pictures.iter().map(|p| json!([p.title, range(&p.categories), range(&p.values)]));
        json!({
            "row": chart.row, "title": chart.title, "kind": format!("{:?}", chart.kind), "alt": chart.alt,
            "width": chart.width, "height": chart.height, "series": series.collect::<Vec<_>>(),
        })
    });
    let curves = sheet
        .sparks
        .iter()
        .map(|s| json!([s.row, s.column, s.values.sheet, s.values.first, s.values.last, s.values.column]));
    json!({
        "name": sheet.name,
        "cells": cells.collect::<Vec<_>>(),
        "widths": sheet.widths,
        "heights": sheet.heights,
        "table": sheet.table.as_ref().map(|t| json!([t.name, t.top, t.lines, t.columns, t.alt])),
        "charts": charts.collect::<Vec<_>>(),
        "curves": curves.collect::<Vec<_>>(),
        "landscape": sheet.landscape,
        "header": sheet.page_header,
        "footer": sheet.page_footer,
        "fit": match sheet.fit { PageFit::Width => json!([1, 0]), PageFit::OnePage => json!([1, 1]), PageFit::Scale(_) => Value::Null },
        "scale": match sheet.fit { PageFit::Scale(per_cent) => json!(per_cent), _ => Value::Null },
        "breaks": sheet.breaks,
        "last": [sheet.last_row, sheet.widths.len().max(1) - 1],
    })
}
