//! The workbook as plain data: which sheet has which text in which cell. A book and the words of a language in, sheets
//! out. The plan can be read and tested; the library that writes workbooks is not known here.

mod analysis;
mod chart_data;
mod contents;
mod control;
mod cover;
mod crossed;
mod font_metrics;
mod maps;
mod names;
mod notes;
mod page;
mod paging;
mod quality;
mod sheet;
mod tables;

pub use sheet::{
    CellContent, CellFormat, ChartPlan, Crossed, ImagePlan, Merged, PageFit, Picture, PlannedCell, Range, Repeated,
    SheetPlan, SparkPlan, Style, TablePlan,
};

use assemble::{Book, BookContent};
use domain::{Language, Origin};
use words::{Lexicon, texts};

/// How a workbook behaves on the screen. The figures and the print are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Profile {
    /// For screen readers: no frozen panes, no filter buttons.
    #[default]
    Accessible,
    /// For people who work with the tables: frozen header, filters.
    Working,
}

impl Profile {
    /// As it is written in settings and file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accessible => "accessible",
            Self::Working => "working",
        }
    }
}

impl std::str::FromStr for Profile {
    type Err = domain::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Accessible, Self::Working];
        let rule = "use `accessible` or `working`";
        all.into_iter().find(|p| p.name() == text).ok_or_else(|| domain::NameError {
            text: text.into(),
            kind: "a profile of workbooks",
            rule,
        })
    }
}

/// What a plan is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    pub book: &'a Book,
    /// The words of the workbook's language.
    pub lexicon: &'a Lexicon,
    pub profile: Profile,
}

impl Brief<'_> {
    /// The language of the workbook.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.lexicon.language()
    }

    /// The line that every page of a book of sample data carries.
    #[must_use]
    pub fn sample_mark(&self) -> Option<&'static str> {
        (self.book.origin == Origin::Sample).then_some(SAMPLE_DATA)
    }
}

/// Plans every sheet of a workbook, in its order.
#[must_use]
pub fn plan(brief: &Brief<'_>) -> Vec<SheetPlan> {
    planned(brief, &brief.book.content())
}

/// The same, where the book's content is known already.
#[must_use]
pub fn planned(brief: &Brief<'_>, content: &BookContent) -> Vec<SheetPlan> {
    let names = names::Names::of(brief);
    let mut figures = chart_data::ChartFigures::new(brief, &names);
    let tables = brief.book.changes.iter().chain(brief.book.tables());
    let tables: Vec<SheetPlan> = tables.map(|table| tables::sheet(brief, &names, table, &mut figures)).collect();
    let mut sheets = vec![cover::sheet(brief, content, &names), contents::sheet(brief, &names, &tables)];
    sheets.extend(tables);
    sheets.extend(analysis::sheet(brief, &names));
    sheets.push(notes::sheet(brief, &names));
    sheets.push(quality::sheet(brief, &names));
    sheets.push(control::sheet(brief, content, &names));
    sheets.extend(figures.sheet());
    sheets
}

/// Writes into the places for a copy's number that this is not a copy.
pub fn without_number(sheets: &mut [SheetPlan], lexicon: &Lexicon) {
    let said = texts::NO_COPY.of(lexicon);
    for sheet in sheets {
        sheet.page_footer = sheet.page_footer.replace(COPY, &page::escaped(said));
        for cell in &mut sheet.cells {
            if let CellContent::Text(text) = &mut cell.content {
                *text = text.replace(COPY, said);
            }
        }
    }
}

/// The mark of sample data: the same in every language.
const SAMPLE_DATA: &str = "SAMPLE DATA";

/// The placeholder for a copy's number.
const COPY: &str = "⟦copy⟧";
