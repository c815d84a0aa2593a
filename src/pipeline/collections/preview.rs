//! Previews: a collection as it would be built now, for a person who decides whether it goes. Nothing is recorded.
//!
//! In: a period and a collection. Out: an HTML page and pictures of pages. Unknown here: issues and copies.

use std::path::PathBuf;

use serde::Serialize;

use crate::{Context, Failure, collections::build::book_of};
use assemble::{Book, Table};
use domain::{CollectionId, FormId, Language, Origin, Period, Sha256};
use formats::{
    html,
    pdf::{PdfError, Printer, TIME_LIMIT, pages},
};
use store::ArtifactKey;
use workbook::{Profile, for_paper};

/// A preview that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    pub collection: CollectionId,
    pub period: Period,
    /// The id of the table, where only one was requested.
    pub table: Option<String>,
    /// Whether the figures are real or of the sample office.
    pub origin: Origin,
    pub content_id: Sha256,
    /// The forms that have not come, or not as a whole.
    pub incomplete: Vec<FormId>,
    /// Whether the book contains no figure.
    pub without_figures: bool,
    /// The book, or the table, as one HTML page.
    pub html: PathBuf,
    /// The printed pages, if LibreOffice and Poppler are installed.
    pub pages: Vec<PathBuf>,
    /// Why the pages could not be made.
    pub without_pages: Option<String>,
}

/// Draws a collection into `preview/` below the output folder; with `table`, a number or an id, that table alone, as an
/// HTML page without printed pages.
///
/// # Errors
/// When the collection cannot be assembled or does not have the table, or the folder cannot be written.
pub async fn preview(
    context: &Context,
    period: Period,
    collection: &CollectionId,
    table: Option<&str>,
    language: Language,
    dots_per_inch: u32,
) -> Result<Preview, Failure> {
    let lexicon = context.lexicon(language)?;
    let mut book = book_of(context, period, collection).await?;
    let (content_id, without_figures) = (book.content_id(), book.is_without_figures());
    let table = table.map(|asked| alone(&mut book, asked)).transpose()?;
    let beside = table.as_ref().map(|id| format!("-{id}")).unwrap_or_default();
    let stem = format!("preview/{}-{collection}-{language}{beside}", book.period);
    let keep = |name: String, bytes: &[u8]| {
        let path = context.output.join(&name);
        let stored = context.artifacts.replace(&ArtifactKey::Named(name), bytes).map(|_| path);
        stored.map_err(|error| Failure::ours("the preview could not be written", error))
    };
    let page = keep(format!("{stem}.html"), html(&book, lexicon).as_bytes())?;
    let (pictures, without_pages) = if table.is_some() {
        (Vec::new(), Some("one table is drawn as an HTML page only".to_owned()))
    } else {
        let workbook = for_paper(&book, lexicon, Profile::Accessible)
            .map_err(|error| Failure::ours(format!("`{collection}` could not be drawn"), error))?;
        match tokio::task::block_in_place(|| printed(&workbook, language, dots_per_inch)) {
            Ok(pictures) => (pictures, None),
            Err(why) => (Vec::new(), Some(why)),
        }
    };
    let mut kept = Vec::new();
    for (place, picture) in pictures.iter().enumerate() {
        kept.push(keep(format!("{stem}-{:03}.png", place + 1), picture)?);
    }
    let mut incomplete: Vec<FormId> =
        book.cover.missing.iter().filter(|missing| !missing.compared).map(|missing| missing.form.clone()).collect();
    incomplete.dedup();
    Ok(Preview {
        collection: collection.clone(),
        period: book.period,
        table,
        origin: context.origin,
        content_id,
        incomplete,
        without_figures,
        html: page,
        pages: kept,
        without_pages,
    })
}

/// Takes all other tables out of a book. Returns the id of the one that is left.
fn alone(book: &mut Book, asked: &str) -> Result<String, Failure> {
    let is_asked = |table: &Table| table.id == asked || table.number == asked;
    let Some(id) = book.tables().find(|table| is_asked(table)).map(|table| table.id.clone()) else {
        let known = book.tables().flat_map(|table| [table.number.as_str(), table.id.as_str()]);
        let hint = domain::known_instead(asked, known.filter(|name| !name.is_empty()));
        return Err(Failure::usage(format!("the collection has no table `{asked}`: {hint}")).coded("unknown-id"));
    };
    if book.summary.id != id {
        book.summary.lines.clear();
    }
    for chapter in &mut book.chapters {
        chapter.tables.retain(|table| table.id == id);
    }
    book.chapters.retain(|chapter| !chapter.tables.is_empty());
    Ok(id)
}

/// The printed pages, or why they could not be made; then the preview is the HTML page alone.
fn printed(workbook: &[u8], language: Language, dots_per_inch: u32) -> Result<Vec<Vec<u8>>, String> {
    let pdf = Printer::find().and_then(|printer| printer.print(workbook, language, TIME_LIMIT));
    let pdf = pdf.map_err(|e: PdfError| e.to_string())?;
    let pictures = pages(&pdf, dots_per_inch, TIME_LIMIT).map_err(|e| e.to_string())?;
    pictures.ok_or_else(|| "no pictures of pages without `pdftoppm`: install poppler-utils".to_owned())
}
