//! Time on the processor: what else the machine does is not in it.

use std::fs;

/// Seconds of processor time of this process, all its threads together: its own and the kernel's for it, in hundredths
/// (`proc(5)`).
pub fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold blanks; after it come the state and the numbers.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}
