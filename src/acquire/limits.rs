//! How long a source may take, and how much it may send.

use std::time::Duration;

/// The limits for sources and for this office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimits {
    /// The most bytes of a body, after unpacking.
    pub body_bytes: u64,
    /// The longest time until a connection is open.
    pub connect: Duration,
    pub patience: Patience,
    /// The most attempts for one document in one run; at least 1.
    pub attempts: usize,
    /// The pause after the first failure. Each further one is twice as long, plus a random part of up to the same
    /// length.
    pub first_pause: Duration,
    /// The longest pause. If a source requests a longer one (`Retry-After`), the document waits until the next run.
    pub longest_pause: Duration,
    /// The most documents that are requested at a time: in all, and of one host.
    pub at_a_time: usize,
    pub at_a_time_per_host: usize,
    /// How long a dropped file has to stay unchanged before it counts as complete.
    pub settle: Duration,
}

/// The time limits of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From the request to the first line of the answer.
    pub answer: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// From the request to the last byte.
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
