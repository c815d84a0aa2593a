//! Plain sheets in, xlsx bytes out: the only user of rust_xlsxwriter.

pub mod stamp;
mod stamp_archive;
mod stamp_mark;
mod stamp_part;
