//! The messages of the TOML parser in the words of the program.
//!
//! In: a message of serde or toml ("invalid type: integer `42`, expected a string"). Out: what is wrong and what is
//! right, without the types of Rust. This module does not know which key the message is about.

use domain::{did_you_mean, nearest};

/// The message in our words; one that is not known here stays as it is.
pub(super) fn plainly(message: &str) -> String {
    let message = message.trim();
    let plain = || {
        if let Some(rest) = message.strip_prefix("unknown variant `") {
            return unknown_word(rest);
        }
        if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            return Some(format!("the key `{key}` is missing"));
        }
        if message == "wanted string or table" {
            return Some("write a word in quotes here".to_owned());
        }
        let rest = ["invalid type: ", "invalid value: "].iter().find_map(|begin| message.strip_prefix(begin))?;
        let (given, wanted) = rest.rsplit_once(", expected ")?;
        Some(format!("{} {}", value(given), wish(wanted)))
    };
    plain().unwrap_or_else(|| message.to_owned())
}

/// The rest of ``unknown variant `wann`, expected one of `warn`, `refuse` ``.
fn unknown_word(rest: &str) -> Option<String> {
    let (word, rest) = rest.split_once("`, expected ")?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let hint = did_you_mean(nearest(word, known.iter().copied()));
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    Some(format!("`{word}` is not one of {}{hint}", known.join(", ")))
}

/// The given value: ``integer `42` ``, `string "x"`, `sequence`.
fn value(given: &str) -> String {
    let begin = given.find(['`', '"']);
    match (begin, given) {
        (Some(begin), _) => {
            let quote = given.as_bytes().get(begin).copied().map_or('`', char::from);
            let inner = given.get(begin + 1..).unwrap_or_default();
            format!("`{}`", inner.rsplit_once(quote).map_or(inner, |(inner, _)| inner))
        }
        (None, "sequence") => "a list".to_owned(),
        (None, "map") => "a table, or a date,".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// What is expected, after the value.
fn wish(wanted: &str) -> String {
    match wanted {
        "a string" | "path string" | "a borrowed string" | "string" => "is not a text: write it in quotes".to_owned(),
        "a boolean" => "is not `true` or `false`: write one of them, without quotes".to_owned(),
        "a sequence" => "is not a list: write it in `[` and `]`".to_owned(),
        "a map" => "is not a table: write it as `{ key = … }`".to_owned(),
        "a TOML datetime" => "is not a day: write it without quotes, such as 2025-07-14".to_owned(),
        "u8" => whole("from 0 to 255"),
        "u16" => whole("from 0 to 65535"),
        "u32" | "u64" | "u128" | "usize" => whole("from 0 on"),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => whole("that is not too large"),
        "f32" | "f64" => "is not a number: write it without quotes".to_owned(),
        _ if wanted.starts_with("struct ") => "is not a table: write it as `{ key = … }`".to_owned(),
        _ => format!("is not {wanted}"),
    }
}

fn whole(range: &str) -> String {
    format!("is not a whole number {range}: write digits, without quotes")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::fault::parse_toml;

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        Warn,
        Refuse,
    }

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Written {
        text: String,
        path: PathBuf,
        count: u64,
        port: u16,
        year: i32,
        share: f64,
        is_on: bool,
        list: Vec<String>,
        day: Option<toml::value::Datetime>,
        word: Option<Word>,
        inner: Option<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only the faults matter here")]
    struct Inner {
        host: String,
    }

    /// What the parser answers today, so that a new version of it shows here.
    #[test]
    fn no_fault_is_in_the_words_of_the_parser() {
        for (line, said) in [
            ("text = 42", "`42` is not a text: write it in quotes"),
            ("path = 42", "`42` is not a text: write it in quotes"),
            ("text = [1]", "a list is not a text: write it in quotes"),
            ("text = { a = 1 }", "a table, or a date, is not a text: write it in quotes"),
            ("count = \"five\"", "`five` is not a whole number from 0 on: write digits, without quotes"),
            ("count = -1", "`-1` is not a whole number from 0 on: write digits, without quotes"),
            ("count = 99999999999999999999", "`99999999999999999999` is not a whole number from 0 on"),
            ("count = 1.5", "`1.5` is not a whole number from 0 on"),
            ("port = 70000", "`70000` is not a whole number from 0 to 65535"),
            ("year = \"x\"", "`x` is not a whole number that is not too large"),
            ("share = true", "`true` is not a number"),
            ("is_on = \"yes\"", "`yes` is not `true` or `false`"),
            ("list = 7", "`7` is not a list"),
            ("day = \"soon\"", "`soon` is not a day: write it without quotes, such as 2025-07-14"),
            ("word = \"wann\"", "`wann` is not one of `warn`, `refuse`; did you mean `warn`?"),
            ("word = 3", "write a word in quotes here"),
            ("inner = 3", "`3` is not a table"),
            ("[inner]", "the key `host` is missing"),
        ] {
            let message = parse_toml::<Written>("zhinaq.toml", line).unwrap_err().message;
            assert!(message.starts_with(said), "{line}: {message}");
            for word in ["invalid", "expected", "variant", "field", "u64", "i128", "struct", "sequence"] {
                assert!(!message.contains(word), "{line}: {message}");
            }
        }
    }

    #[test]
    fn what_is_not_known_here_stays_as_it_is() {
        assert_eq!(plainly(" `7 a` is not a unit\n"), "`7 a` is not a unit");
    }
}
