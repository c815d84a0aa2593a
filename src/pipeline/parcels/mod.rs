//! From masters to receipts: copies are numbered, parcels queued and handed over, and what comes back is taken in.
//!
//! In: masters of an issue, the matrix, the ways to the organs. Out: rows of the register, outcomes with the server's words,
//! and what is still owed. Nothing that cannot be undone is done before the journal knows of it.

pub mod delivery;
mod distribution_list;
pub mod hasten;
pub mod journal;
pub mod letters;
pub mod mailbox;
pub mod queue;
pub mod receipts;
pub mod register;
pub mod restore;
pub mod revisions;
pub mod roll;
pub mod sealing;
pub mod send;
pub mod supplements;
pub mod would;

pub use distribution_list::distribution_list;
pub use receipts::{Came, ReceiptsReport, ReceiptsScope, receipts};
pub use roll::{RegisterRow, register_rows};
pub use send::{SendReport, SendScope, send};
pub use supplements::{SupplementReport, supplement};
pub use would::WouldSend;
