//! The main job as a whole process: `zhinaq run --sample` for a half-year in an empty folder, then once more.
//!
//! `cargo bench --bench run_sample` prints seconds of wall time and the peak of memory over five runs. The second run of
//! the same folder shows what it costs to find out that nothing is left to do.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured, and stops where it cannot")]

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const RUNS: usize = 5;

/// What one process took.
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

fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("unknown processor", |m| m.trim_start_matches([' ', '\t', ':']));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores, {model}")
}

fn measure(home: &Path) -> Taken {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["run", "--sample", "--period", "2025-Q2", "--quiet", "--home"])
        .arg(home)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let peak_mib = watch(&mut child);
    let status = child.wait().expect("the program ends");
    assert!(status.success(), "the run ended with {status}");
    Taken { seconds: started.elapsed().as_secs_f64(), peak_mib }
}

/// The largest resident set that the kernel saw, read until the process ends.
fn watch(child: &mut Child) -> f64 {
    let file = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    while child.try_wait().expect("the program can be waited for").is_none() {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let kib = text
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        peak = kib.map_or(peak, |kib| kib / 1024.0);
        thread::sleep(Duration::from_millis(5));
    }
    peak
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
