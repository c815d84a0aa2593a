//! Headings of rows and columns. In: headings as printed. Out: whether they are equal, in other words, or about
//! different subjects. This module does not know which line of a document is which line of a template (see
//! [`Binding`](crate::Binding)).
//!
//! Case, blanks, punctuation and look-alike letters make no difference. Numbers that only refer to other lines ("из
//! графы 17") make no difference either. Numbers of articles do: "ст.366" is never "ст.367". Words that most headings
//! of a table share have very little weight.

use std::collections::{BTreeSet, HashMap};

use crate::{look_alike::cyrillic_shape, respelt::respelt};

/// The least common share of the weight of all words. Below it the subject is another one.
pub const SAME_SUBJECT: f64 = 0.5;
/// The number of first letters of a word that are compared. The rest is mostly inflection.
const STEM: usize = 6;
/// Stems of words that negate a statement, or exclude a part of it.
const LIMITS: [&str; 8] = ["не", "без", "кроме", "исключ", "емес", "болмас", "қоспаг", "басқа"];
/// Stems of words that occur in the name of every state body.
const OF_THE_STATE: [&str; 6] = ["рк", "респуб", "казахс", "қр", "қазақс", "республ"];
/// Beginnings of words after which a number only refers to a line.
const POINTERS: [&str; 4] = ["граф", "строк", "раздел", "столб"];
const SHORT_POINTERS: [&str; 4] = ["гр", "стр", "гр.", "стр."];

/// How the heading of a document compares with that of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Another subject.
    Other,
    /// The same subject in other words.
    Anew,
    /// The same words.
    Same,
}

/// A heading as a key for look-up: its letters and digits, without numbers that only refer to other lines.
#[must_use]
pub fn folded(heading: &str) -> String {
    let mut folded = String::with_capacity(heading.len());
    for word in words(heading) {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        // "ст.36 6" is not "ст.366".
        if is_number {
            folded.push(' ');
        }
        folded.push_str(&word);
        if is_number {
            folded.push(' ');
        }
    }
    folded
}

/// Whether two headings have the same words.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

/// The words of a heading in lower case. The number of an article such as `188-1` is one word. Numbers that refer to
/// lines are left out.
fn words(heading: &str) -> Vec<String> {
    let letters: Vec<char> = heading.chars().flat_map(char::to_lowercase).map(cyrillic_shape).collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    let mut points = false;
    while at < letters.len() {
        if !letters[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        let is_number = letters[at].is_ascii_digit();
        let goes_on = |at: usize| {
            letters[at].is_alphanumeric()
                || (is_number && letters[at] == '-' && letters.get(at + 1).is_some_and(char::is_ascii_digit))
        };
        while at < letters.len() && goes_on(at) {
            at += 1;
        }
        let word: String = letters[start..at].iter().collect();
        if is_number {
            if !points {
                words.push(word);
            }
            continue;
        }
        let joins = matches!(word.as_str(), "и" | "по" | "или");
        points = is_pointer(&word) || (points && joins);
        words.push(word);
    }
    words
}

fn is_pointer(word: &str) -> bool {
    SHORT_POINTERS.contains(&word) || POINTERS.iter().any(|pointer| word.starts_with(pointer))
}

/// The parts of a heading that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    stems: BTreeSet<String>,
    numbers: BTreeSet<String>,
    limits: BTreeSet<String>,
}

impl Said {
    #[must_use]
    pub fn new(heading: &str) -> Self {
        let (mut stems, mut numbers, mut limits) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for word in words(heading) {
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                numbers.insert(word);
                continue;
            }
            let stem: String = word.chars().take(STEM).collect();
            if LIMITS.contains(&stem.as_str()) {
                limits.insert(stem);
            } else if !OF_THE_STATE.contains(&stem.as_str()) {
                stems.insert(stem);
            }
        }
        Self { stems, numbers, limits }
    }
}

/// Whether two headings define the same thing: the same words apart from their endings, the same numbers, the same
/// limits.
#[must_use]
pub fn defines_the_same(one: &str, other: &str) -> bool {
    alike(one, other) || Said::new(one) == Said::new(other)
}

/// How many headings of a table contain each word. A word that most of them share does not distinguish them.
#[derive(Debug, Clone, Default)]
pub struct HeadingLexicon {
    headings: usize,
    with: HashMap<String, usize>,
}

impl HeadingLexicon {
    /// The lexicon of some headings.
    #[must_use]
    pub fn of<'h>(headings: impl Iterator<Item = &'h str>) -> Self {
        let mut lexicon = Self::default();
        for heading in headings {
            lexicon.headings += 1;
            for stem in Said::new(heading).stems {
                *lexicon.with.entry(stem).or_default() += 1;
            }
        }
        lexicon
    }

    /// How two headings compare.
    #[must_use]
    pub fn likeness(&self, one: &str, other: &str) -> Likeness {
        if alike(one, other) {
            return Likeness::Same;
        }
        if self.score(one, other) >= SAME_SUBJECT || respelt(one, other) { Likeness::Anew } else { Likeness::Other }
    }

    /// The common share of two headings' words by weight, from 0 to 1. It is 0 if their numbers contradict each other
    /// or their limits differ.
    #[must_use]
    pub fn score(&self, one: &str, other: &str) -> f64 {
        self.common(&Said::new(one), &Said::new(other))
    }

    /// The same score for headings that were taken apart before.
    #[must_use]
    pub fn common(&self, one: &Said, other: &Said) -> f64 {
        let within = |a: &BTreeSet<String>, b: &BTreeSet<String>| !a.is_empty() && a.is_subset(b);
        let numbers = one.numbers == other.numbers
            || within(&one.numbers, &other.numbers)
            || within(&other.numbers, &one.numbers);
        if !numbers || one.limits != other.limits {
            return 0.0;
        }
        let weigh = |stems: &mut dyn Iterator<Item = &String>| stems.map(|stem| self.weight(stem)).sum::<f64>();
        let all = weigh(&mut one.stems.union(&other.stems));
        if all <= 0.0 {
            return if one.stems == other.stems { 1.0 } else { 0.0 };
        }
        weigh(&mut one.stems.intersection(&other.stems)) / all
    }

    fn weight(&self, stem: &str) -> f64 {
        let with = self.with.get(stem).copied().unwrap_or(1).max(1);
        ((self.headings.max(1) + 1) as f64 / with as f64).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headings of a table about offences by article.
    fn articles() -> HeadingLexicon {
        HeadingLexicon::of(
            [
                "Всего",
                "Получение взятки (ст.366 УК РК)",
                "Дача взятки (ст.367 УК РК)",
                "Служебный подлог (ст.369 УК РК)",
                "Бездействие по службе (ст.370 УК РК)",
            ]
            .into_iter(),
        )
    }

    #[test]
    fn look_alikes_blanks_and_case_make_no_difference() {
        assert!(alike("Всего /  тяжкие", "ВСEГО/ТЯЖКИЕ"));
        assert!(alike("учтённые", "Учтенные."));
        assert!(!alike("Всего", "Всего тяжкие"));
    }

    #[test]
    fn numbers_that_point_at_lines_are_left_out_and_those_of_articles_are_not() {
        assert!(alike("из граф 4 и 5 / женщин", "из граф 6 и 7 / женщин"));
        assert!(alike("из гр.17 / иные", "из гр. 18 / иные"));
        assert!(!alike("Взятка (ст.366)", "Взятка (ст.367)"));
        assert!(!alike("Взятка (ст.366)", "Взятка (ст.366-1)"));
    }

    #[test]
    fn another_article_is_another_subject() {
        let lexicon = articles();
        let taking = "Получение взятки (ст.366 УК РК)";
        let likeness = |other: &str| lexicon.likeness(taking, other);
        assert_eq!(likeness("Получение взятки (ст. 366 УК РК)"), Likeness::Same);
        assert_eq!(likeness("Получение взятки (статья 366 УК)"), Likeness::Anew);
        assert_eq!(likeness("Получение взятки (ст.367 УК РК)"), Likeness::Other);
        assert_eq!(likeness("Хищение скота (ст.188-1 УК РК)"), Likeness::Other);
        assert_eq!(likeness("Контрабанда наркотиков"), Likeness::Other);
    }

    #[test]
    fn what_is_limited_is_another_subject() {
        let lexicon = HeadingLexicon::default();
        assert_eq!(lexicon.likeness("окончено дел", "не окончено дел"), Likeness::Other);
        assert_eq!(lexicon.likeness("с учётом дел", "без учёта дел"), Likeness::Other);
    }

    #[test]
    fn a_body_that_was_renamed_is_the_same_and_another_body_is_not() {
        let bodies = [
            "служащих государственных органов / Национального банка",
            "служащих государственных органов / Агентства по делам государственной службы",
            "служащих государственных органов / акиматов",
            "служащих государственных органов / Счетного комитета",
        ];
        let lexicon = HeadingLexicon::of(bodies.into_iter());
        let renamed = "служащих государственных органов / Национального Банка Республики Казахстан";
        assert_eq!(lexicon.likeness(bodies[0], renamed), Likeness::Anew);
        assert_eq!(lexicon.likeness(bodies[1], bodies[2]), Likeness::Other);
        assert_eq!(lexicon.likeness(bodies[0], bodies[3]), Likeness::Other);
    }
}
