//! Decides what to do when. In: obligations, the journal and the time. Out: actions.

#![doc = include_str!("README.md")]

mod agenda;
mod alerts;
mod cycle;
mod decide;
mod delay_causes;
mod executor;
mod gate;
mod incidents;
mod inputs;
mod simulate;
mod state;

pub use agenda::{Agenda, GRACE, TermDay};
pub use alerts::Alert;
pub use cycle::{CycleReport, CycleStep, run_cycle};
pub use decide::{Action, Decision, decide};
pub use executor::{ActTrouble, Acted, Executor};
pub use gate::{Arrival, Gate, Hour, arrival, gate};
pub use incidents::{Doors, EMERGENCY, Watch, outage};
pub use inputs::{Input, missing};
pub use simulate::{Script, SimulationError, World, simulate};
pub use state::{Handing, Met, State, Tries, first_issue};
