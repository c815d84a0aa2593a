//! The evidence of a period with the real forms in it.

use std::{fs, io::Cursor};

use super::{files, real};
use crate::support::program::Office;

#[test]
fn the_evidence_of_real_forms_is_checked_without_the_office() {
    let Some(folder) = real() else { return };
    let folder = folder.canonicalize().unwrap();
    let (office, elsewhere) = (Office::real(), Office::empty());
    for form in ["1-M", "CIS-1"] {
        let from = folder.join(form);
        office.zhinaq(&["pull", "--from-file", from.to_str().unwrap(), "--period", "2022-M12"]).exits(0);
    }
    office.zhinaq(&["build", "--period", "2022-Q4", "--collection", "crime"]).exits(0);
    office.zhinaq(&["pack", "--period", "2022-Q4", "--out", "q4.zip"]).exits(0);
    let mut bytes = fs::read(office.path().join("q4.zip")).unwrap();
    let check = |bytes: &[u8], code: i32| {
        fs::write(elsewhere.path().join("q4.zip"), bytes).unwrap();
        elsewhere.zhinaq(&["verify", "q4.zip", "--format", "json"]).exits(code).json()
    };
    let found = check(&bytes, 0);
    assert_eq!((&found["intact"], &found["manifest"]["origin"]), (&true.into(), &"real".into()));
    let (start, name) = {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let documents = zip.file_names().filter(|name| {
            let name = name.as_ref().unwrap();
            name.starts_with("snapshots/") && !name.contains('.')
        });
        let names: Vec<String> = documents.map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.len(), files(&folder, "1-M").len() + files(&folder, "CIS-1").len(), "every document once");
        let file = zip.by_name(&names[7]).unwrap();
        ((file.data_start().unwrap() + file.compressed_size() / 2) as usize, names[7].clone())
    };
    bytes[start] ^= 1;
    let found = check(&bytes, 3);
    assert!(
        found["faults"].as_array().unwrap().iter().any(|fault| fault["file"] == name.as_str()),
        "{}",
        found["faults"]
    );
}
