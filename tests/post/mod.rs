//! Post: the ledger, the stamping of copies, and handing parcels over.

mod ledger;
mod stamping;
