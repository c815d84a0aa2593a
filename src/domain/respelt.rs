//! Misspelt headings. In: two headings. Out: whether they have the same words, one of them misspelt. This module does
//! not know any dictionary.

/// Whether two labels have the same words apart from spelling errors: one letter of a word, two of a long one. The
/// first letter has to be the same ("несовершеннолетних" is not "совершеннолетних"), and so has every digit.
#[must_use]
pub fn respelt(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let lower: String = text.chars().flat_map(char::to_lowercase).map(super::look_alike::cyrillic_shape).collect();
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one == other || is_slip(one, other))
}

fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let allowed = match one.len().min(other.len()) {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    let has_digit = one.iter().chain(&other).any(char::is_ascii_digit);
    !has_digit && one[0] == other[0] && distance(&one, &other) <= allowed
}

/// The number of letters to insert, delete or change (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_the_same_word_and_another_word_is_not() {
        assert!(respelt("Антикоррупционная служба", "антикорруционная служба"));
        assert!(respelt("Министерство промышленности", "Мнистерство промышлености"));
        assert!(!respelt("из них несовершеннолетних", "из них совершеннолетних"));
        assert!(!respelt("мужчин", "женщин"));
        assert!(!respelt("по п.1) ч.7", "по п.2) ч.7"));
        assert!(!respelt("Взятка (ст.366)", "Взятка (ст.367)"));
        assert!(!respelt("всего", "всего лиц"));
        assert_eq!(distance(&['а', 'б'], &[]), 2);
    }
}
