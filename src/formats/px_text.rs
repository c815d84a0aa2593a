//! The text of a PX file: keywords with their values, as AXIS-VERSION 2013 requires.
//!
//! In: keywords and texts. Out: the text of the file. Unknown here: what the keywords mean.

use domain::Language;

/// The longest part of a text in one line. A line of a PX file has at most 256 characters.
const LONGEST_PART: usize = 200;
/// The longest text of a value or a variable, in characters.
pub const LONGEST_VALUE: usize = 256;

/// The text of a PX file that is being written.
pub struct PxText(String);

/// A keyword, in a language other than that of the file, and about these values.
#[derive(Clone, Copy)]
pub struct PxKey<'a> {
    pub word: &'a str,
    pub language: Option<Language>,
    pub about: &'a [&'a str],
}

impl<'a> PxKey<'a> {
    pub const fn new(word: &'a str) -> Self {
        Self { word, language: None, about: &[] }
    }

    #[must_use]
    pub const fn in_language(self, language: Option<Language>) -> Self {
        Self { language, ..self }
    }

    #[must_use]
    pub const fn about(self, about: &'a [&'a str]) -> Self {
        Self { about, ..self }
    }
}

impl Default for PxText {
    fn default() -> Self {
        Self::new()
    }
}

impl PxText {
    pub const fn new() -> Self {
        Self(String::new())
    }

    fn key(&mut self, key: PxKey<'_>) {
        self.0.push_str(key.word);
        if let Some(language) = key.language {
            self.0.push_str(&format!("[{language}]"));
        }
        if !key.about.is_empty() {
            let about: Vec<String> = key.about.iter().map(|value| format!("\"{value}\"")).collect();
            self.0.push_str(&format!("({})", about.join(",")));
        }
        self.0.push('=');
    }

    /// A number or a word without quotation marks.
    pub fn plain(&mut self, key: PxKey<'_>, value: &str) {
        self.key(key);
        self.0.push_str(value);
        self.0.push_str(";\n");
    }

    /// A text; nothing if it is empty.
    pub fn text(&mut self, key: PxKey<'_>, text: &str) {
        let text = cleaned(text);
        if text.is_empty() {
            return;
        }
        self.key(key);
        self.0.push_str(&parts(&text).join("\n"));
        self.0.push_str(";\n");
    }

    /// A list of texts that are clean already, each in a line of its own.
    pub fn list(&mut self, key: PxKey<'_>, texts: &[String]) {
        self.key(key);
        let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
        self.0.push_str(&quoted.join(",\n"));
        self.0.push_str(";\n");
    }

    /// The figures, row by row.
    pub fn data(&mut self, rows: impl Iterator<Item = String>) {
        self.0.push_str("DATA=\n");
        for row in rows {
            self.0.push_str(&row);
            // The format wants a blank at the end of each line.
            self.0.push_str(" \n");
        }
        self.0.push_str(";\n");
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// A text as a PX file takes it: a quotation mark would end it, so it becomes an apostrophe; other characters that a
/// line cannot contain become blanks.
pub fn cleaned(text: &str) -> String {
    let text = text.trim().replace('"', "'");
    text.chars().map(|c| if c.is_control() || c == '\u{a0}' || c == '\u{202f}' { ' ' } else { c }).collect()
}

/// A text for the list of a variable's values: cut where it is longer than the format allows.
pub fn value(text: &str) -> String {
    let text = cleaned(text);
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    text.chars().take(LONGEST_VALUE - 1).chain(['…']).collect()
}

/// A text in quotation marks, in parts that fit into lines, cut after blanks where it has some.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((longest, _)) = rest.char_indices().nth(LONGEST_PART) {
        let cut = rest[..longest].rfind(' ').map_or(longest, |blank| blank + 1);
        parts.push(format!("\"{}\"", &rest[..cut]));
        rest = &rest[cut..];
    }
    if !rest.is_empty() {
        parts.push(format!("\"{rest}\""));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_no_quotation_mark_of_its_own_and_fits_into_lines() {
        let mut px = PxText::new();
        let about = ["Вид"];
        px.text(PxKey::new("NOTE").in_language(Some(Language::KK)).about(&about), "a \"b\"\n=1;");
        px.text(PxKey::new("TITLE"), "");
        assert_eq!(String::from_utf8(px.into_bytes()).unwrap(), "NOTE[kk](\"Вид\")=\"a 'b' =1;\";\n");
        let long = "слово ".repeat(100) + &"я".repeat(450);
        let parts = parts(long.trim());
        assert!(parts.len() > 4 && parts.iter().all(|part| part.chars().count() <= LONGEST_PART + 2));
        let joined: String = parts.iter().map(|part| &part[1..part.len() - 1]).collect();
        assert_eq!(joined, long.trim());
    }

    #[test]
    fn a_value_that_is_too_long_is_cut_with_a_sign() {
        assert_eq!(value(&"я".repeat(256)), "я".repeat(256));
        assert_eq!(value(&"я".repeat(257)), "я".repeat(255) + "…");
    }
}
