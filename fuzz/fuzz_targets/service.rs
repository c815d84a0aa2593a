//! Arbitrary bytes as a service's answer give datasets or a sentence that says why not, and never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhinaq_fuzz::{domain::Figure, office, read::service};

fuzz_target!(|bytes: &[u8]| {
    match service::read(&office::template(), &office::regions(), &office::asked(), bytes) {
        Ok(reading) => {
            assert!(!reading.datasets.is_empty(), "an answer without datasets");
            for section in reading.datasets.iter().flat_map(|d| &d.sections) {
                assert_eq!(section.figures.len(), section.columns.len() * section.rows.len());
                for text in section.figures.iter().filter_map(|f| if let Figure::Text(text) = f { Some(text) } else { None }) {
                    assert!(!text.is_empty() && text.chars().count() < 500 && !text.chars().any(char::is_control));
                }
            }
            assert!(reading.findings.len() <= 1_000);
        }
        Err(refused) => assert!(refused.to_string().chars().count() < 2_000),
    }
});
