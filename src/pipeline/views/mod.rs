//! What pages show that no command prints as it is: one view for each page, made from the journal and the files of the
//! office, and nothing else. Nothing is recorded.
//!
//! - [`findings()`]: the findings about a period, what they hold back, and who let them pass
//! - [`collection()`], [`issue_file()`], [`preview_page()`]: the issues of a collection, who built, approved and holds each; their files
//! - [`parcel_list()`], [`parcel()`]: parcels with their attempts, and everything that the journal says about one
//! - [`checklist()`]: what has to be done for a period, in order
//! - [`known_periods()`]: the periods of which something is here
//!
//! Unknown here: pages, languages, browsers.

mod checklist;
mod collection;
mod findings;
mod parcels;
mod periods;

pub use checklist::{ChecklistItem, ChecklistView, ItemState, checklist};
pub use collection::{
    ApprovalLine, CollectionView, IssueFile, IssueView, MasterLine, OrganHolds, collection, issue_file, preview_page,
};
pub use findings::{FindingsView, OverrideLine, RuleHold, findings, last_override};
pub use parcels::{ParcelChoice, ParcelLine, ParcelList, ParcelView, parcel, parcel_list};
pub use periods::{KnownPeriod, known_periods};
