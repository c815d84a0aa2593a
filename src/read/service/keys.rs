//! What the keys of a service's objects mean.
//!
//! A column's own `key` counts first. Where the source lost it, the column's printed code stands for it (`3`, or `R2.3`
//! where the form has several sections), or one of its titles. Beyond that, case, blanks, punctuation and look-alike
//! letters do not count. A key that fits two columns alike fits none.

use std::collections::HashMap;

use super::{
    super::letters::{excerpt, fold},
    date::PERIOD_FIELDS,
    outcome::{self, Kind},
};
use domain::{ColumnTemplate, FormTemplate, Measure, SectionTemplate};

/// The field that names a row's region, where the office's sources name no other. Its real name is lost in the source.
pub const REGION_FIELD: &str = "region";
/// Fields that probably name the region, taken where a row has no other. In the order of their worth.
pub const LIKELY_REGION_FIELDS: [&str; 10] =
    ["oblast", "region_name", "regionname", "obl", "territory", "kato", "unit", "область", "регион", "өңір"];

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The column at that place among those of all sections.
    Column(usize),
    /// The region, the surer the lower the number.
    Region(usize),
    Period,
    /// Two columns alike.
    Ambiguous(usize, usize),
    /// Whether the source could make the row: `error`, `status`.
    Outcome,
    Unknown,
}

/// The keys that a form's template gives sense to.
pub(super) struct Keys {
    exact: HashMap<String, Target>,
    folded: HashMap<String, Target>,
    /// What each column is called in a message, and under which key it is expected.
    columns: Vec<ColumnName>,
}

/// How a column is spoken of.
pub(super) struct ColumnName {
    /// `R1.3`.
    pub(super) place: String,
    pub(super) title: String,
    /// The key that it is expected under; `None` where the source lost it.
    pub(super) key: Option<String>,
    /// What it measures: texts are read by it.
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
        // The surer meaning first: a later one never takes a key away from it.
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
        // Where there are several sections, a bare code could be any section's.
        let alone = template.sections.len() == 1;
        for (place, (_, column)) in columns.iter().enumerate().filter(|(_, (_, c))| alone && c.key.is_none()) {
            claims.add(column.code.as_str(), Target::Column(place));
        }
        claims.round(&mut keys);
        for (place, (_, column)) in columns.iter().enumerate().filter(|(_, (_, c))| c.key.is_none()) {
            let titles = [Some(&column.titles.ru), column.titles.kk.as_ref(), column.titles.en.as_ref()];
            titles.into_iter().flatten().for_each(|title| claims.add(title, Target::Column(place)));
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

    /// What a key means, and whether it stands exactly as expected.
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

    /// The columns of all sections, one section after another.
    pub(super) fn columns(&self) -> &[ColumnName] {
        &self.columns
    }

    /// The expected key nearest to an unknown one, if any is near enough to be meant.
    pub(super) fn nearest(&self, key: &str) -> Option<&str> {
        let known = self.columns.iter().filter_map(|column| column.key.as_deref());
        let near = known.map(|known| (strsim::damerau_levenshtein(key, known), known)).min()?;
        (near.0 <= 1 + near.1.chars().count() / 4).then_some(near.1)
    }
}

/// Keys of one degree of sureness, before it is known which of them fit twice.
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

    /// Gives the keys of this round what surer ones have left.
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
