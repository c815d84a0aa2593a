//! Whether two labels say the same: case, blanks, punctuation and look-alike letters make no difference.

/// The letter that a look-alike stands for: Latin letters that occur inside Cyrillic words, and ё.
const fn meant(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' | 'ё' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

/// The letters and digits of a label as they are compared.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(meant)
}

/// A label as it is looked up.
pub(super) fn folded(text: &str) -> String {
    letters(text).collect()
}

/// Whether two labels say the same.
pub(super) fn alike(one: &str, other: &str) -> bool {
    one == other || letters(one).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_blanks_and_case_make_no_difference() {
        assert!(alike("Всего /  тяжкие", "ВСEГО/ТЯЖКИЕ"));
        assert!(alike("учтённые", "Учтенные."));
        assert!(!alike("Всего", "Всего тяжкие"));
    }
}
