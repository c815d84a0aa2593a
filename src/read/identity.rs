//! Who a document is: what its name, its properties and its content say, and what follows when they disagree.

use serde::{Deserialize, Serialize};

use super::{
    Wanted,
    claims::{self, Claims, Known},
    failure::ReadError,
    properties::Properties,
    sheet::Sheet,
};
use crate::domain::{Agency, Edition, FormId, FormTemplate, Language, Origin, Period, Region, Section, Sha256, Unit};

/// Who a document is. What could not be told is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The file's name.
    pub document: String,
    pub form: Option<FormId>,
    pub edition: Option<Edition>,
    pub release: Option<u64>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    /// The period that it was taken for, or the month that it says itself.
    pub period: Option<Period>,
    pub name: Claims,
    /// The codes of the properties (description).
    pub properties: Claims,
    /// The words of the properties (title).
    pub title: Claims,
    pub content: Claims,
    /// Hash of the figures, and how many of them are neither zero nor blank: documents of different periods with
    /// equal figures are one document.
    pub fingerprint: Option<Sha256>,
    pub weighty: usize,
    /// Why it has to wait for a person, as far as the document alone tells.
    pub held: Option<String>,
}

impl Identity {
    /// What a workbook says of itself.
    pub(super) fn of_workbook(document: &str, properties: &Properties, sheets: &[Sheet], known: Known<'_>) -> Self {
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
        identity.unit = identity.vote(|c| c.unit.clone());
        identity.agency = identity.vote(|c| c.agency.clone());
        identity.period = identity.content.period.or(identity.name.period);
        identity
    }

    /// The one form that all witnesses allow who name any.
    fn only_form(&self) -> Option<FormId> {
        let said: Vec<&Vec<FormId>> =
            [&self.title, &self.content, &self.name].into_iter().map(|c| &c.forms).filter(|f| !f.is_empty()).collect();
        let first = said.first()?;
        let mut allowed = first.iter().filter(|form| said.iter().all(|forms| forms.contains(form)));
        let only = allowed.next()?;
        allowed.next().is_none().then(|| only.clone())
    }

    /// Why it cannot be told which form it is: what its witnesses say against each other, or that none says anything.
    #[must_use]
    pub fn why_no_form(&self) -> String {
        let witnesses = [&self.content, &self.title, &self.name];
        let told: Vec<String> = witnesses
            .into_iter()
            .filter(|claims| !claims.forms.is_empty())
            .map(|claims| format!("{}: form {}", claims.words, listed(&claims.forms)))
            .collect();
        match told.len() {
            0 => "does not say which form it is".to_owned(),
            1 => format!("may be of more than one form ({})", told.concat()),
            _ => format!("names more than one form ({})", told.join("; ")),
        }
    }

    /// What most witnesses say; between equals the content before the name, the name before the properties.
    fn vote<T: PartialEq + Clone>(&self, of: impl Fn(&Claims) -> Option<T>) -> Option<T> {
        let witnesses = [&self.content, &self.name, &self.properties, &self.title];
        let said: Vec<T> = witnesses.into_iter().filter_map(of).collect();
        let mut best: Option<(usize, &T)> = None;
        for candidate in &said {
            let votes = said.iter().filter(|other| *other == candidate).count();
            if best.is_none_or(|(most, _)| votes > most) {
                best = Some((votes, candidate));
            }
        }
        best.map(|(_, candidate)| candidate.clone())
    }

    /// Compares with what was asked for.
    ///
    /// # Errors
    /// When it is another form, another period, or by every witness about another unit or agency.
    pub(super) fn agree(
        &mut self,
        template: &FormTemplate,
        forms: &[&FormTemplate],
        regions: &[Region],
        wanted: &Wanted,
    ) -> Result<(), ReadError> {
        self.same_form(forms, wanted)?;
        self.same_period(wanted)?;
        let mut doubts = Vec::new();
        let unit = wanted.unit.clone().or_else(|| self.unit.clone()).unwrap_or_else(Unit::republic);
        let agency = wanted.agency.clone().or_else(|| self.agency.clone()).unwrap_or_else(Agency::all);
        let place = |u: &Unit| {
            let title = regions.iter().find(|r| r.unit == *u).map(|r| r.titles.of(Language::Ru));
            title.map_or_else(|| format!("unit `{u}`"), |title| format!("unit `{u}` ({title})"))
        };
        let asked = wanted.unit.is_some();
        self.subject(|c| c.unit.clone(), &unit, asked, place, &mut doubts)?;
        let asked = wanted.agency.is_some();
        self.subject(|c| c.agency.clone(), &agency, asked, |a| format!("agency `{a}`"), &mut doubts)?;
        if let Some(stale) = self.stale_edition(template, wanted.period) {
            doubts.push(stale);
        }
        self.form = Some(wanted.form.clone());
        (self.unit, self.agency, self.period) = (Some(unit), Some(agency), Some(wanted.period));
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
        // A title that names a form nobody knows, over a content that does not contradict it.
        let strange = self.title.designation.is_some() && self.title.forms.is_empty() && !forms.is_empty();
        if strange && !self.content.forms.contains(&wanted.form) {
            let is = format!("{}, and no known form is called so", self.title.words);
            return Err(ReadError::AnotherForm { name: self.document.clone(), wanted: wanted.form.clone(), is });
        }
        Ok(())
    }

    fn same_period(&self, wanted: &Wanted) -> Result<(), ReadError> {
        for witness in [&self.content, &self.name] {
            let Some(said) = witness.period else { continue };
            if (said.year(), said.last_month()) != (wanted.period.year(), wanted.period.last_month()) {
                let is = match &witness.period_words {
                    Some(words) => format!("{words}, which is `{said}`"),
                    None => format!("{} says `{said}`", witness.words),
                };
                return Err(ReadError::AnotherPeriod { name: self.document.clone(), wanted: wanted.period, is });
            }
        }
        Ok(())
    }

    /// A witness that contradicts is a doubt; a content that contradicts what was asked for is another document.
    fn subject<T: PartialEq>(
        &self,
        of: impl Fn(&Claims) -> Option<T>,
        wanted: &T,
        asked: bool,
        tell: impl Fn(&T) -> String,
        doubts: &mut Vec<String>,
    ) -> Result<(), ReadError> {
        let witnesses = [&self.content, &self.name, &self.properties, &self.title];
        let said: Vec<(&Claims, T)> = witnesses.into_iter().filter_map(|c| Some((c, of(c)?))).collect();
        let against: Vec<&(&Claims, T)> = said.iter().filter(|(_, value)| value != wanted).collect();
        let Some((witness, value)) = against.first() else { return Ok(()) };
        let by_content = of(&self.content).is_some_and(|said| said != *wanted);
        if asked && (by_content || (against.len() == said.len() && said.len() > 1)) {
            let is = format!("{}: {}", witness.words, tell(value));
            return Err(ReadError::AnotherSubject { name: self.document.clone(), wanted: tell(wanted), is });
        }
        let told: Vec<String> = against.iter().map(|(c, value)| format!("{} says {}", c.words, tell(value))).collect();
        let for_it: Vec<String> = said.iter().filter(|(_, v)| v == wanted).map(|(c, _)| c.words.clone()).collect();
        let taken = if for_it.is_empty() { "what was asked for".to_owned() } else { for_it.join(" and ") };
        doubts.push(format!("{}, but {taken} says {}", told.join(" and "), tell(wanted)));
        Ok(())
    }

    /// An edition that had been replaced before the period: properties left over from an older document.
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

fn ends_before(a: Period, b: Period) -> bool {
    (a.year(), a.last_month()) < (b.year(), b.last_month())
}

pub(super) fn listed(forms: &[FormId]) -> String {
    forms.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(" or ")
}

/// Whether a document's mark and the origin that was asked for go together.
pub(super) fn same_origin(document: &str, properties: &Properties, wanted: &Wanted) -> Result<(), ReadError> {
    let marked = properties.custom("Origin").is_some_and(|origin| origin.to_ascii_uppercase().contains("SAMPLE"));
    if marked && wanted.origin == Origin::Real {
        let what = "a document of the sample office, marked SAMPLE DATA, which never stands for a real one".to_owned();
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
                crate::domain::Figure::Blank => bytes.push(0),
                crate::domain::Figure::Number(number) => {
                    let (mantissa, scale) = number.parts();
                    weighty += usize::from(mantissa != 0);
                    bytes.push(1 + scale);
                    bytes.extend_from_slice(&mantissa.to_le_bytes());
                }
                crate::domain::Figure::Text(text) => {
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
            content: saying("its sheet `R1` says `Форма № 3-К`", &["3-k"]),
            ..Identity::default()
        };
        assert_eq!(identity.only_form(), None);
        assert_eq!(
            identity.why_no_form(),
            "names more than one form (its sheet `R1` says `Форма № 3-К`: form `3-k`; its name `202212_1m.xlsx`: form `1-m`)"
        );
        let twins =
            Identity { content: saying("its sheet says `1-П`", &["1-p", "1-p-inspections"]), ..Identity::default() };
        assert_eq!(
            twins.why_no_form(),
            "may be of more than one form (its sheet says `1-П`: form `1-p` or `1-p-inspections`)"
        );
        assert_eq!(Identity::default().why_no_form(), "does not say which form it is");
    }
}
