//! Equal inputs give equal bytes, whatever the threads, the time zone, the language of the machine and the order of
//! files in folders.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use zhinaq::{
    assemble::assemble,
    domain::Sha256,
    ooxml::custom_properties,
    workbook::{Profile, master},
};

use super::masters::COLLECTIONS;
use crate::support::{lexicon, program::Office, trial::Trial, words};

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The files that were built for the quarter, by name, with their hashes.
fn built(office: &Office) -> BTreeMap<PathBuf, Sha256> {
    let folder = office.path().join("output/sample/2025-Q2");
    let named = files(&folder).into_iter().map(|path| {
        let bytes = fs::read(&path).unwrap();
        (path.strip_prefix(&folder).unwrap().to_owned(), Sha256::of(&bytes))
    });
    named.collect()
}

const BUILD: [&str; 6] =
    ["build", "--sample", "--period", "2025-Q2", "--formats", "csv,json-stat,sdmx-csv,px,parquet,datapackage"];

#[test]
fn the_same_figures_give_the_same_files_wherever_they_are_built() {
    let office = Office::small();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2"]);
    office.zhinaq_with(&BUILD, &[("RAYON_NUM_THREADS", "1"), ("TZ", "UTC"), ("LANG", "C")]).exits(0);
    let first = built(&office);
    assert!(first.len() > 60, "{}", first.len());
    assert!(first.keys().any(|name| name.ends_with("r0/master-ru-accessible.xlsx")));
    for (threads, zone, language) in
        [("2", "Pacific/Auckland", "kk_KZ.UTF-8"), ("8", "America/New_York", "tr_TR.UTF-8")]
    {
        let machine = [("RAYON_NUM_THREADS", threads), ("TZ", zone), ("LANG", language), ("LC_ALL", language)];
        office.zhinaq_with(&BUILD, &machine).exits(0);
        assert!(built(&office) == first, "{threads} threads in {zone}");
    }

    // A copy of the office, whose files were made in the opposite order.
    let copy = Office::empty();
    for path in
        files(office.path()).into_iter().rev().filter(|p| !p.starts_with(office.path().join("output/sample/2025-Q2")))
    {
        let to = copy.path().join(path.strip_prefix(office.path()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&path, to).unwrap();
    }
    copy.zhinaq(&BUILD).exits(0);
    assert!(built(&copy) == first, "in a copy of the office");
}

#[test]
fn the_content_id_is_one_for_every_language_profile_and_copy() {
    for (collection, period) in [COLLECTIONS[1], COLLECTIONS[2]] {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        let said = book.content_id().to_string();
        for language in words().languages() {
            for profile in [Profile::Accessible, Profile::Working] {
                let bytes = master(&book, lexicon(language), profile).unwrap();
                assert_eq!(custom_properties(&bytes).unwrap()["Content-Id"], said, "{collection} {language}");
            }
        }
    }
}
