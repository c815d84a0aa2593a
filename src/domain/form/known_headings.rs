//! The headings that a template knows. In: the titles of some rows or columns, in every known wording. Out: the lines
//! that have a printed heading, and how much a printed heading resembles that of a line. This module does not know any
//! document.

use std::{collections::HashMap, sync::OnceLock};

use crate::{
    Language, Titles,
    form::headings::{HeadingLexicon, Said, folded},
};

/// The headings of the described lines, in every known wording.
#[derive(Debug)]
pub struct Headings {
    wordings: Vec<Vec<String>>,
    folded: OnceLock<HashMap<String, Vec<usize>>>,
    said: OnceLock<(HeadingLexicon, Vec<Vec<Said>>)>,
}

/// A title in the languages in which documents are printed.
pub(super) fn printed_in(titles: &Titles) -> impl Iterator<Item = &str> {
    [Language::RU, Language::KK].into_iter().filter_map(|language| titles.own(language))
}

impl Headings {
    /// The headings of lines. Each line is given as its titles in every known wording.
    pub fn new<'t>(lines: impl Iterator<Item = Vec<&'t Titles>>) -> Self {
        let wordings = lines.map(|titles| titles.into_iter().flat_map(printed_in).map(ToOwned::to_owned).collect());
        Self { wordings: wordings.collect(), folded: OnceLock::new(), said: OnceLock::new() }
    }

    /// The lines of each folded heading.
    fn lines(&self) -> &HashMap<String, Vec<usize>> {
        self.folded.get_or_init(|| {
            let mut lines: HashMap<String, Vec<usize>> = HashMap::new();
            for (line, wordings) in self.wordings.iter().enumerate() {
                for wording in wordings {
                    let known = lines.entry(folded(wording)).or_default();
                    if known.last() != Some(&line) {
                        known.push(line);
                    }
                }
            }
            lines.remove("");
            lines
        })
    }

    /// The lexicon of the lines, and the parts of each line's wordings.
    fn said(&self) -> &(HeadingLexicon, Vec<Vec<Said>>) {
        self.said.get_or_init(|| {
            let lexicon = HeadingLexicon::of(self.wordings.iter().filter_map(|w| w.first().map(String::as_str)));
            let said = self.wordings.iter().map(|wordings| wordings.iter().map(|w| Said::new(w)).collect());
            (lexicon, said.collect())
        })
    }

    /// Whether a heading is a wording of a line, letter for letter.
    pub fn is_worded(&self, line: usize, heading: &str) -> bool {
        self.wordings[line].iter().any(|wording| wording == heading)
    }

    /// The lines with exactly this heading, after folding.
    pub fn with(&self, heading: &str) -> &[usize] {
        self.lines().get(&folded(heading)).map_or(&[], Vec::as_slice)
    }

    /// The lines that have a wording in common with a line, that line included.
    pub fn kin(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        self.wordings[line].iter().flat_map(|wording| self.with(wording)).copied()
    }

    /// How much a heading resembles that of a line, from 0 to 1.
    pub fn score(&self, line: usize, heading: &Said) -> f64 {
        let (lexicon, said) = self.said();
        said[line].iter().map(|wording| lexicon.common(wording, heading)).fold(0.0, f64::max)
    }

    /// Another line, without a wording in common, that a heading resembles at least as much. Only `live` lines count.
    pub fn rival(&self, line: usize, heading: &Said, live: impl Fn(usize) -> bool) -> Option<usize> {
        let own = self.score(line, heading);
        let same_words = |other: usize| self.wordings[other].iter().any(|w| self.wordings[line].contains(w));
        let mut others = (0..self.wordings.len()).filter(|other| *other != line && live(*other) && !same_words(*other));
        others.find(|other| self.score(*other, heading) >= own)
    }

    /// The number of described lines that are printed under their code and with their heading.
    pub fn agreements<'x>(
        &self,
        described: &[Option<&str>],
        printed: impl Iterator<Item = (&'x str, &'x str)>,
    ) -> usize {
        let printed: HashMap<&str, &str> = printed.collect();
        let agrees = |line: usize, code: &str| {
            printed.get(code).is_some_and(|heading| self.is_worded(line, heading) || self.with(heading).contains(&line))
        };
        described.iter().enumerate().filter(|(line, code)| code.is_some_and(|code| agrees(*line, code))).count()
    }
}
