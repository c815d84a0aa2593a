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
mod schedules;
mod sealing;
mod simulation;
pub mod stamping;
mod tls;
mod together;
mod witnesses;
