//! Requests for information (clauses 3.1 and 4–8 of the Instruction): what is checked, what follows, which day is due.
//!
//! In: the rules of the office, its calendar, facts of the journal. Out: the state of a request, its days with their
//! reasons, what the checks propose. This folder does not know who asks: names and texts are in no type here.

mod check;
mod clock;
mod record;
mod rules;
mod step;

pub use check::{CheckFollow, Proposal, RequestCheck};
pub use clock::{ReasonedDay, RequestClock, RequestDue};
pub use record::{RequestRecord, RequestState, requests};
pub use rules::{DayCount, RequestChannel, RequestRules, RequestTerm, SectionAccess};
pub use step::{AnsweredFigure, RequestNumber, RequestNumberError, RequestStep, RequesterKind, TakenRequest};
