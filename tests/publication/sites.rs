//! The site as a whole: checked, compared, written again.

use std::fs;

use super::{folder, pulled, sample};

#[test]
fn a_site_is_checked_byte_by_byte_and_compared_with_an_earlier_one() {
    let office = pulled();
    let nothing = sample(&office, "site check").exits(1);
    assert!(nothing.err.contains("no site was placed"), "{}", nothing.err);
    let first = sample(&office, "place --period 2025-Q2 --form 1-n --format json").exits(0).json();
    let second = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
    assert_ne!(first["site"], second["site"]);
    let found = sample(&office, "site check --format json").exits(0).json();
    assert_eq!((&found["site"], found["faults"].as_array().unwrap().len()), (&second["site"], 0), "{found}");
    let short = &first["site"].as_str().unwrap()[..12];
    let diff = sample(&office, &format!("site diff {short} --format json")).exits(0).json();
    assert!(!diff["added"].as_array().unwrap().is_empty(), "{diff}");
    assert!(sample(&office, "site diff 000000000000").exits(1).err.contains("known here"), "an unknown site");

    let again = sample(&office, "site build --format json").exits(0).json();
    assert_eq!((&again["site"], &again["pages_changed"]), (&second["site"], &0.into()), "{again}");
    let root = folder(&office).join("current");
    let page = super::files(&root).into_keys().find(|path| path.ends_with(".html")).unwrap();
    let mut bytes = fs::read(root.join(&page)).unwrap();
    bytes.extend(b" ");
    fs::write(root.join(&page), bytes).unwrap();
    fs::write(root.join("more.txt"), b"x").unwrap();
    let found = sample(&office, "site check --format json").exits(3).json();
    let faults = found["faults"].to_string();
    assert!(faults.contains(&page) && faults.contains("was altered") && faults.contains("more.txt"), "{faults}");
}
