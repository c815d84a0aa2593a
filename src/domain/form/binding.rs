//! Bindings: where a document keeps each concept of its form's template. This is the one answer for checks, books,
//! traces and queries.
//!
//! In: a template and a dataset. Out: for each row and column of the template, its place in the document, or the reason
//! why that place is not established. This module does not know what a figure is used for.
//!
//! A document of an edition that the template describes is read by the declared codes, and its headings have to agree.
//! A document of any other edition is read by its headings, beside the described edition with which it agrees most. If
//! the headings leave a doubt, the concept has no place.

use std::sync::{Arc, OnceLock};

use crate::{
    ColumnCode, Dataset, Edition, EditionSection, EditionTemplate, Figure, FormTemplate, Place, RowCode, Section,
    SectionId, SectionTemplate, Titles,
    form::binding_lines::{self, Described},
    form::form_index::FormIndex,
    form::known_headings::printed_in,
    headings,
};

/// Where a row or column of a template is in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// At this place, 0-based. `anew`: its heading has other words than every known one.
    At { place: usize, anew: bool },
    /// The description of the edition says that it has no such line.
    Gone,
    /// The service did not send it.
    NotSent,
    /// Its place is not established.
    Unclear(PlaceDoubt),
}

/// Why the place of a row or column is not established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceDoubt {
    /// The document has no such section, row or column.
    Missing,
    /// Its code is printed more than once.
    Twice,
    /// The line under its code has no heading.
    NoHeading { place: usize },
    /// The line under its code has the heading of another line of the template, which has this code.
    AnotherLine { place: usize, code: String },
    /// The heading of the line under its code is about another subject.
    AnotherSubject { place: usize },
    /// Several lines have its heading, and their order and codes do not distinguish them.
    EqualHeadings,
    /// A line may be it in other words, but its position does not prove it.
    Reworded { place: usize },
    /// The document has the section more than once.
    SectionTwice,
}

/// The part of a place that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Section,
    Row,
    Column,
}

/// Why a document has no figure of a concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlace {
    /// The edition has no such line.
    Gone,
    /// The service did not send it.
    NotSent,
    /// Its place is not established.
    Unclear(Part, PlaceDoubt),
}

/// The places of a template's concepts in one document.
#[derive(Debug)]
pub struct Binding<'a> {
    pub dataset: &'a Dataset,
    /// `None` if the form has no template: each code then means itself.
    index: Option<Arc<FormIndex<'a>>>,
    edition: Read<'a>,
    /// By the template's sections. Each is bound when it is first used.
    sections: Vec<OnceLock<SectionBinding>>,
}

/// How the lines of a document are found.
#[derive(Debug, Clone, Copy)]
enum Read<'a> {
    /// By the codes that its edition declares, or by those of the template if no edition is described.
    Code(Option<&'a EditionTemplate>),
    /// By the keys of a service, whose headings are those of the template.
    Key,
    /// By its headings, beside this edition.
    Heading(&'a EditionTemplate),
}

/// The places of one section of the template in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionBinding {
    /// The section's place among the document's sections, or why it has none.
    pub section: Placement,
    /// By the template's rows; empty if the template describes no rows.
    pub rows: Vec<Placement>,
    /// By the template's columns; empty if the template describes no columns.
    pub columns: Vec<Placement>,
}

impl PlaceDoubt {
    /// The place that is in doubt, if there is one.
    #[must_use]
    pub const fn place(&self) -> Option<usize> {
        match self {
            Self::NoHeading { place }
            | Self::AnotherLine { place, .. }
            | Self::AnotherSubject { place }
            | Self::Reworded { place } => Some(*place),
            Self::Missing | Self::Twice | Self::EqualHeadings | Self::SectionTwice => None,
        }
    }
}

impl Placement {
    /// The place, if it is established.
    #[must_use]
    pub const fn place(&self) -> Option<usize> {
        if let Self::At { place, .. } = self { Some(*place) } else { None }
    }

    fn found(&self, part: Part) -> Result<usize, NoPlace> {
        match self {
            Self::At { place, .. } => Ok(*place),
            Self::Gone => Err(NoPlace::Gone),
            Self::NotSent => Err(NoPlace::NotSent),
            Self::Unclear(doubt) => Err(NoPlace::Unclear(part, doubt.clone())),
        }
    }
}

impl<'a> Binding<'a> {
    /// Binds a document to its form's template. Without a template, each code means itself.
    #[must_use]
    pub fn new(index: Option<Arc<FormIndex<'a>>>, dataset: &'a Dataset) -> Self {
        let sections = index.iter().flat_map(|i| &i.template.sections).map(|_| OnceLock::new()).collect();
        let edition = index.as_ref().map_or(Read::Code(None), |index| read(index, dataset));
        Self { dataset, index, edition, sections }
    }

    /// The described edition beside which the document is read, if its own edition is not described.
    #[must_use]
    pub const fn nearest(&self) -> Option<&'a EditionTemplate> {
        if let Read::Heading(nearest) = self.edition { Some(nearest) } else { None }
    }

    /// A section of the template, with its place there.
    fn described(&self, id: &SectionId) -> Option<(usize, &'a SectionTemplate)> {
        let index = self.index.as_ref()?;
        let template: &'a FormTemplate = index.template;
        let at = index.section(id)?;
        Some((at, &template.sections[at]))
    }

    /// What the document's edition, or the one beside which it is read, prints differently in a section.
    #[must_use]
    pub fn declared(&self, at: usize) -> Option<&'a EditionSection> {
        let (Read::Code(Some(edition)) | Read::Heading(edition)) = self.edition else { return None };
        edition.sections.get(&self.index.as_ref()?.template.sections[at].id)
    }

    /// A section by its place in the template.
    #[must_use]
    pub fn section(&self, at: usize) -> &SectionBinding {
        self.sections[at].get_or_init(|| match &self.index {
            Some(index) => self.laid(index, at),
            None => SectionBinding { section: Placement::Unclear(PlaceDoubt::Missing), rows: vec![], columns: vec![] },
        })
    }

    /// The document's section for a place of the template, if it is established.
    #[must_use]
    pub fn printed(&self, at: usize) -> Option<&'a Section> {
        self.dataset.sections.get(self.section(at).section.place()?)
    }

    /// Finds a concept in the document: its section, and the places of its row and its column in that section.
    ///
    /// # Errors
    /// The edition has no such line, a service did not send it, or its place is not established.
    pub fn find(&self, place: &Place) -> Result<(&'a Section, usize, usize), NoPlace> {
        let section = self.find_section(&place.section)?;
        Ok((section, self.find_row(section, &place.row)?, self.find_column(section, &place.column)?))
    }

    /// The figure of a concept.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn figure(&self, place: &Place) -> Result<&'a Figure, NoPlace> {
        let (section, row, column) = self.find(place)?;
        Ok(section.at(row, column).unwrap_or(&Figure::Blank))
    }

    /// The document's section with an id.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_section(&self, id: &SectionId) -> Result<&'a Section, NoPlace> {
        let at = match self.described(id) {
            Some((at, _)) => self.section(at).section.found(Part::Section)?,
            None => sole(self.dataset.sections.iter().map(|s| s.id.as_str()), id.as_str(), Part::Section)?,
        };
        self.dataset.sections.get(at).ok_or(NoPlace::Unclear(Part::Section, PlaceDoubt::Missing))
    }

    /// The place of a row in a section of the document.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_row(&self, section: &Section, code: &RowCode) -> Result<usize, NoPlace> {
        let Some((at, _)) = self.described(&section.id).filter(|(_, t)| !t.rows.is_empty()) else {
            return sole(section.rows.iter().map(|r| r.code.as_str()), code.as_str(), Part::Row);
        };
        let line = self
            .index
            .as_ref()
            .and_then(|i| i.row(at, code))
            .ok_or(NoPlace::Unclear(Part::Row, PlaceDoubt::Missing))?;
        self.section(at).rows[line].found(Part::Row)
    }

    /// The place of a column in a section of the document.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_column(&self, section: &Section, code: &ColumnCode) -> Result<usize, NoPlace> {
        let Some((at, _)) = self.described(&section.id).filter(|(_, t)| !t.columns.is_empty()) else {
            return sole(section.columns.iter().map(|c| c.code.as_str()), code.as_str(), Part::Column);
        };
        let line = self
            .index
            .as_ref()
            .and_then(|i| i.column(at, code))
            .ok_or(NoPlace::Unclear(Part::Column, PlaceDoubt::Missing))?;
        self.section(at).columns[line].found(Part::Column)
    }

    /// The titles of a row in the words of the document, if its place is established.
    #[must_use]
    pub fn row_titles(&self, id: &SectionId, code: &RowCode) -> Option<Titles> {
        let section = self.find_section(id).ok()?;
        let printed = &section.rows[self.find_row(section, code).ok()?].label;
        let (at, template) = self.described(id)?;
        let row = template.row(code)?;
        let told = self.declared(at).map_or(&row.titles, |there| there.row_title(row));
        Some(worded(printed, [told, &row.titles]))
    }

    /// The titles of a column in the words of the document, if its place is established.
    #[must_use]
    pub fn column_titles(&self, id: &SectionId, code: &ColumnCode) -> Option<Titles> {
        let section = self.find_section(id).ok()?;
        let printed = &section.columns[self.find_column(section, code).ok()?].label;
        let (at, template) = self.described(id)?;
        let column = template.column(code)?;
        let told = self.declared(at).map_or(&column.titles, |there| there.column_title(column));
        Some(worded(printed, [told, &column.titles]))
    }

    /// The template's row for each row of a section of the document, and the same for its columns. `None` if the
    /// template does not have the line, or if its place is not established. Codes that no template describes mean
    /// themselves.
    #[must_use]
    pub fn meanings<'s>(&'s self, section: &'s Section) -> (Vec<Option<&'s RowCode>>, Vec<Option<&'s ColumnCode>>) {
        let mut rows: Vec<Option<&RowCode>> = section.rows.iter().map(|r| Some(&r.code)).collect();
        let mut columns: Vec<Option<&ColumnCode>> = section.columns.iter().map(|c| Some(&c.code)).collect();
        let Some((at, template)) = self.described(&section.id) else { return (rows, columns) };
        let laid = self.section(at);
        if !template.rows.is_empty() {
            rows.fill(None);
            for (row, standing) in template.rows.iter().zip(&laid.rows) {
                if let Some(there) = standing.place().and_then(|place| rows.get_mut(place)) {
                    *there = Some(&row.code);
                }
            }
        }
        if !template.columns.is_empty() {
            columns.fill(None);
            for (column, standing) in template.columns.iter().zip(&laid.columns) {
                if let Some(there) = standing.place().and_then(|place| columns.get_mut(place)) {
                    *there = Some(&column.code);
                }
            }
        }
        (rows, columns)
    }

    fn laid(&self, index: &FormIndex<'a>, at: usize) -> SectionBinding {
        let template: &'a SectionTemplate = &index.template.sections[at];
        let there = self.declared(at);
        let nowhere = |section: Placement| SectionBinding {
            rows: vec![section.clone(); template.rows.len()],
            columns: vec![section.clone(); template.columns.len()],
            section,
        };
        let mut printed = self.dataset.sections.iter().enumerate().filter(|(_, s)| s.id == template.id);
        let Some((place, section)) = printed.next() else {
            return nowhere(if there.is_some_and(|t| t.gone) {
                Placement::Gone
            } else if matches!(self.edition, Read::Key) {
                Placement::NotSent
            } else {
                Placement::Unclear(PlaceDoubt::Missing)
            });
        };
        if printed.next().is_some() {
            return nowhere(Placement::Unclear(PlaceDoubt::SectionTwice));
        }
        let rows: Vec<Described<'_>> =
            template.rows.iter().map(|r| declared(there.and_then(|t| t.rows.get(&r.code)), &r.code)).collect();
        let columns: Vec<Described<'_>> =
            template.columns.iter().map(|c| declared(there.and_then(|t| t.columns.get(&c.code)), &c.code)).collect();
        let row_lines: Vec<(&str, &str)> = section.rows.iter().map(|r| (r.code.as_str(), &*r.label)).collect();
        let column_lines: Vec<(&str, &str)> = section.columns.iter().map(|c| (c.code.as_str(), &*c.label)).collect();
        let (rows, columns) = match self.edition {
            Read::Key => (binding_lines::by_key(&rows, &row_lines), binding_lines::by_key(&columns, &column_lines)),
            Read::Code(_) => (
                binding_lines::by_code(&rows, &row_lines, index.row_headings(at)),
                binding_lines::by_code(&columns, &column_lines, index.column_headings(at)),
            ),
            Read::Heading(_) => (
                binding_lines::by_heading(&rows, &row_lines, index.row_headings(at)),
                binding_lines::by_heading(&columns, &column_lines, index.column_headings(at)),
            ),
        };
        SectionBinding { section: Placement::At { place, anew: false }, rows, columns }
    }
}

/// The titles that agree with the printed words. If no titles agree, the printed words alone.
fn worded(printed: &str, known: [&Titles; 2]) -> Titles {
    let says = |titles: &&Titles| printed.is_empty() || printed_in(titles).any(|title| headings::alike(title, printed));
    match known.into_iter().find(says) {
        Some(titles) => titles.clone(),
        None => Titles::ru(printed),
    }
}

/// The code that an edition declares for a line of the template; `None` if it has no such line.
fn declared<'x, C: AsRef<str>>(said: Option<&'x Option<C>>, own: &'x C) -> Described<'x> {
    match said {
        Some(printed) => printed.as_ref().map(AsRef::as_ref),
        None => Some(own.as_ref()),
    }
}

/// The place of a code that no template describes. The code has to be printed exactly once.
fn sole<'x>(mut codes: impl Iterator<Item = &'x str>, wanted: &str, part: Part) -> Result<usize, NoPlace> {
    let place = codes.position(|code| code == wanted).ok_or(NoPlace::Unclear(part, PlaceDoubt::Missing))?;
    if codes.any(|code| code == wanted) { Err(NoPlace::Unclear(part, PlaceDoubt::Twice)) } else { Ok(place) }
}

fn read<'a>(index: &FormIndex<'a>, dataset: &Dataset) -> Read<'a> {
    if dataset.edition == Edition::service() {
        return Read::Key;
    }
    let editions: &'a [EditionTemplate] = &index.template.editions;
    if let Some(edition) = editions.iter().find(|e| e.edition == dataset.edition) {
        return Read::Code(Some(edition));
    }
    // Of equally good editions the newest is taken: a new edition usually changes the latest one.
    match editions.iter().max_by_key(|edition| agreements(index, edition, dataset)) {
        Some(nearest) => Read::Heading(nearest),
        None => Read::Code(None),
    }
}

/// The number of described rows and columns that a document prints under their code and with their heading.
fn agreements(index: &FormIndex<'_>, edition: &EditionTemplate, dataset: &Dataset) -> usize {
    let of_section = |section: &Section| {
        let Some(at) = index.section(&section.id) else { return 0 };
        let template = &index.template.sections[at];
        let there = edition.sections.get(&template.id);
        if there.is_some_and(|t| t.gone) {
            return 0;
        }
        let rows: Vec<Described<'_>> =
            template.rows.iter().map(|r| declared(there.and_then(|t| t.rows.get(&r.code)), &r.code)).collect();
        let columns: Vec<Described<'_>> =
            template.columns.iter().map(|c| declared(there.and_then(|t| t.columns.get(&c.code)), &c.code)).collect();
        index.row_headings(at).agreements(&rows, section.rows.iter().map(|r| (r.code.as_str(), &*r.label)))
            + index
                .column_headings(at)
                .agreements(&columns, section.columns.iter().map(|c| (c.code.as_str(), &*c.label)))
    };
    dataset.sections.iter().map(of_section).sum()
}
