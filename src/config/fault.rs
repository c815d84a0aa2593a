//! Faults in files that a person edits. In: a message and its place in a text. Out: which file, which line, what is
//! wrong, and what was probably meant. This module does not know what the files mean.

use std::{fmt, ops::Range};

use serde::de::DeserializeOwned;

use super::{plain_words::plainly, shape};
use domain::{line_at, nearest};

/// One fault of the configuration. It prints as `schedules/calendar-kz.toml:12: unknown key `wy`; did you mean `why`?`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The file's path below the office's home.
    pub file: String,
    /// 1-based; `None` if the fault concerns the whole file.
    pub line: Option<usize>,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Fault {
    /// A fault that concerns a whole file.
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, message: message.into() }
    }

    /// A fault at a byte range of a file's text.
    pub fn at(file: &str, text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: Some(line_at(text, span.start)), message: message.into() }
    }
}

/// All faults that were found, to be shown together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Default)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// Parses a TOML text.
///
/// # Errors
/// The first fault, with its line. For an unknown key it suggests the nearest known one.
pub fn parse_toml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Fault> {
    shape::note_file::<T>(file);
    toml::from_str(text).map_err(|error| {
        let message = explain(error.message());
        match error.span() {
            Some(span) => Fault::at(file, text, &span, message),
            None => Fault::of_file(file, message),
        }
    })
}

/// The line of a key in a TOML text, from 1; `None` if the key is not written, or the text is not TOML. The key lies in
/// tables: `["ledger", "url"]`.
#[must_use]
pub fn line_of(text: &str, key: &[&str]) -> Option<usize> {
    let (last, tables) = key.split_last()?;
    let parsed = toml::de::DeTable::parse(text).ok()?;
    let mut table = parsed.get_ref();
    for name in tables {
        table = table.get(*name)?.get_ref().as_table()?;
    }
    let (name, _) = table.get_key_value(*last)?;
    Some(line_at(text, name.span().start))
}

/// Turns serde's message for an unknown key into a question with the nearest known key, or into a list of the known
/// keys.
pub(super) fn explain(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else { return plainly(message) };
    let Some((key, rest)) = rest.split_once('`') else { return message.to_owned() };
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let nearest = nearest(key, known.iter().copied());
    match nearest {
        Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
        None => format!("unknown key `{key}`; known here: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its keys matter here")]
    struct Written {
        host: String,
        port: u16,
    }

    #[test]
    fn an_unknown_key_is_told_with_its_line_and_the_nearest_known_one() {
        let fault = parse_toml::<Written>("zhinaq.toml", "port = 25\nhots = \"x\"\n").unwrap_err();
        assert_eq!(fault.to_string(), "zhinaq.toml:2: unknown key `hots`; did you mean `host`?");
    }

    #[test]
    fn a_setting_has_the_line_on_which_it_is_written() {
        let text = "output = \"a\"\n\n[ledger]\n# A remark.\nurl = \"b\"\n";
        assert_eq!(line_of(text, &["output"]), Some(1));
        assert_eq!(line_of(text, &["ledger"]), Some(3));
        assert_eq!(line_of(text, &["ledger", "url"]), Some(5));
        assert_eq!(line_of(text, &["ledger", "witness"]), None);
        assert_eq!(line_of("[broken", &["broken"]), None);
    }

    #[test]
    fn a_broken_file_is_told_with_its_line() {
        let fault = parse_toml::<Written>("zhinaq.toml", "port = 25\nhost = [\n").unwrap_err();
        assert_eq!(fault.file, "zhinaq.toml");
        assert!(fault.line.is_some());
    }
}
