//! What stands beside a master: the same book in other formats.

use crate::{
    assemble::Book,
    domain::Language,
    formats::{
        FileOfBook, OtherFormat, csv, jsonstat,
        pdf::{PdfError, Printer, TIME_LIMIT},
        sdmx_csv,
    },
    pipeline::Failure,
    workbook::{Profile, unnumbered},
};

/// The book in the formats asked for.
///
/// # Errors
/// When LibreOffice is asked for a PDF and is not there, or does not make one.
pub fn files(
    book: &Book,
    languages: &[Language],
    profile: Profile,
    formats: &[OtherFormat],
) -> Result<Vec<FileOfBook>, Failure> {
    let mut files = Vec::new();
    for format in formats {
        if *format == OtherFormat::SdmxCsv {
            files.push(sdmx_csv(book));
            continue;
        }
        for language in languages {
            match format {
                OtherFormat::Csv => files.extend(csv(book, *language)),
                OtherFormat::JsonStat => files.extend(jsonstat(book, *language)),
                OtherFormat::Pdf => files.push(pdf(book, *language, profile)?),
                OtherFormat::SdmxCsv => {}
            }
        }
    }
    Ok(files)
}

fn pdf(book: &Book, language: Language, profile: Profile) -> Result<FileOfBook, Failure> {
    let what = || format!("`{}` for `{}` in `{language}`", book.collection, book.period);
    let workbook =
        unnumbered(book, language, profile).map_err(|e| Failure::ours(format!("{} could not be drawn", what()), e))?;
    let printed = Printer::find().and_then(|printer| printer.print(&workbook, TIME_LIMIT));
    let bytes = printed.map_err(|error| match error {
        PdfError::NotInstalled => Failure::usage(error.to_string()),
        error => Failure::ours(format!("{} could not be printed", what()), error),
    })?;
    Ok(FileOfBook { name: format!("{}-{}-{language}.pdf", book.collection, book.period), bytes })
}
