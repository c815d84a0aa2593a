//! Any bytes give an answer or an error message.

use proptest::prelude::*;
use zhinaq::read::service;

use super::{asked, full, regions, template};

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "\"data\"",
        "\"region\":\"1971\"",
        "\"region\":19",
        "\"symma\":",
        "\"Vsego postupilo\"",
        "\"date\":\"2022-12-31\"",
        "\"код\"",
        "1e400",
        "NaN",
        "-",
        "12.5",
        "\"1 234,5\"",
        "null",
        "true",
        "{\"region\":\"71\",\"symma\":1}",
        "\u{feff}",
        "\"\\ud800\"",
        "\n",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), text in pieces()) {
        let (template, regions) = (template(), regions());
        for body in [bytes.as_slice(), text.as_bytes()] {
            match service::read(&template, &regions, &asked(), body) {
                Ok(reading) => prop_assert!(!reading.datasets.is_empty()),
                Err(refused) => prop_assert!(refused.to_string().chars().count() < 1_500),
            }
        }
    }

    #[test]
    fn a_cut_or_changed_answer_ends_in_an_answer_or_a_sentence(cut in 0_usize..400, at in 0_usize..400, byte in any::<u8>()) {
        let (template, regions) = (template(), regions());
        let mut body = format!(r#"{{"data": [{{{}, "date": "2023-01-01"}}, {{{}}}]}}"#, full("г. Астана"), full("19")).into_bytes();
        if let Some(there) = body.get_mut(at) {
            *there = byte;
        }
        let cut = body.len() - cut.min(body.len());
        for body in [&body[..], &body[..cut]] {
            if let Err(refused) = service::read(&template, &regions, &asked(), body) {
                prop_assert!(!refused.to_string().is_empty());
            }
        }
    }
}
