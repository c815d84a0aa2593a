//! Letters that look alike, and invisible characters: one table for all code that compares or shows texts. This module
//! does not know any word.

/// The letters that have one shape in both alphabets as capitals. Documents mix them within a word.
macro_rules! one_shape {
    ($($latin:literal $small_latin:literal $cyrillic:literal $small_cyrillic:literal,)*) => {
        /// The Latin letter with the shape of a capital; any other letter unchanged.
        #[must_use]
        pub const fn latin_shape(capital: char) -> char {
            match capital {
                $($cyrillic => $latin,)*
                'Ё' => 'E',
                other => other,
            }
        }

        /// The small Cyrillic letter that a look-alike replaces in a Cyrillic word; any other letter unchanged.
        #[must_use]
        pub const fn cyrillic_shape(small: char) -> char {
            match small {
                $($small_latin => $small_cyrillic,)*
                'ё' => 'е',
                other => other,
            }
        }
    };
}

one_shape! {
    'A' 'a' 'А' 'а',
    'B' 'b' 'В' 'в',
    'C' 'c' 'С' 'с',
    'E' 'e' 'Е' 'е',
    'H' 'h' 'Н' 'н',
    'I' 'i' 'І' 'і',
    'K' 'k' 'К' 'к',
    'M' 'm' 'М' 'м',
    'O' 'o' 'О' 'о',
    'P' 'p' 'Р' 'р',
    'T' 't' 'Т' 'т',
    'X' 'x' 'Х' 'х',
    'Y' 'y' 'У' 'у',
}

/// Whether a character has no width: zero-width blanks and joiners, soft hyphens, byte-order marks, direction marks.
/// U+202E is not one of them: it reverses the order of what is seen.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202d}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Whether a text can look different because of a character: an invisible one, or the one that reverses a line.
#[must_use]
pub const fn is_deceptive(c: char) -> bool {
    is_invisible(c) || c == '\u{202e}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_one() {
        for letter in ('А'..='Я').chain(['І', 'Ё']) {
            let latin = latin_shape(letter);
            let small: String = letter.to_lowercase().collect();
            if latin == letter {
                continue;
            }
            let back = cyrillic_shape(latin.to_ascii_lowercase());
            assert_eq!(back.to_string(), small.replace('ё', "е"), "{letter}");
        }
        assert_eq!((latin_shape('Я'), latin_shape('З'), cyrillic_shape('z')), ('Я', 'З', 'z'));
    }

    #[test]
    fn what_nobody_sees_is_told_from_what_turns_a_line() {
        assert!(is_invisible('\u{200b}') && !is_invisible('\u{202e}') && is_deceptive('\u{202e}'));
        assert!(!is_deceptive(' ') && !is_deceptive('е') && !is_deceptive('\u{a0}'));
    }
}
