//! The status of a period: what it needs, what came, what each organ is owed, and what a person has to know.
//!
//! In: a context and its journal. Out: values that are derived anew each time. Nothing here records or makes anything.

pub mod approval;
pub mod comparisons;
mod copies_there;
pub mod entitlements;
pub mod expected;
pub mod forms;
pub mod gate;
pub mod known;
pub mod notice;
pub mod placements;
pub mod ready;
pub mod refused;
pub mod report;
pub mod requirements;
pub mod source_answers;
pub mod unseen;
pub mod witnesses;

pub use forms::{FormStanding, FormState};
pub use gate::Waits;
pub use notice::{NoticeKind, NoticeSubject, StatusNotice};
pub use report::StatusReport;
pub use source_answers::{AnswerLine, answers};
pub use unseen::WitnessDoubt;
pub use witnesses::{UnknownParcel, WitnessComparison};
