//! Suggestions for a mistyped word. In: the word, and the known words. Out: the nearest known word, or a text with it.
//! This module does not know what the words mean.

/// The question at the end of a message about an unknown word; empty if no known word is near enough.
#[must_use]
pub fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The known word nearest to the written one, if it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min()
        .map(|(_, word)| word)
}

/// The advice for an unknown word: the nearest known one, or the list of all.
#[must_use]
pub fn known_instead<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(written, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let known = ["late", "html", "missing"];
        assert_eq!(nearest("lat", known), Some("late"));
        assert_eq!(nearest("missin", known), Some("missing"));
        assert_eq!(nearest("json", known), None);
        assert_eq!(did_you_mean(nearest("htm", known)), "; did you mean `html`?");
        assert_eq!(did_you_mean(None), "");
    }
}
