//! Finds the section of each sheet by the likeness of its title, its header and its stub to those of the template.
//!
//! In come the tables of a document and the template of its form; out come the section of each table, and doubts.
//! Equality is not required: editions renumber sections, rename sheets and reword titles and headings. The tables are
//! assigned together, so that the sum of their likeness is the greatest. This module does not decide which of two
//! tables of one section counts: see [`super::same_section`].

use std::collections::BTreeSet;

use super::{
    assignment,
    letters::{fold, fold_label, shared, stems},
    sheet::Sheet,
    table::{Line, Table, subject},
};
use domain::{Edition, EditionSection, FormTemplate, SectionId, SectionTemplate};

/// The weight of the title in the likeness. The rest is the weight of stub and header together; `OF_STUB` is the share
/// of the stub in it.
const OF_TITLE: f64 = 0.35;
const OF_STUB: f64 = 0.55;
/// The least likeness of two titles about the same subject. Below it, the table alone has to show the section.
const TITLE_ENOUGH: f64 = 0.5;
/// The least likeness of title and table together, and of the table alone, if the titles agree.
const ENOUGH: f64 = 0.6;
const TABLE_AT_LEAST: f64 = 0.35;
/// The least likeness of a table that alone shows the section, and of its stub and its header.
const TABLE_ENOUGH: f64 = 0.7;
const PART_AT_LEAST: f64 = 0.4;
/// The least likeness of its header if several sections have the same stub.
const HEADER_AT_LEAST: f64 = 0.6;
/// The greatest distance from the best. A section whose likeness to a table is lower by more than this is not
/// considered; a table whose likeness to a section is lower by more than this is not a rival.
const MARGIN: f64 = 0.15;
/// Two assignments whose likeness differs by less than this are about equally good.
const DOUBT: f64 = 0.03;
/// What the right sheet name adds to the likeness. It decides between equal sections.
const OF_NAME: f64 = 0.05;
/// The most pairs of different headings that are compared by their stems. Beyond this, only equal headings count.
const MOST_COMPARED: usize = 4_000;

/// The sections of a document's tables, with doubts.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// The section of each table.
    pub(super) places: Vec<Option<SectionId>>,
    /// Tables that fit a section as well as the table that has it. If that table is hidden, a visible table that fits
    /// at all.
    pub(super) rivals: Vec<(usize, SectionId)>,
    /// A table, its section, and another section that it fits about equally well.
    pub(super) doubts: Vec<(usize, SectionId, SectionId)>,
    /// A table, its section, and the likeness of their titles from 0 to 1, if the titles differ.
    pub(super) retitled: Vec<(usize, SectionId, f64)>,
    /// A table without a section, the section that it is most like, and how much, from 0 to 1.
    pub(super) nearest: Vec<(usize, SectionId, f64)>,
}

/// Finds the section of each sheet with a table, and the doubts.
pub(super) fn find(template: &FormTemplate, edition: Option<&Edition>, sheets: &[&Sheet]) -> Matches {
    let layouts: Vec<Vec<Layout<'_>>> = template.sections.iter().map(|s| layouts(template, edition, s)).collect();
    let mut own: Vec<Option<usize>> = vec![None; sheets.len()];
    at_once(&layouts, sheets, &mut own);
    let rest: Vec<usize> = (0..sheets.len()).filter(|i| own[*i].is_none() && sheets[*i].table.is_some()).collect();
    if rest.is_empty() {
        return Matches { places: ids(template, &own), ..Matches::default() };
    }
    let known: Vec<Known> = template.sections.iter().zip(&layouts).map(|(s, l)| Known::of(s, l, template)).collect();
    let mut fits: Vec<Vec<Option<Fit>>> = vec![vec![None; known.len()]; sheets.len()];
    for (place, sheet) in sheets.iter().enumerate() {
        let Some(table) = &sheet.table else { continue };
        if let Some(section) = own[place] {
            fits[place][section] = Some(Fit::WHOLE);
            continue;
        }
        let said = Said::of_table(table);
        for (section, known) in known.iter().enumerate() {
            fits[place][section] = known.fit(&said, &sheet.name);
        }
    }
    assign(&fits, &rest, &mut own);
    let mut matches = Matches { places: ids(template, &own), ..Matches::default() };
    tell_doubts(template, &fits, &own, sheets, &mut matches);
    matches
}

/// How many sheets are sections of a template: a measure of how much the document is like that form.
pub(super) fn alike(template: &FormTemplate, sheets: &[&Sheet]) -> usize {
    find(template, None, sheets).places.iter().flatten().count()
}

fn ids(template: &FormTemplate, own: &[Option<usize>]) -> Vec<Option<SectionId>> {
    own.iter().map(|section| section.map(|s| template.sections[s].id.clone())).collect()
}

/// A section as an edition prints it.
#[derive(PartialEq)]
struct Layout<'t> {
    titles: Vec<&'t str>,
    columns: Vec<&'t str>,
    rows: Vec<&'t str>,
    /// The sheet's name, if a described edition gives it.
    sheet: Option<String>,
}

/// The section as the edition prints it. If the template does not describe the edition: as each described edition
/// prints it.
fn layouts<'t>(template: &'t FormTemplate, edition: Option<&Edition>, section: &'t SectionTemplate) -> Vec<Layout<'t>> {
    let described = edition.filter(|e| template.editions.iter().any(|t| t.edition == **e));
    let editions: Vec<&Edition> = match described {
        Some(edition) => vec![edition],
        None => template.editions.iter().map(|t| &t.edition).collect(),
    };
    let mut layouts: Vec<Layout<'t>> = Vec::new();
    for edition in editions {
        let there = template.in_edition(edition, &section.id);
        if there.is_some_and(|t| t.gone) {
            continue;
        }
        let sheet = described.and_then(|e| template.printed_sheet(e, &section.id));
        let layout = layout(section, there, sheet);
        if !layouts.contains(&layout) {
            layouts.push(layout);
        }
    }
    if template.editions.is_empty() {
        layouts.push(layout(section, None, Some(section.id.to_string())));
    }
    layouts
}

fn layout<'t>(section: &'t SectionTemplate, there: Option<&'t EditionSection>, sheet: Option<String>) -> Layout<'t> {
    let titles = there.map_or(&section.titles, |t| t.title(section));
    let columns = section.columns.iter().filter(|c| there.is_none_or(|t| t.columns.get(&c.code) != Some(&None)));
    let rows = section.rows.iter().filter(|r| there.is_none_or(|t| t.rows.get(&r.code) != Some(&None)));
    Layout {
        titles: titles.texts().map(|(_, title)| title).collect(),
        columns: columns.map(|c| there.map_or(&c.titles, |t| t.column_title(c)).ru.as_str()).collect(),
        rows: rows.map(|r| there.map_or(&r.titles, |t| t.row_title(r)).ru.as_str()).collect(),
        sheet,
    }
}

/// Assigns the usual case without folding: a table that equals one section word for word, if no other table does.
fn at_once(layouts: &[Vec<Layout<'_>>], sheets: &[&Sheet], own: &mut [Option<usize>]) {
    let subjects: Vec<Vec<String>> =
        layouts.iter().map(|l| l.iter().flat_map(|l| &l.titles).map(|t| subject(t)).collect()).collect();
    let mut same: Vec<Vec<usize>> = vec![Vec::new(); layouts.len()];
    for (place, sheet) in sheets.iter().enumerate() {
        let Some(table) = &sheet.table else { continue };
        let title = subject(&table.title);
        let is = |section: &usize| {
            let says = |layout: &Layout<'_>| {
                says(&table.columns, &in_sheet_order(layout, &table.columns)) && says(&table.rows, &layout.rows)
            };
            !title.is_empty() && subjects[*section].contains(&title) && layouts[*section].iter().any(says)
        };
        let sections: Vec<usize> = (0..layouts.len()).filter(is).collect();
        if let [section] = sections.as_slice() {
            same[*section].push(place);
        }
    }
    for (section, places) in same.iter().enumerate() {
        if let [place] = places.as_slice() {
            own[*place] = Some(section);
        }
    }
}

/// The columns of a layout, in the order of a table. A template lists late columns last; a sheet may have them
/// anywhere.
fn in_sheet_order<'t>(layout: &Layout<'t>, columns: &[Line]) -> Vec<&'t str> {
    if layout.columns.len() != columns.len() || says(columns, &layout.columns) {
        return layout.columns.clone();
    }
    let mut left: Vec<&str> = layout.columns.clone();
    let mut ordered = Vec::with_capacity(left.len());
    for line in columns {
        let Some(at) = left.iter().position(|label| *label == line.label) else { return layout.columns.clone() };
        ordered.push(left.remove(at));
    }
    ordered
}

fn says(lines: &[Line], labels: &[&str]) -> bool {
    lines.len() == labels.len() && lines.iter().zip(labels).all(|(line, label)| line.label == **label)
}

/// A title, a header and a stub, ready for comparison.
struct Said {
    /// Titles as sorted stems; empty if there is no title.
    titles: Vec<Vec<String>>,
    columns: Vec<Heading>,
    rows: Vec<Heading>,
}

/// The words of a heading, without those that most headings of the list share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Heading {
    label: String,
    stems: Vec<String>,
}

fn headings<'l>(labels: impl Iterator<Item = &'l str>) -> Vec<Heading> {
    let mut all: Vec<Heading> = labels.map(|label| Heading { label: fold_label(label), stems: stems(label) }).collect();
    let mut with: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for stem in all.iter().flat_map(|h| h.stems.iter().collect::<BTreeSet<_>>()) {
        *with.entry(stem.clone()).or_default() += 1;
    }
    let many = all.len();
    for heading in &mut all {
        heading.stems.retain(|stem| with[stem] < 3 || with[stem] * 2 <= many);
    }
    all.sort_unstable();
    all
}

impl Said {
    fn of_table(table: &Table) -> Self {
        Self {
            titles: titles([table.title.as_str()].into_iter()),
            columns: headings(table.columns.iter().map(|l| l.label.as_str())),
            rows: headings(table.rows.iter().map(|l| l.label.as_str())),
        }
    }

    fn of_layout(layout: &Layout<'_>) -> Self {
        Self {
            titles: titles(layout.titles.iter().copied()),
            columns: headings(layout.columns.iter().copied()),
            rows: headings(layout.rows.iter().copied()),
        }
    }
}

fn titles<'t>(titles: impl Iterator<Item = &'t str>) -> Vec<Vec<String>> {
    titles.map(|title| stems(&subject(title))).filter(|stems| !stems.is_empty()).collect()
}

/// A section as its editions print it.
struct Known {
    layouts: Vec<(Said, Option<String>)>,
    subject: Vec<String>,
    /// Whether another section of the form has the same stub. Such a stub shows the form, but not the section.
    stub_is_shared: bool,
}

/// How much a table is like a section.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fit {
    score: f64,
    /// The likeness of the titles; `None` if one of the two has no title.
    title: Option<f64>,
    /// Whether the likeness is great enough for this section.
    enough: bool,
}

impl Fit {
    const WHOLE: Self = Self { score: 1.0 + OF_NAME, title: Some(1.0), enough: true };
}

impl Known {
    fn of(section: &SectionTemplate, layouts: &[Layout<'_>], template: &FormTemplate) -> Self {
        let same = |other: &&SectionTemplate| {
            other.id != section.id
                && other.rows.len() == section.rows.len()
                && other.rows.iter().zip(&section.rows).all(|(a, b)| a.titles.ru == b.titles.ru)
        };
        Self {
            layouts: layouts.iter().map(|l| (Said::of_layout(l), l.sheet.clone())).collect(),
            subject: stems(&fold(&section.subject)),
            stub_is_shared: template.sections.iter().any(|other| same(&other)),
        }
    }

    /// How much a table is like this section, in the edition where it is most like it.
    fn fit(&self, table: &Said, sheet: &str) -> Option<Fit> {
        let fits = self.layouts.iter().map(|(said, name)| {
            let known = said.titles.iter().chain([&self.subject]).filter(|known| !known.is_empty());
            let pairs = table.titles.iter().flat_map(|title| known.clone().map(move |known| shared(title, known)));
            let title = pairs.reduce(f64::max);
            let (columns, rows) = (likeness(&table.columns, &said.columns), likeness(&table.rows, &said.rows));
            let body = OF_STUB.mul_add(rows, (1.0 - OF_STUB) * columns);
            let score = title.map_or(body, |title| OF_TITLE.mul_add(title, (1.0 - OF_TITLE) * body));
            let enough = if title.is_some_and(|title| title >= TITLE_ENOUGH) {
                score >= ENOUGH && body >= TABLE_AT_LEAST
            } else {
                let header = if self.stub_is_shared { HEADER_AT_LEAST } else { PART_AT_LEAST };
                body >= TABLE_ENOUGH && rows >= PART_AT_LEAST && columns >= header
            };
            let named = name.as_deref().is_some_and(|name| name == sheet);
            Fit { score: score + if named { OF_NAME } else { 0.0 }, title, enough }
        });
        fits.reduce(|best, fit| if (fit.enough, fit.score) > (best.enough, best.score) { fit } else { best })
    }
}

/// How much two lists of headings have in common, from 0 to 1: an equal heading counts 1, a similar one its similarity.
fn likeness(a: &[Heading], b: &[Heading]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut equal) = (0, 0, 0_usize);
    let (mut only_a, mut only_b): (Vec<&Heading>, Vec<&Heading>) = (Vec::new(), Vec::new());
    while i < a.len() || j < b.len() {
        let order = match (a.get(i), b.get(j)) {
            (Some(one), Some(other)) => one.label.cmp(&other.label),
            (Some(_), None) => std::cmp::Ordering::Less,
            _ => std::cmp::Ordering::Greater,
        };
        match order {
            std::cmp::Ordering::Equal => (i, j, equal) = (i + 1, j + 1, equal + 1),
            std::cmp::Ordering::Less => {
                only_a.push(&a[i]);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                only_b.push(&b[j]);
                j += 1;
            }
        }
    }
    let mut common = equal as f64;
    if only_a.len() * only_b.len() <= MOST_COMPARED {
        for heading in only_a {
            let likest = only_b.iter().enumerate().map(|(at, other)| (shared(&heading.stems, &other.stems), at));
            let likest = likest.reduce(|best, next| if next.0 > best.0 { next } else { best });
            if let Some((like, at)) = likest.filter(|(like, _)| *like >= 0.5) {
                common += like;
                only_b.swap_remove(at);
            }
        }
    }
    2.0 * common / (a.len() + b.len()) as f64
}

/// Assigns the remaining tables, so that the sum of their likeness is the greatest.
fn assign(fits: &[Vec<Option<Fit>>], rest: &[usize], own: &mut [Option<usize>]) {
    let taken: BTreeSet<usize> = own.iter().flatten().copied().collect();
    let weights: Vec<Vec<f64>> = rest
        .iter()
        .map(|place| {
            let best = fits[*place].iter().flatten().filter(|f| f.enough).map(|f| f.score).fold(0.0, f64::max);
            let weigh = |(section, fit): (usize, &Option<Fit>)| {
                let fit = fit.filter(|f| f.enough && !taken.contains(&section) && f.score >= best - MARGIN);
                fit.map_or(0.0, |f| f.score)
            };
            fits[*place].iter().enumerate().map(weigh).collect()
        })
        .collect();
    for (place, section) in rest.iter().zip(assignment::greatest(&weights)) {
        own[*place] = section;
    }
}

fn tell_doubts(
    template: &FormTemplate,
    fits: &[Vec<Option<Fit>>],
    own: &[Option<usize>],
    sheets: &[&Sheet],
    matches: &mut Matches,
) {
    let id = |section: usize| template.sections[section].id.clone();
    let score = |place: usize, section: usize| fits[place][section].filter(|f| f.enough).map(|f| f.score);
    let owner = |section: usize| own.iter().position(|o| *o == Some(section));
    for (place, section) in own.iter().enumerate().filter(|(place, _)| sheets[*place].table.is_some()) {
        let Some(section) = *section else {
            let likest = fits[place].iter().enumerate().filter_map(|(at, fit)| Some((at, (*fit)?)));
            let likest = likest.reduce(|a, b| if (b.1.enough, b.1.score) > (a.1.enough, a.1.score) { b } else { a });
            let Some((at, fit)) = likest else { continue };
            let there = owner(at).filter(|_| fit.enough);
            let as_well = |owner: usize| score(owner, at).is_some_and(|has| fit.score >= has - OF_NAME - MARGIN);
            let comes_before = |owner: usize| sheets[owner].hidden && !sheets[place].hidden;
            if there.is_some_and(|owner| as_well(owner) || comes_before(owner)) {
                matches.rivals.push((place, id(at)));
            } else {
                matches.nearest.push((place, id(at), fit.score));
            }
            continue;
        };
        let Some(has) = score(place, section) else { continue };
        if let Some(title) = fits[place][section].and_then(|f| f.title).filter(|title| *title < 1.0) {
            matches.retitled.push((place, id(section), title));
        }
        for other in (0..template.sections.len()).filter(|other| *other != section) {
            let Some(would) = score(place, other) else { continue };
            let in_doubt = match owner(other) {
                None => would >= has - DOUBT,
                Some(there) => {
                    let now = has + score(there, other).unwrap_or_default();
                    let turned = score(there, section).map_or(0.0, |back| would + back);
                    (place < there && turned >= now - DOUBT) || would > has + DOUBT
                }
            };
            if in_doubt {
                matches.doubts.push((place, id(section), id(other)));
            }
        }
    }
}
