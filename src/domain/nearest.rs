//! Suggestions for a mistyped word. In: the word, and the known words. Out: the nearest known word, or a text with it.
//! This module does not know what the words mean.

/// The question at the end of a message about an unknown word; empty if no known word is near enough.
#[must_use]
pub fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The known word nearest to the written one, if it is near enough to be meant; large and small letters count as equal.
/// Of several words that are equally near, one that continues the other is meant. Otherwise none is: `1-p` is as far
/// from `1-e` as from `1-m`, and to pick one of them would be chance.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let mut near: Vec<(usize, bool, &str)> = known
        .into_iter()
        .map(|word| {
            let is_continued = lower.starts_with(word) || word.starts_with(&lower);
            (strsim::damerau_levenshtein(&lower, &word.to_lowercase()), !is_continued, word)
        })
        .filter(|(distance, _, word)| *distance <= 1 + word.chars().count() / 4)
        .collect();
    near.sort_unstable();
    near.dedup();
    match near[..] {
        [] => None,
        [(_, _, word)] => Some(word),
        [first, second, ..] => ((first.0, first.1) < (second.0, second.1)).then_some(first.2),
    }
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

    #[test]
    fn a_suggestion_is_nearer_than_chance() {
        let forms = ["1-e", "1-m", "1-n", "1-ad", "3-k", "court-1", "court-10", "court-11"];
        for (written, near) in [
            ("1-p", None),
            ("1-M", Some("1-m")),
            ("1-da", Some("1-ad")),
            ("cuort-1", Some("court-1")),
            ("court-13", Some("court-1")),
            ("COURT-10", Some("court-10")),
        ] {
            assert_eq!(nearest(written, forms), near, "{written}");
        }
        assert_eq!(nearest("1999", ["1910", "1919", "1990"]), None);
        assert_eq!(nearest("wy", ["why", "when"]), Some("why"));
        assert_eq!(nearest("lat", ["late", "late"]), Some("late"));
    }
}
