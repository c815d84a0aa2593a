//! Makes the files beside a master: the same book in other formats, and the list of its findings.
//!
//! In: a book, languages, formats. Out: files in memory. Unknown here: where they are stored.

use super::findings_file;
use crate::{Failure, chain};
use assemble::Book;
use config::Office;
use domain::NameError;
use formats::{
    FileOfBook, OtherFormat, csv, datapackage, jsonstat, parquet,
    pdf::{PdfError, Printer, TIME_LIMIT},
    px, sdmx_csv, sdmx_structure,
};
use words::{Dictionary, Lexicon};
use workbook::{Profile, for_paper};

/// The files that were made beside a master; what was not made, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub files: Vec<FileOfBook>,
    pub unmade: Vec<String>,
}

/// The formats that the office wants beside every first issue.
///
/// # Errors
/// When zhinaq.toml contains an unknown format.
pub fn of_office(office: &Office) -> Result<Vec<OtherFormat>, Failure> {
    let formats = office.settings.formats.iter().map(|name| name.parse());
    formats.collect::<Result<_, NameError>>().map_err(|e| Failure::usage(format!("zhinaq.toml: {e}")))
}

/// The book in the requested formats, each once, and the list of its findings. A PDF that LibreOffice does not make does
/// not stop the other formats. A data package describes the CSV files, so it brings them.
///
/// # Errors
/// When the workbook for the PDF cannot be drawn, which is our own fault, a figure does not fit into a format, or
/// findings are more than a sheet has rows.
pub fn files(
    book: &Book,
    words: &Dictionary,
    lexicons: &[&Lexicon],
    profile: Profile,
    formats: &[OtherFormat],
) -> Result<Beside, Failure> {
    let mut formats = formats.to_vec();
    if formats.contains(&OtherFormat::DataPackage) {
        formats.push(OtherFormat::Csv);
    }
    // The data package comes after what it lists.
    formats.sort_unstable();
    formats.dedup();
    let Beside { mut files, mut unmade } = Beside::default();
    for format in formats {
        match format {
            OtherFormat::Csv => files.extend(lexicons.iter().flat_map(|lexicon| csv(book, lexicon))),
            OtherFormat::JsonStat => files.extend(lexicons.iter().flat_map(|lexicon| jsonstat(book, lexicon))),
            OtherFormat::SdmxCsv => files.extend([sdmx_csv(book), sdmx_structure(book, words)]),
            OtherFormat::Px => files.extend(lexicons.first().into_iter().flat_map(|l| px(book, words, l.language()))),
            OtherFormat::Parquet => files.push(parquet(book, words).map_err(|why| unwritten(book, &why))?),
            OtherFormat::DataPackage => files.extend(datapackage(book, words, lexicons, &files)),
            OtherFormat::Pdf => {
                for lexicon in lexicons {
                    match pdf(book, lexicon, profile)? {
                        Ok(file) => files.push(file),
                        Err(why) => unmade.push(why),
                    }
                }
            }
        }
    }
    files.push(findings_file::file(book)?);
    unmade.dedup();
    Ok(Beside { files, unmade })
}

fn unwritten(book: &Book, why: &str) -> Failure {
    Failure::usage(format!("`{}` for `{}` could not be written as Parquet: {why}", book.collection, book.period))
}

/// The PDF, or why it could not be made.
fn pdf(book: &Book, lexicon: &Lexicon, profile: Profile) -> Result<Result<FileOfBook, String>, Failure> {
    let language = lexicon.language();
    let what = || format!("`{}` for `{}` in `{language}`", book.collection, book.period);
    let workbook =
        for_paper(book, lexicon, profile).map_err(|e| Failure::ours(format!("{} could not be drawn", what()), e))?;
    let printed = Printer::find().and_then(|printer| printer.print(&workbook, language, TIME_LIMIT));
    let name = format!("{}-{}-{language}.pdf", book.collection, book.period);
    Ok(printed.map(|bytes| FileOfBook { name, bytes }).map_err(|error| match error {
        PdfError::NotInstalled => error.to_string(),
        error => format!("{} could not be printed: {}", what(), chain(&error)),
    }))
}
