//! Post: the ledger, the stamping of copies, and the hand-over of parcels.

mod again;
mod bounces;
mod context;
mod dkim;
mod faults;
mod faults_of_ledger;
mod folder;
mod hostile;
mod imap;
mod ledger;
mod mail;
mod pace;
mod postfix;
pub mod program;
mod readers;
mod receipts;
mod refusals;
mod schedules;
mod sealing;
mod sendings;
mod simulation;
pub mod stamping;
mod stopping;
mod tls;
mod together;
mod troubles;
mod witnesses;
