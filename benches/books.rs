//! Writing books: what a master costs against compressing the same XML, and against the same sheets written by Python's
//! XlsxWriter.
//!
//! `cargo bench --bench books [-- HOME PERIOD [sample]]` takes an office whose forms have been pulled (without one it
//! pulls the sample half-year into a folder of its own) and prints, for its collections: seconds to build all of them
//! as one process, and for each the seconds of processor time to write its workbook, to compress the XML of that workbook with zlib level
//! 6, and (where `python3` has XlsxWriter) to write the same cells, styles, tables and charts with it.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured, and stops where it cannot"
)]

use std::{
    env, fs,
    io::{Cursor, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use flate2::{Compression, write::DeflateEncoder};
use serde_json::{Value, json};
use zhinaq::{
    assemble::Book,
    clock::Clock,
    config::Office,
    domain::{Actor, Language, Origin, Period},
    pipeline::{Desk, DeskOptions, Silent, book_of},
    workbook::{
        Profile, master,
        plan::{Brief, Content, SheetPlan, plan},
    },
};

const RUNS: usize = 5;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|w| !w.starts_with("--")).collect();
    let own = tempfile::tempdir().unwrap();
    let (home, period, sample) = if let [home, period, rest @ ..] = words.as_slice() {
        (PathBuf::from(home), period.clone(), !rest.is_empty())
    } else {
        zhinaq(own.path(), &["pull", "--sample", "--period", "2025-Q2"]);
        (own.path().to_owned(), "2025-Q2".to_owned(), true)
    };
    let mut build = vec!["build", "--period", &period];
    build.extend(sample.then_some("--sample"));
    let started = Instant::now();
    zhinaq(&home, &build);
    let seconds = started.elapsed().as_secs_f64();
    println!("zhinaq build --period {period}, all collections, one process: {seconds:.2} s of wall time");

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let books = runtime.block_on(books(&home, &period, sample));
    println!(
        "{:<20} {:>7} {:>9} {:>9} {:>7} {:>11} {:>7}",
        "collection", "sheets", "write s", "zlib6 s", "ratio", "python s", "times"
    );
    let mut sums = (0.0, 0.0, 0.0);
    for book in &books {
        let brief = Brief { book, language: Language::Ru, profile: Profile::Accessible };
        let sheets = plan(&brief);
        let bytes = master(book, Language::Ru, Profile::Accessible).unwrap();
        let parts = parts(&bytes);
        let write = best(|| drop(master(book, Language::Ru, Profile::Accessible).unwrap()));
        let zlib = best(|| assert!(compressed(&parts) > 0));
        let python = python(&sheets).unwrap_or(f64::NAN);
        sums = (sums.0 + write, sums.1 + zlib, sums.2 + python);
        line(book.collection.as_str(), sheets.len(), write, zlib, python);
    }
    line("all", 0, sums.0, sums.1, sums.2);
}

fn line(name: &str, sheets: usize, write: f64, zlib: f64, python: f64) {
    let (ratio, times) = (write / zlib, python / write);
    println!("{name:<20} {sheets:>7} {write:>9.4} {zlib:>9.4} {ratio:>7.2} {python:>11.4} {times:>7.1}");
}

/// Seconds of processor time of all threads for one piece of work, over runs of a second and more: what else the machine
/// does is not in it.
fn best(mut work: impl FnMut()) -> f64 {
    let (started, mut runs) = (processor(), 0);
    while processor() - started < 1.0 {
        work();
        runs += 1;
    }
    (processor() - started) / f64::from(runs)
}

/// Seconds of processor time of this process: its own and the kernel's for it, in hundredths (`proc(5)`).
fn processor() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program may hold blanks; after it come the state and the numbers.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

fn zhinaq(home: &Path, words: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(words)
        .args(["--quiet", "--home"])
        .arg(home)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{words:?}");
}

/// Every collection of a period, assembled.
async fn books(home: &Path, period: &str, sample: bool) -> Vec<Book> {
    let office = Office::load(home).unwrap();
    let collections: Vec<_> = office.regulation().collections.iter().map(|c| c.id.clone()).collect();
    let options = DeskOptions {
        clock: Clock::System,
        actor: Actor::Person("bench".into()),
        origin: Some(if sample { Origin::Sample } else { Origin::Real }),
        faults: zhinaq::sample::Faults::default(),
        progress: Arc::new(Silent),
    };
    let desk = Desk::open(office, options).await.unwrap();
    let period: Period = period.parse().unwrap();
    let mut books = Vec::new();
    for collection in collections {
        books.extend(book_of(&desk, period, &collection).await.ok());
    }
    books
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

fn compressed(parts: &[Vec<u8>]) -> usize {
    let sizes = parts.iter().map(|part| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(part).unwrap();
        encoder.finish().unwrap().len()
    });
    sizes.sum()
}

/// Seconds that Python's XlsxWriter takes for the same sheets; `None` where it is not there.
fn python(sheets: &[SheetPlan]) -> Option<f64> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/books.py");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    fs::write(&file, serde_json::to_vec(&sheets.iter().map(as_json).collect::<Vec<_>>()).unwrap()).unwrap();
    let output = Command::new("python3").arg(script).arg(&file).arg(RUNS.to_string()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// A sheet as the script writes it: cells with the number of their style, the table, widths, charts.
fn as_json(sheet: &SheetPlan) -> Value {
    let cells = sheet.cells.iter().map(|cell| {
        let content = match &cell.content {
            Content::Text(text) | Content::Link { text, .. } => json!(text),
            Content::Number(number) => json!(number),
            Content::Blank => Value::Null,
        };
        json!([cell.row, cell.column, content, format!("{:?}", cell.style)])
    });
    let range = |r: &zhinaq::workbook::plan::Range| json!([r.sheet, r.first, r.column, r.last, r.column]);
    let charts = sheet.charts.iter().map(|chart| {
        let series = chart.pictures.iter().map(|p| json!([p.title, range(&p.categories), range(&p.values)]));
        json!({ "row": chart.row, "title": chart.title, "kind": format!("{:?}", chart.kind), "series": series.collect::<Vec<_>>() })
    });
    json!({
        "name": sheet.name,
        "cells": cells.collect::<Vec<_>>(),
        "widths": sheet.widths,
        "heights": sheet.heights,
        "table": sheet.table.as_ref().map(|t| json!([t.name, t.top, t.lines, t.columns])),
        "charts": charts.collect::<Vec<_>>(),
    })
}
