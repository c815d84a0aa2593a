//! A site that is being rendered: the input, checked, with its words and files. In: an input. Out: what pages ask for.
//! This module does not know how a page looks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use domain::{FormId, Language, Origin, Period, Titles, Unit};

use crate::{
    SiteError, SiteInput, address,
    files::PlacedFile,
    input::{LocalTime, PlacedFigure, PlacedForm, PlacementTerm, Release, ReleaseRevision, TermState},
    markup,
    words::{SiteWords, clock, day},
};

/// The input with what is derived from it once.
pub struct Site<'a> {
    pub input: &'a SiteInput,
    words: Vec<(Language, SiteWords)>,
    /// By the folder of the revision.
    pub files: BTreeMap<String, Vec<PlacedFile>>,
}

/// A page that is being written in one language.
#[derive(Clone)]
pub struct At<'a> {
    pub site: &'a Site<'a>,
    pub language: Language,
    pub words: &'a SiteWords,
    /// The path below the folder of the language.
    pub path: &'a str,
    /// Where links begin, below the root: the page itself, or `""` for `/`.
    pub from: String,
}

/// Something that happened to a release.
pub struct Change<'a> {
    pub at: LocalTime,
    pub form: &'a PlacedForm,
    pub release: &'a Release,
    /// `None`: the release was withdrawn.
    pub revision: Option<&'a ReleaseRevision>,
}

impl<'a> Site<'a> {
    /// # Errors
    /// The input contradicts itself, or a language has no words.
    pub fn new(input: &'a SiteInput) -> Result<Self, SiteError> {
        check_site(input).map_err(SiteError::Input)?;
        let words = input.languages.iter().map(|language| Ok((*language, SiteWords::of(*language, &input.templates)?)));
        Ok(Self { input, words: words.collect::<Result<_, SiteError>>()?, files: BTreeMap::new() })
    }

    pub fn is_sample(&self) -> bool {
        self.input.origin == Origin::Sample
    }

    pub fn languages(&self) -> impl Iterator<Item = (Language, &SiteWords)> {
        self.words.iter().map(|(language, words)| (*language, words))
    }

    /// The language of `/`, of feeds and of the catalogue's identifiers.
    pub fn main(&self) -> (Language, &SiteWords) {
        let (language, words) = &self.words[0];
        (*language, words)
    }

    pub fn form(&self, id: &FormId) -> Option<&'a PlacedForm> {
        self.input.forms.iter().find(|form| form.form == *id)
    }

    /// The title of a unit; its code if the regions do not have it.
    pub fn unit(&self, unit: &Unit) -> Titles {
        let region = self.input.regions.iter().find(|region| region.unit == *unit);
        region.map_or_else(|| Titles::ru(unit.to_string()), |region| region.titles.clone())
    }

    /// All releases, the newest period first, then in the order of forms.
    pub fn releases(&self) -> Vec<(&'a PlacedForm, &'a Release)> {
        let mut releases: Vec<_> =
            self.input.forms.iter().flat_map(|form| form.releases.iter().map(move |release| (form, release))).collect();
        releases.sort_by_key(|(form, release)| (std::cmp::Reverse(by_time(release.period)), form.item));
        releases
    }

    /// What happened, the newest first.
    pub fn changes(&self) -> Vec<Change<'a>> {
        let mut changes = Vec::new();
        for (form, release) in self.releases() {
            for revision in &release.revisions {
                changes.push(Change { at: revision.placed, form, release, revision: Some(revision) });
            }
            if let Some(withdrawal) = &release.withdrawn {
                changes.push(Change { at: withdrawal.at, form, release, revision: None });
            }
        }
        changes.sort_by_key(|change| std::cmp::Reverse((change.at.utc, change.form.item)));
        changes
    }

    /// The days on which something happened, the newest first.
    pub fn days(&self) -> Vec<NaiveDate> {
        let days: BTreeSet<NaiveDate> = self.changes().iter().map(|change| day(change.at)).collect();
        days.into_iter().rev().collect()
    }

    /// The terms, sorted by their last day, form and period.
    pub fn terms(&self) -> Vec<&'a PlacementTerm> {
        let mut terms: Vec<_> = self.input.terms.iter().collect();
        let item = |term: &PlacementTerm| self.form(&term.form).map_or(u32::MAX, |form| form.item);
        terms.sort_by_key(|term| (term.due, item(term), by_time(term.period)));
        terms
    }

    /// The terms of the 12 months that begin with the month of `today`.
    pub fn year_of_terms(&self) -> Vec<&'a PlacementTerm> {
        use chrono::Datelike as _;
        let today = self.input.today;
        let from = today.with_day(1).unwrap_or(today);
        let to = from.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
        self.terms().into_iter().filter(|term| (from..to).contains(&term.due)).collect()
    }

    /// The newest instant at which something was placed.
    pub fn updated(&self) -> Option<LocalTime> {
        self.changes().first().map(|change| change.at)
    }
}

impl At<'_> {
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    pub fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.filled(key, values)
    }

    /// The address of this page below the root.
    pub fn full(&self) -> String {
        address::page(self.language, self.path)
    }

    /// The link to a page of the same language.
    pub fn page(&self, path: &str) -> String {
        address::link(&self.from, &address::page(self.language, path))
    }

    /// The link to a file, by its path below the root.
    pub fn root(&self, path: &str) -> String {
        address::link(&self.from, path)
    }

    /// A link to a page of the same language, with its text.
    pub fn link(&self, path: &str, text: &str) -> String {
        markup::link(&self.page(path), text)
    }

    /// A title, escaped and marked where it is Russian on a page of another language.
    pub fn said(&self, titles: &Titles) -> String {
        markup::said(titles, self.language)
    }

    /// A link whose text is a title.
    pub fn titled(&self, path: &str, titles: &Titles) -> String {
        format!("<a href=\"{}\">{}</a>", markup::escaped(&self.page(path)), self.said(titles))
    }

    /// A figure as the language writes it, or its mark.
    pub fn figure(&self, figure: PlacedFigure) -> String {
        match figure {
            PlacedFigure::Number(number) => self.words.number(number),
            other => other.mark().to_owned(),
        }
    }

    /// The state of a term in words, escaped.
    pub fn state(&self, term: &PlacementTerm) -> String {
        let cause = |key: &str, cause: &Titles| {
            let said = self.said(cause);
            markup::escaped(&self.text(key)).replace("{cause}", &said)
        };
        match &term.state {
            TermState::Expected => markup::escaped(&self.text("state_expected")),
            TermState::Placed(at) => {
                let key = if day(*at) <= term.due { "state_kept" } else { "state_late" };
                markup::escaped(&self.filled(key, &[("time", &clock(*at))]))
            }
            TermState::Missed { cause: why } => cause("state_missed", why),
            TermState::Held { cause: why } => cause("state_held", why),
            TermState::Withheld => markup::escaped(&self.text("state_withheld")),
        }
    }
}

impl PlacedFigure {
    /// The mark of an absent figure; empty for a number.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Number(_) => "",
            Self::NotAvailable => "[x]",
            Self::Confidential => "[c]",
            Self::NotApplicable => "[z]",
        }
    }

    /// The number as a plain decimal, or the mark.
    pub fn plain(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            other => other.mark().to_owned(),
        }
    }
}

impl Release {
    /// The newest revision.
    pub fn newest(&self) -> Option<&ReleaseRevision> {
        self.revisions.iter().max_by_key(|revision| revision.revision)
    }
}

/// A key that sorts periods by their end, then by their length.
pub fn by_time(period: Period) -> (i32, u32, u32) {
    (period.year(), period.last_month(), period.periodicity().months())
}

fn check_site(input: &SiteInput) -> Result<(), String> {
    let base = &input.base;
    if !(base.starts_with("https://") || base.starts_with("http://")) || !base.ends_with('/') {
        return Err(format!("the address `{base}` does not begin with `https://` or does not end in `/`"));
    }
    if base.contains(['"', '<', '>', ' ', '\\', '^', '`', '{', '|', '}']) || base.chars().any(char::is_control) {
        return Err(format!("the address `{base}` has a character that an address cannot have"));
    }
    if input.languages.is_empty() {
        return Err("the site has no language".to_owned());
    }
    let once = |mut names: Vec<String>, what: &str| {
        names.sort();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map_or(Ok(()), |pair| Err(format!("{what} `{}` is there twice", pair[0])))
    };
    once(input.languages.iter().map(ToString::to_string).collect(), "the language")?;
    once(input.forms.iter().map(|form| form.form.to_string()).collect(), "the form")?;
    once(input.regions.iter().map(|region| region.unit.to_string()).collect(), "the unit")?;
    once(input.indicators.iter().map(|series| series.id.clone()).collect(), "the indicator")?;
    if let Some(series) = input.indicators.iter().find(|series| address::name(&series.id) != series.id) {
        return Err(format!("the indicator `{}` has an id that an address cannot have", series.id));
    }
    for form in &input.forms {
        once(form.releases.iter().map(|release| release.period.to_string()).collect(), "the period")
            .map_err(|why| format!("form `{}`: {why}", form.form))?;
        for release in &form.releases {
            check_release(release, input)
                .map_err(|why| format!("form `{}` for {}: {why}", form.form, release.period))?;
        }
    }
    let known = |id: &FormId| input.forms.iter().any(|form| form.form == *id);
    let places = input.terms.iter().map(|term| &term.form).chain(input.indicators.iter().map(|series| &series.form));
    if let Some(id) = places.into_iter().find(|id| !known(id)) {
        return Err(format!("a term or an indicator is of form `{id}`, which is not among the forms"));
    }
    Ok(())
}

fn check_release(release: &Release, input: &SiteInput) -> Result<(), String> {
    if release.revisions.is_empty() {
        return Err("it has no revision".to_owned());
    }
    for (place, revision) in release.revisions.iter().enumerate() {
        if revision.revision as usize != place {
            return Err(format!("revision {} is where revision {place} has to be", revision.revision));
        }
        let mut names = BTreeSet::new();
        for section in &revision.sections {
            if !names.insert(address::name(section.id.as_str())) {
                return Err(format!("section `{}` is there twice", section.id));
            }
            let size = section.rows.len() * section.columns.len();
            for (unit, figures) in &section.figures {
                if figures.len() != size {
                    let found = figures.len();
                    return Err(format!("section `{}`, unit `{unit}`: {found} figures in {size} places", section.id));
                }
                if !input.regions.iter().any(|region| region.unit == *unit) {
                    return Err(format!("section `{}`: the unit `{unit}` is not among the regions", section.id));
                }
            }
        }
    }
    Ok(())
}
