//! Describes the machine, and measures the memory of a process by the kernel's count.

use std::{fs, process::Child, thread, time::Duration};

/// The cores, the processor and the load, as text.
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

/// The largest resident set of a process in MiB, by the kernel's count. Returns when the process ends.
pub fn peak(child: &mut Child) -> f64 {
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
