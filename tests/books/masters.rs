//! Masters: what a reader of a collection opens.

use std::{env, fs, path::PathBuf};

use zhinaq::{
    assemble::assemble,
    domain::Language,
    workbook::{Profile, master},
};

use crate::support::trial::Trial;

/// The collections with a period that each comes for.
const COLLECTIONS: [(&str, &str); 6] = [
    ("crime", "2025-Q2"),
    ("corruption", "2025-Q2"),
    ("narcotics", "2025-Q2"),
    ("courts", "2025-Q2"),
    ("prosecution-bodies", "2025-S1"),
    ("supervision", "2025-Q2"),
];

/// Where a person wants to look at the workbooks: `ZHINAQ_TRIAL=/tmp/books cargo test --test all books::`.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = env::var_os("ZHINAQ_TRIAL").map(PathBuf::from) {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.xlsx")), bytes).unwrap();
    }
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let first = master(&assemble(&trial.material()).unwrap(), Language::Ru, Profile::Accessible).unwrap();
    let again = master(&assemble(&trial.material()).unwrap(), Language::Ru, Profile::Accessible).unwrap();
    assert!(first == again);
}

#[test]
fn every_collection_is_drawn_in_every_language() {
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        for language in Language::ALL {
            let bytes = master(&book, language, Profile::Accessible).unwrap();
            keep(&format!("{collection}_{language}"), &bytes);
        }
    }
}
