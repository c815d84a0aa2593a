//! Post: the ledger, the stamping of copies, and handing parcels over.

mod desk;
mod folder;
mod ledger;
mod mail;
mod postfix;
pub mod stamping;
