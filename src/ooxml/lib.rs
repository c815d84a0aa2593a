//! OOXML packages: what a ZIP file lists.

pub mod zip_list;
