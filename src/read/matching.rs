//! Which sheet is which section: by the subject of the title, the header and the stub; the sheet's name decides only
//! between equals. Names and numbers of sections move between editions; what a section is about does not.

use std::collections::{BTreeSet, HashMap};

use super::{
    letters::{fold, fold_label, likeness, shared},
    sheet::Sheet,
    table::{Line, Table, subject},
};
use crate::domain::{Edition, FormTemplate, SectionId, SectionTemplate, Titles};

/// Less likeness than this, of titles and labels together, is no match.
const ENOUGH: f64 = 0.6;
/// A section whose title is of this likeness or less needs a header and a stub that say the same.
const TITLE_ENOUGH: f64 = 0.5;
const TABLE_ENOUGH: f64 = 0.85;

/// For each sheet with a table, the section that it is.
pub(super) fn sections(
    template: &FormTemplate,
    edition: Option<&Edition>,
    sheets: &[&Sheet],
) -> Vec<Option<SectionId>> {
    let mut found: Vec<Option<SectionId>> = vec![None; sheets.len()];
    let mut taken: BTreeSet<&SectionId> = BTreeSet::new();
    at_once(template, sheets, &mut found, &mut taken);
    let rest: Vec<usize> = (0..sheets.len()).filter(|i| found[*i].is_none() && sheets[*i].table.is_some()).collect();
    let wanted: Vec<&SectionTemplate> = template.sections.iter().filter(|s| !taken.contains(&s.id)).collect();
    let mut pairs: Vec<(f64, usize, &SectionTemplate)> = Vec::new();
    for place in rest {
        let Some(table) = &sheets[place].table else { continue };
        let seen = Seen::of_table(table);
        for section in &wanted {
            let there =
                edition.and_then(|e| template.printed_sheet(e, &section.id)).unwrap_or_else(|| section.id.to_string());
            let bonus = if there == sheets[place].name { 0.02 } else { 0.0 };
            if let Some(score) = seen.score(section) {
                pairs.push((score + bonus, place, section));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, place, section) in pairs {
        if found[place].is_none() && !taken.contains(&section.id) {
            taken.insert(&section.id);
            found[place] = Some(section.id.clone());
        }
    }
    found
}

/// How many sheets are sections of a template: how like that form a document is.
pub(super) fn alike(template: &FormTemplate, sheets: &[&Sheet]) -> usize {
    sections(template, None, sheets).iter().flatten().count()
}

/// Sheets whose title is, word for word, that of one section, and whose header is not another's.
fn at_once<'t>(
    template: &'t FormTemplate,
    sheets: &[&Sheet],
    found: &mut [Option<SectionId>],
    taken: &mut BTreeSet<&'t SectionId>,
) {
    let mut by_subject: HashMap<String, Vec<&'t SectionTemplate>> = HashMap::new();
    for section in &template.sections {
        by_subject.entry(subject(&section.titles.ru)).or_default().push(section);
    }
    let mut titled: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, sheet) in sheets.iter().enumerate() {
        if let Some(table) = &sheet.table {
            titled.entry(subject(&table.title)).or_default().push(place);
        }
    }
    for (subject, places) in titled {
        let (Some([section]), [place]) = (by_subject.get(&subject).map(Vec::as_slice), places.as_slice()) else {
            continue;
        };
        let Some(table) = &sheets[*place].table else { continue };
        // Only the last words of each: where merged cells are lost, the words above them are.
        let known: BTreeSet<&str> = section.columns.iter().map(|c| last(&c.titles.ru)).collect();
        let common = table.columns.iter().filter(|c| known.contains(last(&c.label))).count();
        if !subject.is_empty() && common * 2 >= table.columns.len() {
            taken.insert(&section.id);
            found[*place] = Some(section.id.clone());
        }
    }
}

/// The words of a label that stand nearest to the figures.
fn last(label: &str) -> &str {
    label.rsplit(" / ").next().unwrap_or(label)
}

/// What a table says, ready for comparison.
struct Seen {
    subject: String,
    columns: Vec<String>,
    rows: Vec<String>,
}

impl Seen {
    fn of_table(table: &Table) -> Self {
        Self { subject: subject(&table.title), columns: folded(&table.columns), rows: folded(&table.rows) }
    }

    /// How like a section it is; `None` where it is not like enough.
    fn score(&self, section: &SectionTemplate) -> Option<f64> {
        let titles = titles(&section.titles).map(subject).chain([fold(&section.subject)]);
        let title = titles.map(|known| likeness(&self.subject, &known)).fold(0.0, f64::max);
        let columns = shared(&self.columns, &labels(section.columns.iter().map(|c| &c.titles)));
        let rows = shared(&self.rows, &labels(section.rows.iter().map(|r| &r.titles)));
        let table = f64::midpoint(columns, rows);
        let score = f64::midpoint(title, table);
        let like = if title > TITLE_ENOUGH { score >= ENOUGH } else { table >= TABLE_ENOUGH };
        like.then_some(score)
    }
}

fn titles(titles: &Titles) -> impl Iterator<Item = &str> {
    [Some(&titles.ru), titles.kk.as_ref(), titles.en.as_ref()].into_iter().flatten().map(String::as_str)
}

fn folded(lines: &[Line]) -> Vec<String> {
    let mut labels: Vec<String> = lines.iter().map(|l| fold_label(&l.label)).collect();
    labels.sort_unstable();
    labels
}

fn labels<'a>(titles: impl Iterator<Item = &'a Titles>) -> Vec<String> {
    let mut labels: Vec<String> = titles.map(|t| fold_label(&t.ru)).collect();
    labels.sort_unstable();
    labels
}
