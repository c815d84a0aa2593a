//! Measures reading and checking: workbooks of form 1-M into Parquet, compared with calamine, openpyxl and pandas;
//! answers of services with 20.8 million cells into Parquet; all rules over 20 workbooks.
//!
//! `cargo bench --bench reading` prints the least and the median of the seconds of three runs of each job (one for the
//! Python readers), each in its own process, with the peak of its memory. The workbooks are those of
//! `../shared/real/1-M` (20 files). If they are missing, that part is skipped, and so is each Python reader that is not
//! installed. The Python readers also run alone: `python3 benches/read_excel.py openpyxl FOLDER`. openpyxl reads in its
//! usual mode and in its read-only mode. `cargo bench --bench reading -- JOB` runs only one job.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured, and stops where it cannot")]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/machine.rs"]
mod machine;
#[path = "support/watched.rs"]
mod watched;

use std::{
    collections::BTreeMap,
    fs,
    hint::black_box,
    io::Cursor,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use calamine::{DataRef, Reader as _, Xlsx};
use zhinaq::{
    config::Office,
    domain::{Dataset, FormTemplate, Origin},
    read::{self, Document, Wanted},
    store,
    validate::{Scope, validate},
};

const JOBS: [&str; 4] = ["workbooks", "calamine", "answers", "rules"];

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    match named.as_slice() {
        [job, folder] => return run(job, Path::new(folder)),
        [job] if !JOBS.contains(&job.as_str()) => panic!("`{job}` is no job; there are {}", JOBS.join(", ")),
        _ => {}
    }
    let wanted = |job: &str| named.is_empty() || named.iter().any(|n| n == job);
    println!("{}", machine::machine());
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/1-M");
    if real.is_dir() {
        for job in ["workbooks", "calamine", "rules"].into_iter().filter(|j| wanted(j)) {
            watched::report(job, 3, || watched::this_program(&[job, &real.to_string_lossy()]));
        }
        for library in ["pandas", "openpyxl-stream", "openpyxl"].into_iter().filter(|_| named.is_empty()) {
            watched::report(library, 1, || watched::python(library, &real));
        }
    } else {
        println!("skipped: the workbooks are not at {}", real.display());
    }
    if wanted("answers") {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cells = answers::write(folder.path());
        println!("{cells} cells of services' answers");
        watched::report("answers", 3, || watched::this_program(&["answers", &folder.path().to_string_lossy()]));
    }
}

/// Runs one job over the files of a folder. The caller reads the last line that it prints.
fn run(job: &str, folder: &Path) {
    let files = files(folder);
    let office = Office::embedded().unwrap_or_else(|faults| panic!("{faults}"));
    let (started, done) = match job {
        "workbooks" => (Instant::now(), abreast(&files, |file| workbook(&office, file, Some(&parquet(file))))),
        "calamine" => (Instant::now(), abreast(&files, by_calamine)),
        "answers" => {
            let templates = answers::templates();
            let regions = answers::regions();
            let started = Instant::now();
            let readers = answers::readers(&templates, &regions);
            let first = |file: &PathBuf| file.to_string_lossy().ends_with("-0.json");
            let quarters: Vec<PathBuf> = files.into_iter().filter(first).collect();
            (started, abreast(&quarters, |file| answers::read(&readers, file, &parquet(file))))
        }
        "rules" => {
            let read = std::sync::Mutex::new(Vec::new());
            abreast(&files, |file| {
                let datasets = datasets(&office.forms, &office, file);
                read.lock().expect("no reader stopped").extend(datasets);
                0
            });
            let read = read.into_inner().expect("no reader stopped");
            let started = Instant::now();
            let scope = Scope {
                datasets: read.iter().collect(),
                earlier: Vec::new(),
                templates: &office.forms,
                regions: &office.places,
            };
            (started, validate(&scope).len())
        }
        other => panic!("`{other}` is no job; there are {}", JOBS.join(", ")),
    };
    let unit = if job == "rules" { "findings" } else { "figures" };
    println!("{:.3} {done} {unit}", started.elapsed().as_secs_f64());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx") || e == "json"))
        .collect();
    files.sort();
    files
}

/// The path for a file's Parquet: in a temporary folder, never beside the real files.
fn parquet(file: &Path) -> PathBuf {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = std::env::temp_dir().join(format!("zhinaq-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder.join(format!("{name}.parquet"))
}

/// Works on the files with all cores in parallel, and returns the sum of the results.
fn abreast(files: &[PathBuf], work: impl Fn(&Path) -> usize + Sync) -> usize {
    let (next, sum) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    sum.fetch_add(work(file), Ordering::Relaxed);
                }
            });
        }
    });
    let _ = fs::remove_dir_all(std::env::temp_dir().join(format!("zhinaq-bench-{}", std::process::id())));
    sum.into_inner()
}

fn datasets(templates: &BTreeMap<zhinaq::domain::FormId, FormTemplate>, office: &Office, file: &Path) -> Vec<Dataset> {
    let bytes = fs::read(file).expect("the file can be read");
    let form = "1-m".parse().expect("an id");
    let wanted = Wanted::of(form, "2022-M12".parse().expect("a period"), Origin::Real);
    let name = file.to_string_lossy();
    let document = Document { name: &name, bytes: &bytes };
    let template = &templates[&wanted.form];
    let reading = read::read(template, templates, &office.places, &office.agencies, &wanted, &document);
    reading.unwrap_or_else(|refused| panic!("{refused}")).datasets
}

fn workbook(office: &Office, file: &Path, to: Option<&Path>) -> usize {
    let datasets = datasets(&office.forms, office, file);
    if let Some(to) = to {
        fs::write(to, store::encode(&datasets).expect("datasets have columns")).expect("the file can be written");
    }
    datasets.iter().flat_map(|d| &d.sections).map(|s| s.figures.len()).sum()
}

/// Reads every cell of every sheet with calamine alone, without making figures; returns how many are numbers.
fn by_calamine(file: &Path) -> usize {
    let bytes = fs::read(file).expect("the file can be read");
    let mut workbook = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut numbers = 0;
    for sheet in workbook.sheet_names() {
        let mut cells = workbook.worksheet_cells_reader(&sheet).expect("a sheet");
        while let Some(cell) = cells.next_cell().expect("a cell") {
            numbers += usize::from(matches!(black_box(cell.get_value()), DataRef::Float(_) | DataRef::Int(_)));
        }
    }
    numbers
}
