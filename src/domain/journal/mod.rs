//! The journal: facts with their actors, and the states that follow from them. This folder does not know where facts
//! are stored.

mod actor;
mod event;
mod fact_kind;
mod follow;
#[cfg(test)]
mod follow_tests;
mod kinds;
mod person;
mod releases;
mod said;
mod status;
mod withdrawn;

pub use actor::{Account, Acting, Actor};
pub use event::{AcceptedDocument, CopyRecord, Event, Fact, SealedCopy};
pub use follow::{ParcelRecord, Readdressed, follow, interrupted, parcels};
pub use kinds::FACT_KINDS;
pub use person::{Person, Role};
pub use releases::{PlacedRevision, ReleaseKey, ReleaseRecord, releases, site_seen};
pub use status::{CollectionStatus, CopyTotals, Count, LaterIssue, Owed, ParcelTotals, PeriodStatus, Totals};
pub use withdrawn::{in_force, withdrawn};
