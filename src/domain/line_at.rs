//! Places in a text. In: a text and a byte in it. Out: the line, as an editor counts it. This module does not know what
//! the text is.

/// The line of a byte, counted from 1; the last line for a byte beyond the end.
#[must_use]
pub fn line_at(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let places = [0, 1, 2, 3, 99].map(|byte| line_at("a\nb\n", byte));
        assert_eq!(places, [1, 1, 2, 2, 3]);
    }
}
