//! Masters: what a reader of a collection opens.

use zhinaq::{
    assemble::assemble,
    domain::Language,
    workbook::{Profile, master},
};

use crate::support::trial::Trial;

#[test]
fn the_same_book_gives_the_same_bytes() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let first = master(&assemble(&trial.material()).unwrap(), Language::Ru, Profile::Accessible).unwrap();
    let again = master(&assemble(&trial.material()).unwrap(), Language::Ru, Profile::Accessible).unwrap();
    assert!(first == again);
    if let Some(folder) = std::env::var_os("ZHINAQ_TRIAL") {
        std::fs::write(std::path::Path::new(&folder).join("narcotics_ru.xlsx"), first).unwrap();
    }
}
