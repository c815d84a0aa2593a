//! The journal: facts with their actors, and the states that follow from them. This folder does not know where facts
//! are stored.

mod access;
mod actor;
mod entry;
mod event;
mod fact_kind;
mod follow;
#[cfg(test)]
mod follow_tests;
mod head;
mod kinds;
mod person;
mod piece;
mod records;
mod releases;
mod right;
mod said;
mod standing;
mod status;
mod withdrawn;

pub use access::{ACCESS_FACTS, SignInWay, SignOutCause};
pub use actor::{Account, Acting, Actor};
pub use entry::Event;
pub use event::Fact;
pub use follow::{ParcelRecord, Readdressed, follow, interrupted, parcels};
pub use head::JournalHead;
pub use kinds::FACT_KINDS;
pub use person::{Person, Role, roles_exclude};
pub use piece::Piece;
pub use records::{AcceptedDocument, CopyRecord, GrantedAccess, SealedCopy, SignedReview};
pub use releases::{PlacedRevision, ReleaseKey, ReleaseRecord, releases, site_seen};
pub use right::Right;
pub use standing::{AccessBlock, AccessRequest, Standing, standings};
pub use status::{CollectionStatus, CopyTotals, Count, LaterIssue, Owed, ParcelTotals, PeriodStatus, Totals};
pub use withdrawn::{in_force, withdrawn};
