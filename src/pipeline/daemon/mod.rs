//! The daemon: what falls due is done in time, once, or marked late with the cause.
//!
//! What is to be done follows from the crate `schedule`; here is what runs it: the process with its lease and heartbeat, the
//! executor that calls the use-cases, the metrics, and the letters to the office. The daemon is [`schedule::run_cycle()`] called again
//! and again, by whichever program leads.
//!
//! Deliberately unknown here: what falls due, and what to do about it. Nothing is remembered between cycles but the journal (held by `time::year::every_obligation_is_done_once_or_late_with_a_cause`, where the journal read anew tells the same).

mod emergencies;
mod keep;
mod leader;
mod live_executor;
mod metrics;
mod notify_office;

pub use emergencies::{add_measures, incidents};
pub use keep::{Keeping, Stop, age_of_heartbeat, keep, once};
pub use leader::Leader;
