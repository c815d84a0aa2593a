//! Parcels in, receipts out: the only user of lettre.
