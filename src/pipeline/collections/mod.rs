//! Issues of collections: what goes in, how a book is assembled and drawn, which files lie beside it, and what changed
//! since an issue that organs hold.
//!
//! In: figures in use and the collection's template. Out: masters in the store, and facts about them. Unknown here:
//! copies, parcels, mail.

pub mod beside;
pub mod build;
pub mod changes_since;
pub mod comments;
pub mod findings_file;
mod further;
pub mod inputs;
mod issued;
mod keep;
pub mod masters;
pub mod other_formats;
pub mod preview;
pub mod provenance;
pub mod render;
pub mod revisions;
pub mod trace;
mod trace_parts;

pub use build::{BuildReport, Built, book_of, build, build_as};
pub use further::BuildWishes;
pub use preview::{Preview, preview};
pub use trace::{Answered, trace, trace_all};
pub use trace_parts::Part as TracePart;
