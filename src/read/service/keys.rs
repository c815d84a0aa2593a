//! The meaning of the keys in a service's objects.
//!
//! In come the template of a form and the name of the region's field; out comes the [`Target`] of each key. A column's
//! own `key` comes first. If the source lost it, the column's printed code is used (`3`, or `R2.3` if the form has
//! several sections), or one of its titles. After that, case, blanks, punctuation and look-alike letters are ignored. A
//! key that fits two columns equally is used for neither. This module does not know values.

use std::collections::HashMap;

use super::{
    super::letters::{excerpt, fold},
    date::PERIOD_FIELDS,
    outcome::{self, Kind},
};
use domain::{ColumnTemplate, FormTemplate, Measure, SectionTemplate};

/// The field of a row's region, if the sources of the office do not name another. The real name is lost in the source.
pub const REGION_FIELD: &str = "region";
/// Fields that probably contain the region, the most likely first. They are used if a row has no other field for it.
pub const LIKELY_REGION_FIELDS: [&str; 10] =
    ["oblast", "region_name", "regionname", "obl", "territory", "kato", "unit", "область", "регион", "өңір"];

/// The meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The column at this place among those of all sections.
    Column(usize),
    /// The region; a lower number is more certain.
    Region(usize),
    Period,
    /// Two columns that fit equally.
    Ambiguous(usize, usize),
    /// Whether the source could produce the row: `error`, `status`.
    Outcome,
    Unknown,
}

/// The keys with a meaning in a form's template.
pub(super) struct Keys {
    exact: HashMap<String, Target>,
    folded: HashMap<String, Target>,
    /// The name and the expected key of each column.
    columns: Vec<ColumnName>,
}

/// How messages name a column.
pub(super) struct ColumnName {
    /// `R1.3`.
    pub(super) place: String,
    pub(super) title: String,
    /// The expected key; `None` if the source lost it.
    pub(super) key: Option<String>,
    /// What the column measures; texts are read by it.
    pub(super) measure: Measure,
}

impl Keys {
    pub(super) fn new(template: &FormTemplate, region_field: &str) -> Self {
        let mut keys = Self { exact: HashMap::new(), folded: HashMap::new(), columns: Vec::new() };
        let columns: Vec<(&SectionTemplate, &ColumnTemplate)> =
            template.sections.iter().flat_map(|s| s.columns.iter().map(move |c| (s, c))).collect();
        for (section, column) in &columns {
            keys.columns.push(ColumnName {
                place: format!("{}.{}", section.id, column.code),
                title: excerpt(&column.titles.ru, 80),
                key: column.key.clone(),
                measure: column.measure,
            });
        }
        // The more certain meanings first: a later one never replaces an earlier one.
        let mut claims = Claims::default();
        claims.add(region_field, Target::Region(0));
        claims.round(&mut keys);
        for (place, (_, column)) in columns.iter().enumerate() {
            if let Some(key) = &column.key {
                claims.add(key, Target::Column(place));
            }
        }
        claims.round(&mut keys);
        for (place, (section, column)) in columns.iter().enumerate().filter(|(_, (_, c))| c.key.is_none()) {
            claims.add(&format!("{}.{}", section.id, column.code), Target::Column(place));
        }
        claims.round(&mut keys);
        // With several sections, a bare code could be of any section.
        let alone = template.sections.len() == 1;
        for (place, (_, column)) in columns.iter().enumerate().filter(|(_, (_, c))| alone && c.key.is_none()) {
            claims.add(column.code.as_str(), Target::Column(place));
        }
        claims.round(&mut keys);
        for (place, (_, column)) in columns.iter().enumerate().filter(|(_, (_, c))| c.key.is_none()) {
            column.titles.texts().for_each(|(_, title)| claims.add(title, Target::Column(place)));
        }
        claims.round(&mut keys);
        for field in PERIOD_FIELDS {
            claims.add(field, Target::Period);
        }
        for (worth, field) in LIKELY_REGION_FIELDS.iter().enumerate() {
            claims.add(field, Target::Region(worth + 1));
        }
        claims.round(&mut keys);
        keys
    }

    /// The meaning of a key, and whether it is written exactly as expected.
    pub(super) fn target(&self, key: &str) -> (Target, bool) {
        if let Some(target) = self.exact.get(key) {
            return (*target, true);
        }
        let unknown = || {
            let tells = matches!(outcome::kind(key), Some(Kind::Bad | Kind::Good | Kind::Status));
            if tells { Target::Outcome } else { Target::Unknown }
        };
        (self.folded.get(&fold(key)).copied().unwrap_or_else(unknown), false)
    }

    /// The columns of all sections, section by section.
    pub(super) fn columns(&self) -> &[ColumnName] {
        &self.columns
    }

    /// The expected key that is nearest to an unknown one, if one is similar enough.
    pub(super) fn nearest(&self, key: &str) -> Option<&str> {
        let known = self.columns.iter().filter_map(|column| column.key.as_deref());
        let near = known.map(|known| (strsim::damerau_levenshtein(key, known), known)).min()?;
        (near.0 <= 1 + near.1.chars().count() / 4).then_some(near.1)
    }
}

/// The keys of one degree of certainty, while it is not known which of them fit twice.
#[derive(Default)]
struct Claims {
    exact: HashMap<String, Target>,
    folded: HashMap<String, Target>,
}

impl Claims {
    fn add(&mut self, key: &str, target: Target) {
        claim(&mut self.exact, key.to_owned(), target);
        let folded = fold(key);
        if !folded.is_empty() {
            claim(&mut self.folded, folded, target);
        }
    }

    /// Adds the keys of this round that are still without a meaning.
    fn round(&mut self, keys: &mut Keys) {
        for (key, target) in self.exact.drain() {
            keys.exact.entry(key).or_insert(target);
        }
        for (key, target) in self.folded.drain() {
            keys.folded.entry(key).or_insert(target);
        }
    }
}

fn claim(claims: &mut HashMap<String, Target>, key: String, target: Target) {
    claims
        .entry(key)
        .and_modify(|known| {
            if let (Target::Column(a), Target::Column(b)) = (*known, target)
                && a != b
            {
                *known = Target::Ambiguous(a, b);
            }
        })
        .or_insert(target);
}
