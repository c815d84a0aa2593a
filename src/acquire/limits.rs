//! How long a source may take and how much it may send.

use std::time::Duration;

/// What the office allows a source and itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimits {
    /// The largest body, after unpacking.
    pub body_bytes: u64,
    /// The time until a connection stands.
    pub connect: Duration,
    pub patience: Patience,
    /// How often one document is asked for in one go; at least once.
    pub attempts: usize,
    /// The pause after the first failure; each further one is twice as long, with up to as much again by chance.
    pub first_pause: Duration,
    /// No pause is longer, and a source that asks for a longer one (`Retry-After`) is left until the next run.
    pub longest_pause: Duration,
    /// Documents asked for at a time, in all and of one host.
    pub at_a_time: usize,
    pub at_a_time_per_host: usize,
    /// How long a dropped file has to stay as it is before it counts as whole.
    pub settle: Duration,
}

/// The time limits of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From the question to the first line of the answer.
    pub answer: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// From the question to the last byte.
    pub whole: Duration,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            body_bytes: 64 << 20,
            connect: Duration::from_secs(10),
            patience: Patience::default(),
            attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(1),
            at_a_time: 8,
            at_a_time_per_host: 4,
            settle: Duration::from_millis(300),
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_mins(1), idle: Duration::from_secs(30), whole: Duration::from_mins(5) }
    }
}
