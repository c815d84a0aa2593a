//! Compares the texts of documents: letters of the same shape are one letter; case and punctuation do not count.
//!
//! In come texts; out come their forms for comparison, and short forms for messages. Folded texts are never output:
//! documents mix Latin and Cyrillic letters of the same shape within a word. This module does not know what a text is
//! about.

use domain::{is_deceptive, latin_shape};

/// A text for comparison: in capitals, letters of the same shape as one letter, a single blank for everything else.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().flat_map(char::to_uppercase).map(latin_shape) {
        // A footnote mark is not part of a word.
        if c.is_alphanumeric() && !matches!(c, '¹' | '²' | '³' | '\u{2070}'..='\u{207e}') {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        } else {
            gap = true;
        }
    }
    folded
}

/// A form's designation for comparison: `3-К`, `З-K` and `№ 3-К` are equal.
pub(super) fn fold_designation(text: &str) -> String {
    let folded: String = fold(text).chars().filter(|c| *c != ' ').map(|c| if c == 'З' { '3' } else { c }).collect();
    let bare = folded.strip_prefix("ФOPMA").unwrap_or(&folded);
    let bare = bare.strip_prefix("FORM").unwrap_or(bare);
    bare.strip_prefix("NO").unwrap_or(bare).to_owned()
}

/// The folded words of a label without the numbers ("из графы 17"): a new edition may change them.
pub(super) fn fold_label(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.bytes().all(|b| b.is_ascii_digit())).collect();
    words.join(" ")
}

/// A folded text with Kazakh letters replaced by the Russian ones that people type for them.
pub(super) fn coarse(folded: &str) -> String {
    let letter = |c: char| match c {
        'Қ' => 'K',
        'Ғ' => 'Г',
        'Ң' => 'H',
        'Ә' => 'A',
        'Ө' => 'O',
        'Ү' | 'Ұ' => 'Y',
        'I' | 'Ы' => 'И',
        'Һ' => 'X',
        other => other,
    };
    folded.chars().map(letter).collect()
}

/// Folded beginnings of words that do not say what a heading is about: the name of the state, and the first words of
/// each form.
const EMPTY_WORDS: [&str; 8] = ["PECПYБ", "KAЗAXC", "CBEДEH", "OTЧET", "OTЧETA", "ФOPMA", "ФOPMЫ", "OTЧETЫ"];
/// How many letters of a word are compared; inflection changes only the later ones.
const STEM: usize = 6;

/// The sorted stems of a heading's words. Numbers, words of one or two letters, and `EMPTY_WORDS` are left out.
pub(super) fn stems(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(' ').filter(|w| w.chars().count() > 2 && !w.starts_with(|c: char| c.is_ascii_digit()));
    let mut stems: Vec<String> = words
        .map(|w| w.chars().take(STEM).collect::<String>())
        .filter(|s| !EMPTY_WORDS.contains(&s.as_str()))
        .collect();
    stems.sort_unstable();
    stems
}

/// A text with single blanks, and without blanks at its ends.
pub(super) fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

/// The beginning of a text for a message: one line without control characters. Invisible characters are shown by their
/// numbers, so that a reader sees why `562` is not a number.
pub(super) fn excerpt(text: &str, length: usize) -> String {
    let seen = text.chars().take(length * 4).filter(|c| !c.is_control() || c.is_whitespace());
    let shown: String =
        seen.map(|c| if is_deceptive(c) { format!("[U+{:04X}]", u32::from(c)) } else { c.into() }).collect();
    let line = squeeze(&shown);
    if line.chars().count() <= length { line } else { line.chars().take(length).chain(['…']).collect() }
}

/// The similarity of two sorted lists, from 0 to 1: twice the number of common items, divided by the number of all
/// items (Sørensen–Dice).
pub(super) fn shared<T: Ord>(a: &[T], b: &[T]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * common as f64 / (a.len() + b.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alike_letters_are_one() {
        assert_eq!(fold("Форма № 3-К"), fold("форма  №3-K"));
        assert_eq!(fold_designation("№ 3-К"), fold_designation("З-K"));
        assert_eq!(fold_designation("Форма № СНГ-1"), fold_designation("CHГ-1"));
        assert_ne!(fold_designation("1-П"), fold_designation("1-Р"));
        assert_ne!(fold_designation("6-К"), fold_designation("6-Ка"));
    }

    #[test]
    fn numbers_that_point_to_columns_do_not_count_in_labels() {
        assert_eq!(fold_label("из гр.17 / Комитета"), fold_label("из гр.16 / комитета"));
    }

    #[test]
    fn stems_are_what_a_heading_is_about() {
        let mut expected = [fold("органов"), fold("прокур")].map(|w| w.chars().take(6).collect::<String>());
        expected.sort_unstable();
        assert_eq!(stems("из гр.17 / органов прокуратуры Республики Казахстан"), expected);
        assert_eq!(stems("Сведения. Отчет по форме № 3-К").len(), 1);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("a\n\u{7}b   c", 3), "a b…");
        assert_eq!(excerpt("5\u{200b}62\u{ad}", 40), "5[U+200B]62[U+00AD]");
    }
}
