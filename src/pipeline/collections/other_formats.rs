//! Makes the files beside a master: the same book in other formats, and the list of its findings.
//!
//! In: a book, languages, formats. Out: files in memory. Unknown here: where they are stored.

use super::findings_file;
use crate::{Failure, chain};
use assemble::Book;
use formats::{
    FileOfBook, OtherFormat, csv, jsonstat,
    pdf::{PdfError, Printer, TIME_LIMIT},
    sdmx_csv,
};
use words::Lexicon;
use workbook::{Profile, for_paper};

/// The files that were made beside a master; what was not made, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub files: Vec<FileOfBook>,
    pub unmade: Vec<String>,
}

/// The book in the requested formats, and the list of its findings. A PDF that LibreOffice does not make does not stop the other formats.
///
/// # Errors
/// When the workbook for the PDF cannot be drawn, which is our own fault, or findings are more than a sheet has rows.
pub fn files(book: &Book, lexicons: &[&Lexicon], profile: Profile, formats: &[OtherFormat]) -> Result<Beside, Failure> {
    let Beside { mut files, mut unmade } = Beside::default();
    for format in formats {
        if *format == OtherFormat::SdmxCsv {
            files.push(sdmx_csv(book));
            continue;
        }
        for lexicon in lexicons {
            match format {
                OtherFormat::Csv => files.extend(csv(book, lexicon)),
                OtherFormat::JsonStat => files.extend(jsonstat(book, lexicon)),
                OtherFormat::Pdf => match pdf(book, lexicon, profile)? {
                    Ok(file) => files.push(file),
                    Err(why) => unmade.push(why),
                },
                OtherFormat::SdmxCsv => {}
            }
        }
    }
    files.push(findings_file::file(book)?);
    unmade.dedup();
    Ok(Beside { files, unmade })
}

/// The PDF, or why it could not be made.
fn pdf(book: &Book, lexicon: &Lexicon, profile: Profile) -> Result<Result<FileOfBook, String>, Failure> {
    let language = lexicon.language();
    let what = || format!("`{}` for `{}` in `{language}`", book.collection, book.period);
    let workbook =
        for_paper(book, lexicon, profile).map_err(|e| Failure::ours(format!("{} could not be drawn", what()), e))?;
    let printed = Printer::find().and_then(|printer| printer.print(&workbook, TIME_LIMIT));
    let name = format!("{}-{}-{language}.pdf", book.collection, book.period);
    Ok(printed.map(|bytes| FileOfBook { name, bytes }).map_err(|error| match error {
        PdfError::NotInstalled => error.to_string(),
        error => format!("{} could not be printed: {}", what(), chain(&error)),
    }))
}
