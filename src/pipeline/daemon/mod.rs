//! The daemon: everything that falls due is done in time, once, or marked late with its cause.
//!
//! The crate `schedule` decides what has to be done. Here is what runs it: the process with its lease and heartbeat,
//! the executor that calls the use-cases, the metrics, and the letters to the office. The daemon calls
//! [`schedule::run_cycle()`] again and again, in the program that leads.
//!
//! In: a context and the schedule of its office. Out: acts, facts, metrics, alerts. Unknown here: what falls due, and
//! what to do about it. Nothing is remembered between cycles but the journal (held by
//! `time::year::every_obligation_is_done_once_or_late_with_a_cause`, where the journal read anew gives the same state).

mod at_once;
mod emergencies;
mod keep;
mod leader;
mod live_executor;
mod metrics;
mod notify_office;
mod supervisor;

pub use at_once::tell_silence;
pub use emergencies::{add_measures, incidents};
pub use keep::{Keeping, OnceReport, age_of_heartbeat, keep, once};
pub use leader::Leader;
