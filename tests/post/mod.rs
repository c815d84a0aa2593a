//! Copies, parcels, the ledger.
