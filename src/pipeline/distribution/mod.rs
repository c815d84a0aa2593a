//! From masters to receipts: copies are numbered, parcels are queued and handed over, and what comes back is taken in.
//!
//! In: the masters of an issue, the matrix, the ways to the organs. Out: rows of the register, outcomes with the
//! server's words, and what is still owed. A step that cannot be undone is in the journal before it is done.

mod concerned;
pub mod cover_letter;
mod distribution_list;
pub mod dry_run;
pub mod encrypt;
mod hand_over;
pub mod hasten;
pub mod impossible;
pub mod interrupted;
pub mod ledger_journal;
pub mod mailbox;
pub mod number_copies;
mod outgoing;
pub mod queue;
pub mod receipts;
pub mod register_rows;
pub mod repair;
pub mod revisions;
pub mod send;
mod sent_mails;
mod stored_copy;
pub mod supplements;
mod told;
pub mod transport_setup;
pub mod unnumbered;

pub use distribution_list::distribution_list;
pub use dry_run::WouldSend;
pub use receipts::{Came, ReceiptsReport, ReceiptsScope, receipts};
pub use register_rows::{RegisterRow, register_rows};
pub use send::{SendReport, SendScope, send};
pub use supplements::{SupplementReport, supplement};
