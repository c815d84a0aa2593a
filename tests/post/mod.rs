//! Post: the ledger, the stamping of copies, and handing parcels over.

mod desk;
mod dkim;
mod folder;
mod hostile;
mod imap;
mod ledger;
mod mail;
mod postfix;
mod program;
mod receipts;
mod sealing;
mod simulation;
pub mod stamping;
