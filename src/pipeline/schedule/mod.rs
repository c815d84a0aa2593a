//! The daemon: what falls due is done in time, once, or marked late with the cause.
//!
//! In: the office's files as an [`Agenda`], the journal as a [`State`], the time. Out: [`Action`]s, which a pair of
//! [`Hands`] carries out. [`decide()`] is a pure function of the three; the daemon is that function called again and
//! again ([`turn()`]), by whichever program leads. The same function runs a simulated year in memory.
//!
//! Deliberately unknown to [`decide()`]: clocks, sleeping, networks, and why it was called. What it knows of the past it
//! knows from the journal (held by `time::year::every_obligation_is_done_once_or_late_with_a_cause`, where the journal read anew tells the same).

mod alerts;
mod causes;
mod daemon;
mod decide;
mod hands;
mod incidents;
mod leader;
mod metrics;
mod post;
mod real;
mod simulate;
mod turn;

pub use crate::status::{Agenda, GRACE, Handing, Input, Met, State, Tries, first_issue};
pub use alerts::Alert;
pub use daemon::{Keeping, Stop, age_of_heartbeat, keep, once};
pub use decide::{Action, Decision, decide};
pub use hands::{Acted, Hands};
pub use incidents::{Doors, Watch, add_measures, incidents, outage};
pub use leader::Leader;
pub use simulate::{Script, World, simulate};
pub use turn::{Turned, turn};
