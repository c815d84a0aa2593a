//! What stands beside a master: the same book in other formats.

use crate::{Failure, chain};
use assemble::Book;
use domain::Language;
use formats::{
    FileOfBook, OtherFormat, csv, jsonstat,
    pdf::{PdfError, Printer, TIME_LIMIT},
    sdmx_csv,
};
use workbook::{Profile, for_paper};

/// What was made beside a master, and what was not and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub files: Vec<FileOfBook>,
    pub unmade: Vec<String>,
}

/// The book in the formats asked for. A PDF that LibreOffice does not make keeps nothing else back.
///
/// # Errors
/// When the workbook that is to be printed cannot be drawn, which is our own fault.
pub fn files(
    book: &Book,
    languages: &[Language],
    profile: Profile,
    formats: &[OtherFormat],
) -> Result<Beside, Failure> {
    let Beside { mut files, mut unmade } = Beside::default();
    for format in formats {
        if *format == OtherFormat::SdmxCsv {
            files.push(sdmx_csv(book));
            continue;
        }
        for language in languages {
            match format {
                OtherFormat::Csv => files.extend(csv(book, *language)),
                OtherFormat::JsonStat => files.extend(jsonstat(book, *language)),
                OtherFormat::Pdf => match pdf(book, *language, profile)? {
                    Ok(file) => files.push(file),
                    Err(why) => unmade.push(why),
                },
                OtherFormat::SdmxCsv => {}
            }
        }
    }
    unmade.dedup();
    Ok(Beside { files, unmade })
}

/// The PDF, or why there is none.
fn pdf(book: &Book, language: Language, profile: Profile) -> Result<Result<FileOfBook, String>, Failure> {
    let what = || format!("`{}` for `{}` in `{language}`", book.collection, book.period);
    let workbook =
        for_paper(book, language, profile).map_err(|e| Failure::ours(format!("{} could not be drawn", what()), e))?;
    let printed = Printer::find().and_then(|printer| printer.print(&workbook, TIME_LIMIT));
    let name = format!("{}-{}-{language}.pdf", book.collection, book.period);
    Ok(printed.map(|bytes| FileOfBook { name, bytes }).map_err(|error| match error {
        PdfError::NotInstalled => error.to_string(),
        error => format!("{} could not be printed: {}", what(), chain(&error)),
    }))
}
