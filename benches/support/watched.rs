//! Measures processes from outside: the seconds that they print, and their memory by the kernel's count.

use std::{
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::machine::peak;

/// The measurements of one process; `said` is its last line after the seconds.
pub struct Taken {
    seconds: f64,
    peak_mib: f64,
    said: String,
}

/// Runs this benchmark again, for one job.
pub fn this_program(words: &[&str]) -> Result<Taken, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    watch(Command::new(program).args(words))
}

/// Runs a Python library over the same files.
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

pub fn report(what: &str, runs: usize, mut measure: impl FnMut() -> Result<Taken, String>) {
    let taken: Result<Vec<Taken>, String> = (0..runs).map(|_| measure()).collect();
    match taken {
        Ok(mut taken) => {
            taken.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
            let peak = taken.iter().map(|t| t.peak_mib).fold(0.0, f64::max);
            let (least, middle) = (taken[0].seconds, taken[taken.len() / 2].seconds);
            println!("{what:15} {least:8.2} {middle:8.2} s (least, median)  {peak:6.0} MiB at most  {}", taken[0].said);
        }
        Err(why) => println!("{what:15} skipped: {why}"),
    }
}
