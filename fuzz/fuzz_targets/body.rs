//! Arbitrary bytes are described in one short line, and what parses as JSON is recognised as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhinaq_fuzz::read::body::{self, Body};

fuzz_target!(|bytes: &[u8]| {
    let body = body::sniff(bytes);
    let words = body.to_string();
    assert!(!words.is_empty() && words.chars().count() < 200 && !words.chars().any(char::is_control));
    if body::json(bytes).is_ok() {
        assert!(matches!(body, Body::Json { .. }));
    }
});
