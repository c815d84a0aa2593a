//! Datasets and findings in, book (plain data) out.
//!
//! A [`Book`] has the content of each page of a collection in every language of the office: cover, key figures,
//! chapters with their tables, notes, quality. Chapters come from the collection's template; figures come from the
//! datasets, whatever edition they were printed in. Derived figures are exact: sums and differences in one frame of
//! thousandths, quotients as fractions, rounded once. The chapter of a form that has not come is marked `[x]` with the
//! reason, and the cover is marked incomplete.
//!
//! Deliberately unknown here: workbooks, files, the clock, who gets the book. Equal material gives an equal book (held
//! by `books::assembling::equal_material_gives_an_equal_book`).
//!
//! ```no_run
//! # fn material() -> assemble::Material<'static> { unimplemented!() }
//! let book = assemble::assemble(&material())?;
//! println!("{} tables, content id {}", book.tables().count(), book.content_id());
//! # Ok::<(), assemble::AssembleError>(())
//! ```

mod absences;
mod across;
mod analysis;
pub mod analysis_text;
mod book;
mod cells;
mod changes;
mod chart;
mod charts;
mod classing;
mod confidential;
mod content;
mod cover;
mod cross;
mod doubts;
mod draft;
mod drawn;
mod figures;
mod inhabitants;
mod key_figures;
pub mod labels;
mod left_out;
mod lines;
mod map;
mod mark;
mod material;
mod notes;
mod outlines;
mod percentages;
pub mod prose;
mod quality;
mod republic;
mod sentences;
mod sums;
mod table;
mod translation;
mod unfilled;

pub use absences::reason_of;
pub use across::Across;
pub use analysis::Analysis;
pub use book::{
    Book, Cell, Chapter, ColumnRole, Cover, Kind, LetPass, Line, LineKey, Mark, Missing, NoteGroup, Override, Quality,
    QualityParagraph, Since, Table, TableColumn, TableOrigin, Weight,
};
pub use changes::{Change, changes};
pub use chart::{Chart, ChartKind, ChartSeries, Side};
pub use classing::{MOST_CLASSES, classed};
pub use content::{BookContent, ControlSum};
pub use inhabitants::{Inhabitants, inhabitants};
pub use map::{LegendLine, MapClass, UnitMap, UnitTile};
pub use material::{AbsentComparison, Material, MissingForm, NextIssue, periods_wanted, quarter_base};
pub use outlines::{OutlinePicture, Outlined, Pixel};
pub use percentages::{Growth, Level, percent};

use self::{draft::DraftBook, figures::Figures};
use domain::ChapterTemplate;

/// Why a book cannot be assembled: always a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    #[error("the frame of figures refused a step")]
    Frame(#[from] polars::error::PolarsError),
}

/// Assembles a book.
///
/// # Errors
/// Only by a fault of the program: bad or missing figures are marked in the book, never refused.
pub fn assemble(material: &Material<'_>) -> Result<Book, AssembleError> {
    let figures = Figures::new(material);
    let mut book = DraftBook::default();
    let summary = key_figures::drafted(material, &figures, &mut book);
    let drafts: Vec<DraftChapter<'_>> =
        material.template.chapters.iter().map(|chapter| drafted(material, &figures, &mut book, chapter)).collect();
    let derived = sums::derive(book.facts, &book.wholes)?;
    let hidden = confidential::Hidden::of(material, drafts.iter().flat_map(|d| &d.tables), &derived);
    let figures_of = (derived.as_slice(), &hidden);

    let chapters: Vec<Chapter> = drafts
        .iter()
        .enumerate()
        .map(|(place, draft)| finished(material, &figures, draft, place + 1, figures_of))
        .collect();
    Ok(Book {
        collection: material.term.id.clone(),
        titles: material.term.titles.clone(),
        period: material.period,
        revision: material.revision,
        supplement: material.supplement,
        origin: material.origin,
        cover: cover::cover(material, &figures, &chapters),
        changes: None,
        since: None,
        summary: key_figures::finished(material, &summary, &derived),
        analysis: analysis::analysis(material, &figures),
        notes: notes::notes(material, &figures, &chapters),
        quality: quality::quality(material),
        unprinted: chapters
            .iter()
            .flat_map(|c| &c.tables)
            .any(|t| !t.printed)
            .then(|| material.template.print.reason.clone()),
        pages: material.template.print.pages,
        chapters,
    })
}

/// A chapter before its figures are known; without tables when its form has not come.
struct DraftChapter<'a> {
    template: &'a ChapterTemplate,
    tables: Vec<draft::DraftTable<'a>>,
}

fn drafted<'a>(
    material: &Material<'a>,
    figures: &Figures<'_>,
    drafts: &mut DraftBook,
    template: &'a ChapterTemplate,
) -> DraftChapter<'a> {
    let Some(shown) = figures.shown(&template.form) else { return DraftChapter { template, tables: Vec::new() } };
    let tables = template.tables.iter();
    let tables = tables.flat_map(|t| lines::drafted(material, figures, drafts, &template.form, shown, t));
    DraftChapter { template, tables: tables.collect() }
}

fn finished(
    material: &Material<'_>,
    figures: &Figures<'_>,
    draft: &DraftChapter<'_>,
    number: usize,
    derived: (&[sums::Derived], &confidential::Hidden),
) -> Chapter {
    let template = draft.template;
    let missing = draft.tables.is_empty().then(|| cover::missing_form(material, &template.form));
    let numbered = draft.tables.iter().enumerate();
    let mut tables: Vec<Table> = numbered
        .map(|(place, t)| {
            let number = format!("{number}.{}", place + 1);
            // A table without figures stays in the book, with the reason.
            let finished = table::finished(material, t, derived, &number);
            finished.unwrap_or_else(|| unfilled::table(material, figures, t, number))
        })
        .collect();
    tables.extend(missing.iter().map(|missing| cover::missing_table(material, template, missing, number)));
    Chapter {
        id: template.id.clone(),
        number,
        titles: template.titles.clone(),
        form: template.form.clone(),
        form_name: notes::form_name(material, &template.form),
        designation: notes::designation(material, &template.form),
        reason: template.reason.clone(),
        missing,
        tables,
    }
}
