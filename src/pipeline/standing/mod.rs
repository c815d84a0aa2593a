//! Where a period stands: what it needs, what came, who is owed what, and what a person has to know.
//!
//! In: a desk and its journal. Out: values derived anew each time; nothing here records or makes anything.

pub mod agenda;
pub mod answers;
pub mod approval;
pub mod comparisons;
pub mod expected;
pub mod forms;
pub mod gate;
pub mod needs;
pub mod ready;
pub mod shares;
pub mod state;
pub mod status;
pub mod witnesses;

pub use agenda::{Agenda, GRACE, Input};
pub use answers::{AnswerLine, answers};
pub use forms::{FormStanding, FormState};
pub use gate::{Gate, Waits};
pub use state::{Handing, Met, State, Tries, first_issue};
pub use status::{Standing, status};
pub use witnesses::{UnknownParcel, WitnessComparison};
