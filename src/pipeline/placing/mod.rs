//! Placing: the public figures of forms on the site of the office (clause 14 of the Instruction).
//!
//! In: datasets in use, what `site.toml` makes public, what was placed before. Out: a new site as a whole, the link
//! `current` to it, and facts about what is new. A site is written into a folder that has the hash of its list of files
//! as its name; then one rename switches the link. So a reader sees the old site or the new one. The facts are written
//! after the switch; before it, they lie beside the folder, so that the next run writes those that a killed one did not.
//!
//! Unknown here: how a page looks (the crate `site`), and how the folder comes to the readers.

mod acts;
mod agreement;
mod check_site;
mod confirm;
mod due;
mod figures;
mod holds;
mod input;
mod open_data;
mod place;
mod releases;
mod report;
mod seen;
mod switch;
mod terms;

pub use acts::{ReleaseApproval, ReleaseWithdrawal, approve_placement, withdraw_placement};
pub use check_site::{SiteCheck, SiteDiff, site_check, site_diff};
pub use confirm::{ConfirmedDataSet, confirm};
pub use due::placements_due;
pub use open_data::{LackingKeys, OpenDataReport, OpenDataSet, open_data};
pub use place::{place, site_build};
pub use report::{HeldPlacement, NewPlacement, PlaceReport, PlaceWishes, SiteReport};
pub use switch::site_folder;
