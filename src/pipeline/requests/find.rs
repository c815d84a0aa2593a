//! Finds indicators by the words of a letter, in ru, kk or en. In: words, the templates of forms. Out: labels with their
//! places, the best first. Unknown here: figures.

use std::cmp::Reverse;

use serde::Serialize;

use config::Office;
use domain::{FormId, Language, SectionId, Titles};

/// A row, column or section whose label has the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundIndicator {
    pub form: FormId,
    pub section: SectionId,
    /// `section`, `row` or `column`.
    pub of: &'static str,
    /// Empty for a section.
    pub code: String,
    pub label: String,
}

/// How many places are shown at most. Whoever gets more adds a word.
const MOST: usize = 50;
/// The letters that an ending has in the languages of labels, and the shortest word that may have one.
const ENDING: usize = 2;
const SHORTEST: usize = 6;

/// The labels in which all words occur, whatever their endings; those of whole sections and short labels first. A word may
/// also be in the title of the section. Labels are shown in `language`.
#[must_use]
pub fn find_indicators(office: &Office, words: &str, language: Language) -> Vec<FoundIndicator> {
    let stems: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let letters: Vec<char> = word.to_lowercase().chars().collect();
            let kept = if letters.len() >= SHORTEST { letters.len() - ENDING } else { letters.len() };
            letters[..kept].iter().collect()
        })
        .collect();
    if stems.is_empty() {
        return Vec::new();
    }
    let spoken = [Language::RU, Language::KK, Language::EN];
    let all = |titles: &Titles| spoken.map(|language| titles.of(language).to_lowercase()).join("\n");
    let mut found = Vec::new();
    for (form, template) in &office.forms {
        for label in template.labels().filter(|label| label.edition.is_none()) {
            let section = template.sections.iter().find(|section| section.id == *label.section);
            let around = section.map(|section| all(&section.titles)).unwrap_or_default();
            let own = all(label.titles);
            let in_label = stems.iter().filter(|stem| own.contains(*stem)).count();
            if in_label > 0 && stems.iter().all(|stem| own.contains(stem) || around.contains(stem)) {
                let shown = label.titles.of(language).to_owned();
                let order = (Reverse(in_label), shown.chars().count());
                let place = FoundIndicator {
                    form: form.clone(),
                    section: label.section.clone(),
                    of: label.of.as_str(),
                    code: label.code.to_owned(),
                    label: shown,
                };
                found.push((order, place));
            }
        }
    }
    // Equal labels keep the order of the forms.
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, place)| place).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_is_found_by_its_own_words_in_each_language_and_nonsense_is_not() {
        let office = Office::embedded().unwrap();
        let template = office.forms.values().next().unwrap();
        let label = template.labels().find(|label| !label.code.is_empty() && label.edition.is_none()).unwrap();
        for language in [Language::RU, Language::KK, Language::EN] {
            let words = label.titles.of(language);
            let found = find_indicators(&office, words, language);
            assert!(found.iter().any(|place| place.label == words), "{words}: {found:?}");
        }
        assert!(find_indicators(&office, "zzzzzzzz", Language::EN).is_empty());
        assert!(find_indicators(&office, " ,.", Language::EN).is_empty());
    }
}
