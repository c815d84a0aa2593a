//! Where a period stands: what it needs, what came, who is owed what, and what a person has to know.
//!
//! In: a desk and its journal. Out: values derived anew each time; nothing here records or makes anything.

pub mod answers;
pub mod approval;
pub mod comparisons;
pub mod expected;
pub mod forms;
pub mod gate;
pub mod needs;
pub mod shares;
pub mod status;
pub mod witnesses;

pub use answers::{AnswerLine, answers};
pub use forms::{FormStanding, FormState};
pub use gate::{Gate, Waits};
pub use status::{Standing, status};
pub use witnesses::{UnknownParcel, WitnessComparison};
