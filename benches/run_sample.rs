//! Measures the main job as a whole process: `zhinaq run --sample` for a half-year in an empty folder, and then again.
//!
//! `cargo bench --bench run_sample` prints the wall time in seconds and the peak of memory over five runs. The second
//! run in the same folder shows the cost of finding that nothing is left to do.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured, and stops where it cannot")]

#[path = "support/machine.rs"]
mod machine;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use machine::{machine, peak};

const RUNS: usize = 5;

/// The wall time and the peak of memory of one process.
struct Taken {
    seconds: f64,
    peak_mib: f64,
}

fn main() {
    println!("zhinaq run --sample --period 2025-Q2, {RUNS} runs, {}", machine());
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        first.push(measure(folder.path()));
        second.push(measure(folder.path()));
    }
    report("in an empty folder", &mut first);
    report("again, nothing to do", &mut second);
}

fn measure(home: &Path) -> Taken {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["run", "--sample", "--period", "2025-Q2", "--quiet", "--home"])
        .arg(home)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let peak_mib = peak(&mut child);
    let status = child.wait().expect("the program ends");
    assert!(status.success(), "the run ended with {status}");
    Taken { seconds: started.elapsed().as_secs_f64(), peak_mib }
}

fn report(what: &str, taken: &mut [Taken]) {
    let mut column = |of: fn(&Taken) -> f64| {
        taken.sort_by(|a, b| of(a).total_cmp(&of(b)));
        (of(&taken[0]), of(&taken[taken.len() / 2]), of(&taken[taken.len() - 1]))
    };
    let (low, middle, high) = column(|t| t.seconds);
    let (low_mib, middle_mib, high_mib) = column(|t| t.peak_mib);
    println!(
        "{what:24} {low:7.2} {middle:7.2} {high:7.2} s   {low_mib:6.0} {middle_mib:6.0} {high_mib:6.0} MiB   (min, median, max)"
    );
}
