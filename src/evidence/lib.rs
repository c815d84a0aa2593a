//! Evidence: whose copy a workbook is, and whether it is as it was sent; and the evidence of a period in one archive,
//! which can be checked without the office.
//!
//! In: the bytes of a file that a person brings. Out: which copy it claims to be ([`claims`]), and in which cells it
//! differs from what was sent ([`compare()`]). A copy that Excel or LibreOffice saved again has other bytes but the
//! same cells; it is reported as saved again, not as altered. [`PackWriter`] writes the evidence of a period, and
//! [`verify()`] checks every byte of it.
//!
//! This crate does not know the ledger, where files lie, the time, or which copy was sent to whom: the caller gives the
//! original. Files come from strangers, so everything is read under limits
//! (`evidence::identify::a_hostile_file_is_refused_by_what_it_is`).
//!
//! ```no_run
//! use evidence::{Workbook, compare};
//! let read = |path| Workbook::read(&std::fs::read(path).unwrap()).unwrap();
//! let found = compare(&read("sent.xlsx"), &read("found.xlsx"));
//! for altered in &found.altered {
//!     println!("{} {}", altered.sheet, altered.cell);
//! }
//! ```

mod align;
mod claim;
mod compare;
mod identified;
mod manifest;
mod meaning;
mod pack;
mod parts;
mod sheet;
mod sheets;
mod signature;
mod stamp_read;
mod told;
mod verify;
mod workbook;
mod xml;
mod zip_layout;

pub use claim::{OwnershipClaim, TellTale, Voiced, claims};
pub use compare::{Altered, Differences, MovedLine, Renamed, Shift, ShiftChange, compare};
pub use identified::{Bytes, Identified, OtherMark};
pub use manifest::{FORMAT, Manifest, PackedCollection, PackedFile, is_plain_path};
pub use pack::{PackError, PackWriter};
pub use parts::UnreadableCopy;
pub use sheet::{FoundCell, Value};
pub use signature::{SignatureError, check as check_signature, sign};
pub use stamp_read::{read_footer, read_numbered, read_property};
pub use told::{PackedCopy, acts, register, snapshot};
pub use verify::{PackFault, Verified, VerifyError, verify};
pub use workbook::{Beside, SheetCells, Workbook};
