//! Measures processor time, in which other programs do not count.

use std::fs;

/// The processor time of all threads of this process in seconds, in steps of a hundredth: user and system time
/// (`proc(5)`).
pub fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name may contain blanks; the state and the numbers come after it.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}
