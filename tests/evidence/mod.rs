//! Proof: whose copy a file is, and the evidence of a period in one archive.

pub mod alter;
mod distribution_list;
mod forged;
mod forged_pack;
mod identify;
mod marks;
mod pack;
mod whole_pack;
mod workbooks;

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use serde_json::Value;

use crate::support::program::Office;

/// An office whose half-year was handed over into folders; made once for all tests that only read it.
pub fn half_year() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let office = Office::fresh();
        office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--quiet"]).exits(0);
        office
    })
}

/// A copy of the narcotics collection, the smallest, as an organ received it.
pub fn received(office: &Office, organ: &str, number: u32) -> PathBuf {
    let folder = office.path().join(format!("output/sample/outbox/{organ}/2025-Q2/narcotics/r0"));
    let ours = |path: &PathBuf| path.to_string_lossy().contains(&format!("_copy-{number}-of-"));
    std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).find(ours).unwrap()
}

/// The report of `zhinaq identify`.
pub fn identify(office: &Office, file: &Path, code: i32) -> Value {
    office.zhinaq(&["identify", file.to_str().unwrap(), "--sample", "--format", "json"]).exits(code).json()
}
