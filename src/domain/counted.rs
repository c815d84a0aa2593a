//! English nouns with a number or an article: `1 file`, `2 files`, `an organ`. In: a noun in the singular. Out: a text.
//! This module does not know other languages.

use std::fmt::Display;

/// A count with its English noun in the right number. `noun` is in the singular. It takes `s`, or `ies` for a `y` after
/// a consonant.
///
/// ```
/// assert_eq!(domain::counted(1, "file"), "1 file");
/// assert_eq!(domain::counted(0, "file"), "0 files");
/// assert_eq!(domain::counted(2, "copy"), "2 copies");
/// ```
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    if count == N::from(1) {
        return format!("{count} {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}s"),
    }
}

/// The indefinite article of an English noun, by its first letter: `an organ`, `a form`. A `u` counts as in `a unit`.
#[must_use]
pub fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::{article, counted};

    #[test]
    fn the_noun_follows_the_number() {
        let words = [counted(1_usize, "day"), counted(3_u32, "day"), counted(1_u64, "copy"), counted(0_usize, "copy")];
        assert_eq!(words, ["1 day", "3 days", "1 copy", "0 copies"]);
    }

    #[test]
    fn the_article_follows_the_sound() {
        assert_eq!(["organ", "unit", "form"].map(article), ["an", "a", "a"]);
    }
}
