//! The identity of a document: what its name, its properties and its content say, and what follows if they disagree.
//!
//! In come the claims of a document and what is wanted; out comes an [`Identity`], or the refusal of another form,
//! period or unit. This module does not know other documents: see [`super::judge()`].

use serde::{Deserialize, Serialize};

use super::{
    Wanted,
    claims::{self, Claims, Known},
    failure::ReadError,
    period_claims::PeriodClaim,
    sheet::Sheet,
};
use domain::{Agency, Edition, FormId, FormTemplate, Language, Origin, Period, Region, Section, Sha256, Unit};
use ooxml::properties::DocumentProperties;

/// The identity of a document; `None` for what it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The file's name.
    pub document: String,
    pub form: Option<FormId>,
    pub edition: Option<Edition>,
    pub release: Option<u64>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    /// The period that the document was read for; before that, the month that it says itself.
    pub period: Option<Period>,
    pub name: Claims,
    /// What the codes of the description say.
    pub properties: Claims,
    /// What the words of the title say.
    pub title: Claims,
    pub content: Claims,
    /// The hash of the figures, and how many of them are neither zero nor blank. Two documents of different periods
    /// with equal figures are the same document.
    pub fingerprint: Option<Sha256>,
    pub weighty: usize,
    /// Why the document has to wait for a person, as far as follows from this document alone.
    pub held: Option<String>,
    /// Whether its unit did not exist in the period that it was read for. Then neither the document nor its release is
    /// of that period.
    #[serde(default)]
    pub is_impossible: bool,
}

impl Identity {
    /// What a workbook says of itself.
    pub(super) fn of_workbook(
        document: &str,
        properties: &DocumentProperties,
        sheets: &[Sheet],
        known: Known<'_>,
    ) -> Self {
        let (codes, title) = claims::of_properties(properties, known);
        let mut identity = Self {
            document: document.to_owned(),
            name: claims::of_name(document, known),
            edition: codes.edition.clone(),
            release: codes.release,
            properties: codes,
            title,
            content: claims::of_content(sheets, known),
            ..Self::default()
        };
        identity.form = identity.only_form();
        identity.unit = identity.vote(true, |c| c.unit.clone());
        identity.agency = identity.vote(true, |c| c.agency.clone());
        identity.period = identity.content.period.or(identity.name.period);
        identity
    }

    /// The only form that fits all witnesses that name a form.
    fn only_form(&self) -> Option<FormId> {
        let said: Vec<&Vec<FormId>> =
            [&self.title, &self.content, &self.name].into_iter().map(|c| &c.forms).filter(|f| !f.is_empty()).collect();
        let first = said.first()?;
        let mut allowed = first.iter().filter(|form| said.iter().all(|forms| forms.contains(form)));
        let only = allowed.next()?;
        allowed.next().is_none().then(|| only.clone())
    }

    /// Why the form is unknown: what the witnesses say against each other, or that they say nothing.
    #[must_use]
    pub fn why_no_form(&self) -> String {
        let witnesses = [&self.content, &self.title, &self.name];
        let told: Vec<String> = witnesses
            .into_iter()
            .filter(|claims| !claims.forms.is_empty())
            .map(|claims| format!("{}: form {}", claims.words, listed(&claims.forms)))
            .collect();
        match told.len() {
            0 => "does not state its form".to_owned(),
            1 => format!("may be of more than one form ({})", told.concat()),
            _ => format!("contains more than one form ({})", told.join("; ")),
        }
    }

    /// What most witnesses say. At equal votes the content comes before the name, and the name before the properties.
    /// Title and description of the properties are one witness, because they were written together; they have no vote
    /// if `trusted` is false.
    fn vote<T: PartialEq + Clone>(&self, trusted: bool, of: impl Fn(&Claims) -> Option<T>) -> Option<T> {
        let properties = match (of(&self.properties), of(&self.title)) {
            (Some(code), Some(title)) if code != title => None,
            (code, title) => code.or(title),
        };
        let said = [of(&self.content), of(&self.name), properties.filter(|_| trusted)];
        let votes = |candidate: &T| said.iter().flatten().filter(|other| *other == candidate).count();
        let mut best: Option<(usize, &T)> = None;
        for candidate in said.iter().flatten() {
            if best.is_none_or(|(most, _)| votes(candidate) > most) {
                best = Some((votes(candidate), candidate));
            }
        }
        best.map(|(_, candidate)| candidate.clone())
    }

    /// Compares the document with what is wanted. If the unit or the agency is unknown, it is `None` afterwards, and
    /// the document is held.
    ///
    /// # Errors
    /// When it is another form or another period, or when its content or all its witnesses name another unit or agency.
    pub(super) fn agree(
        &mut self,
        template: &FormTemplate,
        forms: &[&FormTemplate],
        regions: &[Region],
        wanted: &Wanted,
    ) -> Result<(), ReadError> {
        self.same_form(forms, wanted)?;
        let mut doubts = self.same_period(wanted)?;
        let stale = self.stale_edition(template, wanted.period);
        let trusted = stale.is_none();
        let unit = wanted.unit.clone().or_else(|| self.vote(trusted, |c| c.unit.clone()));
        let agency = wanted.agency.clone().or_else(|| self.vote(trusted, |c| c.agency.clone()));
        let place = |u: &Unit| {
            let title = regions.iter().find(|r| r.unit == *u).map(|r| r.titles.of(Language::RU));
            title.map_or_else(|| format!("unit `{u}`"), |title| format!("unit `{u}` ({title})"))
        };
        match &unit {
            Some(unit) => {
                let asked = wanted.unit.is_some();
                let words = |c: &Claims| c.words_of_unit().to_owned();
                self.subject((|c| c.unit.clone(), words), unit, (asked, trusted), place, &mut doubts)?;
                let not_yet = not_yet(regions, unit, wanted.period);
                self.is_impossible = not_yet.is_some();
                doubts.extend(not_yet);
            }
            None => doubts.push(unsaid("unit", "--unit 1971", trusted)),
        }
        match &agency {
            Some(agency) => {
                let asked = wanted.agency.is_some();
                let words = |c: &Claims| c.words.clone();
                let tell = |a: &Agency| format!("agency `{a}`");
                self.subject((|c| c.agency.clone(), words), agency, (asked, trusted), tell, &mut doubts)?;
            }
            None => doubts.push(unsaid("agency", "--agency all", trusted)),
        }
        doubts.extend(stale);
        self.form = Some(wanted.form.clone());
        (self.unit, self.agency, self.period) = (unit, agency, Some(wanted.period));
        self.held = (!doubts.is_empty()).then(|| doubts.join("; "));
        Ok(())
    }

    fn same_form(&self, forms: &[&FormTemplate], wanted: &Wanted) -> Result<(), ReadError> {
        for witness in [&self.content, &self.title, &self.name] {
            let named = witness.designation.is_some() && !witness.forms.is_empty();
            if named && !witness.forms.contains(&wanted.form) {
                let is = format!("{}: form {}", witness.words, listed(&witness.forms));
                return Err(ReadError::AnotherForm { name: self.document.clone(), wanted: wanted.form.clone(), is });
            }
        }
        // A title with an unknown designation, and a content that does not confirm the form.
        let strange = self.title.designation.is_some() && self.title.forms.is_empty() && !forms.is_empty();
        if strange && !self.content.forms.contains(&wanted.form) {
            let is = format!("{}, and no known form is called so", self.title.words);
            return Err(ReadError::AnotherForm { name: self.document.clone(), wanted: wanted.form.clone(), is });
        }
        Ok(())
    }

    /// Refuses a document that names another period. If another place proves the wanted period, the contradiction is
    /// only a doubt. So is a period without a year, and a period in the properties only.
    fn same_period(&self, wanted: &Wanted) -> Result<Vec<String>, ReadError> {
        let period = wanted.period;
        let own = || self.content.periods.iter().chain(&self.name.periods);
        let against: Vec<(String, bool)> = own().filter_map(|claim| claim.against(period)).collect();
        let proof = own().find(|claim| claim.proves(period)).map(PeriodClaim::words);
        let sure = against.iter().find(|(_, sure)| *sure).filter(|_| proof.is_none());
        if let Some((is, _)) = sure {
            return Err(ReadError::AnotherPeriod { name: self.document.clone(), wanted: period, is: is.clone() });
        }
        let in_title = self.title.periods.iter().filter_map(|claim| claim.against(period));
        let mut doubts: Vec<String> = against.into_iter().chain(in_title).map(|(words, _)| words).collect();
        if let (Some(first), Some(proof)) = (doubts.first_mut(), proof) {
            *first = format!("{first}, but {proof}");
        }
        Ok(doubts)
    }

    /// Compares one claim of all witnesses with what is wanted. A contradiction is a doubt. It is another document if
    /// the value was requested and either the content or all witnesses (at least two) contradict.
    fn subject<T: PartialEq>(
        &self,
        (of, words): (impl Fn(&Claims) -> Option<T>, impl Fn(&Claims) -> String),
        wanted: &T,
        (asked, trusted): (bool, bool),
        tell: impl Fn(&T) -> String,
        doubts: &mut Vec<String>,
    ) -> Result<(), ReadError> {
        let witnesses = [&self.content, &self.name, &self.properties, &self.title];
        let said: Vec<(&Claims, T)> = witnesses.into_iter().filter_map(|c| Some((c, of(c)?))).collect();
        let against: Vec<&(&Claims, T)> = said.iter().filter(|(_, value)| value != wanted).collect();
        let Some((witness, value)) = against.first() else { return Ok(()) };
        let by_content = of(&self.content).is_some_and(|said| said != *wanted);
        if asked && (by_content || (trusted && against.len() == said.len() && said.len() > 1)) {
            let is = format!("{}: {}", words(witness), tell(value));
            return Err(ReadError::AnotherSubject { name: self.document.clone(), wanted: tell(wanted), is });
        }
        let told: Vec<String> =
            against.iter().map(|(c, value)| format!("{} contains {}", words(c), tell(value))).collect();
        let for_it: Vec<String> = said.iter().filter(|(_, v)| v == wanted).map(|(c, _)| words(c)).collect();
        let taken = if for_it.is_empty() { "what was asked for".to_owned() } else { for_it.join(" and ") };
        doubts.push(format!("{}, but {taken} contains {}", told.join(" and "), tell(wanted)));
        Ok(())
    }

    /// Why the edition is too old: it was replaced before the period, so the properties are left over from an older
    /// document.
    fn stale_edition(&self, template: &FormTemplate, period: Period) -> Option<String> {
        let edition = self.edition.as_ref()?;
        let described = template.editions.iter().find(|e| e.edition == *edition)?;
        let until = described.until.filter(|until| ends_before(*until, period))?;
        let release = self.release.map_or_else(String::new, |r| format!(" of release {r}"));
        let extract = if self.content.period.is_some() { format!("; {}", self.content.words) } else { String::new() };
        Some(format!(
            "{} carries edition `{edition}`{release}, which was in use until `{until}`{extract}",
            self.properties.words
        ))
    }
}

/// The doubt that no witness states the unit or the agency. A person has to state it, because a guess could be wrong.
fn unsaid(what: &str, example: &str, trusted: bool) -> String {
    let who = if trusted { "it" } else { "whatever is not in doubt of it" };
    format!("{who} does not state its {what}; give the {what}, such as `{example}`")
}

/// Why a unit cannot have a document of a period: it did not exist yet, or it is unknown.
fn not_yet(regions: &[Region], unit: &Unit, period: Period) -> Option<String> {
    if unit.is_republic() || regions.is_empty() {
        return None;
    }
    let Some(region) = regions.iter().find(|region| region.unit == *unit) else {
        return Some(format!("unit `{unit}` is not one of the regions in `schedules/regions.toml`"));
    };
    let since = region.since.filter(|_| !region.exists(period.last_day()))?;
    let title = region.titles.of(Language::RU);
    Some(format!("unit `{unit}` ({title}) exists since {since}, so no document of `{period}` is about it"))
}

fn ends_before(a: Period, b: Period) -> bool {
    (a.year(), a.last_month()) < (b.year(), b.last_month())
}

pub(super) fn listed(forms: &[FormId]) -> String {
    forms.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(" or ")
}

/// Refuses a document that is marked as sample data, when a real one is wanted.
pub(super) fn same_origin(document: &str, properties: &DocumentProperties, wanted: &Wanted) -> Result<(), ReadError> {
    let marked = properties.custom("Origin").is_some_and(|origin| origin.to_ascii_uppercase().contains("SAMPLE"));
    if marked && wanted.origin == Origin::Real {
        let what = "a document of the sample office, marked SAMPLE DATA, which is never used as a real one".to_owned();
        return Err(ReadError::NoForm { name: document.to_owned(), what });
    }
    Ok(())
}

/// The hash of all figures in their places, and how many of them are neither zero nor blank.
pub(super) fn fingerprint(sections: &[Section]) -> (Sha256, usize) {
    let mut bytes = Vec::with_capacity(sections.iter().map(|s| s.figures.len() * 4).sum());
    let mut weighty = 0;
    for section in sections {
        bytes.extend_from_slice(section.id.as_str().as_bytes());
        bytes.extend_from_slice(&(section.columns.len() as u64).to_le_bytes());
        for figure in &section.figures {
            match figure {
                domain::Figure::Blank => bytes.push(0),
                domain::Figure::Number(number) => {
                    let (mantissa, scale) = number.parts();
                    weighty += usize::from(mantissa != 0);
                    bytes.push(1 + scale);
                    bytes.extend_from_slice(&mantissa.to_le_bytes());
                }
                domain::Figure::Text(text) => {
                    bytes.push(255);
                    bytes.extend_from_slice(text.as_bytes());
                    bytes.push(0);
                }
            }
        }
    }
    (Sha256::of(&bytes), weighty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(words: &str, forms: &[&str]) -> Claims {
        let forms = forms.iter().map(|form| form.parse().unwrap()).collect();
        Claims { words: words.to_owned(), forms, ..Claims::default() }
    }

    #[test]
    fn a_document_whose_witnesses_name_two_forms_says_both() {
        let identity = Identity {
            name: saying("its name `202212_1m.xlsx`", &["1-m"]),
            content: saying("its sheet `R1` contains `Форма № 3-К`", &["3-k"]),
            ..Identity::default()
        };
        assert_eq!(identity.only_form(), None);
        assert_eq!(
            identity.why_no_form(),
            "contains more than one form (its sheet `R1` contains `Форма № 3-К`: form `3-k`; its name `202212_1m.xlsx`: form `1-m`)"
        );
        let twins = Identity {
            content: saying("its sheet contains `1-П`", &["1-p", "1-p-inspections"]),
            ..Identity::default()
        };
        assert_eq!(
            twins.why_no_form(),
            "may be of more than one form (its sheet contains `1-П`: form `1-p` or `1-p-inspections`)"
        );
        assert_eq!(Identity::default().why_no_form(), "does not state its form");
    }
}
