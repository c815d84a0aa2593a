//! Processes that are measured from outside: the seconds that they say themselves, the memory that the kernel saw.

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// What one process took; `said` is its last line after the seconds.
pub struct Taken {
    seconds: f64,
    peak_mib: f64,
    said: String,
}

pub fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("unknown processor", |m| m.trim_start_matches([' ', '\t', ':']));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores, {model}, load {}", load.split(' ').next().unwrap_or("unknown"))
}

/// This benchmark once more, for one job.
pub fn this_program(words: &[&str]) -> Result<Taken, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    watch(Command::new(program).args(words))
}

/// A library of Python over the same files.
pub fn python(library: &str, folder: &Path) -> Result<Taken, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/read_excel.py");
    watch(Command::new("python3").arg(script).arg(library).arg(folder))
}

fn watch(command: &mut Command) -> Result<Taken, String> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let peak_mib = peak(&mut child);
    let mut out = String::new();
    child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut out));
    let status = child.wait().map_err(|error| error.to_string())?;
    let last = out.lines().last().unwrap_or_default();
    let seconds = last.split(' ').next().unwrap_or_default().parse();
    match seconds {
        Ok(seconds) if status.success() => {
            Ok(Taken { seconds, peak_mib, said: last.split_once(' ').map_or("", |(_, said)| said).to_owned() })
        }
        _ => Err(if last.is_empty() { status.to_string() } else { last.to_owned() }),
    }
}

/// The largest resident set that the kernel saw, read until the process ends.
fn peak(child: &mut Child) -> f64 {
    let file = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    while child.try_wait().is_ok_and(|ended| ended.is_none()) {
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

pub fn report(what: &str, runs: usize, mut measure: impl FnMut() -> Result<Taken, String>) {
    let taken: Result<Vec<Taken>, String> = (0..runs).map(|_| measure()).collect();
    match taken {
        Ok(mut taken) => {
            taken.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
            let peak = taken.iter().map(|t| t.peak_mib).fold(0.0, f64::max);
            let (least, middle) = (taken[0].seconds, taken[taken.len() / 2].seconds);
            println!("{what:10} {least:8.2} {middle:8.2} s (least, median)  {peak:6.0} MiB at most  {}", taken[0].said);
        }
        Err(why) => println!("{what:10} skipped: {why}"),
    }
}
