//! The public site: what is placed, what is kept back, what a correction does, and what a killed run leaves.

mod killed;
mod open_data;
mod placing;
mod service;
mod sites;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use zhinaq::domain::Sha256;

use crate::support::program::{Ended, Office};

/// A day after the terms of the second quarter of 2025.
const AT: &str = "2025-07-21T12:00";

/// Runs the program in the sample office of a folder.
fn sample(office: &Office, words: &str) -> Ended {
    let words: Vec<&str> = words.split(' ').chain(["--sample", "--as-of", AT]).collect();
    office.zhinaq(&words)
}

/// An office of three forms that have come.
fn pulled() -> Office {
    let office = Office::small();
    sample(&office, "pull --period 2025-Q2").exits(0);
    office
}

fn folder(office: &Office) -> PathBuf {
    office.path().join("output/sample/site")
}

/// The files of a site by their path; each is as its list says.
fn files(site: &Path) -> BTreeMap<String, Vec<u8>> {
    let list = fs::read_to_string(site.join("SHA256SUMS")).unwrap();
    let file = |line: &str| {
        let (hash, path) = line.split_once("  ").unwrap();
        let bytes = fs::read(site.join(path)).unwrap();
        assert_eq!(Sha256::of(&bytes).to_string(), hash, "{path}");
        (path.to_owned(), bytes)
    };
    list.lines().map(file).collect()
}
