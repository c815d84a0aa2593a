//! The files of a revision: CSV, JSON-stat 2.0, SDMX-CSV 2.0, PX, Parquet and xlsx, each with all units.
//!
//! In: a revision. Out: files with their size and hash. The figures of every format are those of the input. A file does
//! not know the pages.

mod binary;
mod json_stat;
mod px;
mod text;

use domain::{Language, SectionId, Sha256};

use crate::{
    SiteError, address,
    input::{PlacedForm, Release, ReleaseRevision},
    site::Site,
};

/// A file that is placed.
#[derive(Debug, Clone)]
pub struct PlacedFile {
    /// Below the root of the site.
    pub path: String,
    pub format: PlacedFormat,
    /// `None`: all sections.
    pub section: Option<SectionId>,
    /// `None`: the file is the same in every language, or has all of them.
    pub language: Option<Language>,
    pub size: usize,
    pub sha256: Sha256,
}

/// A format of placed files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacedFormat {
    Csv,
    JsonStat,
    SdmxCsv,
    Px,
    Parquet,
    Xlsx,
    /// The cells that the revision changed, as CSV.
    Changes,
}

impl PlacedFormat {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv | Self::Changes => "CSV",
            Self::JsonStat => "JSON-stat 2.0",
            Self::SdmxCsv => "SDMX-CSV 2.0",
            Self::Px => "PX",
            Self::Parquet => "Parquet",
            Self::Xlsx => "XLSX",
        }
    }

    /// Its media type (IANA where it has one).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Changes => "text/csv",
            Self::JsonStat => "application/json",
            Self::SdmxCsv => "application/vnd.sdmx.data+csv;version=2.0.0",
            Self::Px => "text/x-pcaxis",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Its code in the list of file types of the Publications Office of the EU.
    pub const fn file_type(self) -> &'static str {
        match self {
            Self::Csv | Self::SdmxCsv | Self::Changes => "CSV",
            Self::JsonStat => "JSON",
            Self::Px => "TXT",
            Self::Parquet => "PARQUET",
            Self::Xlsx => "XLSX",
        }
    }
}

/// What files of one revision have in common.
pub struct Placed<'a> {
    pub site: &'a Site<'a>,
    pub form: &'a PlacedForm,
    pub release: &'a Release,
    pub revision: &'a ReleaseRevision,
}

impl Placed<'_> {
    /// `SAMPLE DATA` or `real`: the same words as in the files of books.
    pub fn origin(&self) -> &'static str {
        if self.site.is_sample() { "SAMPLE DATA" } else { "real" }
    }

    /// The name of files without section and extension: `1-m-2025-M06-r0`.
    pub fn stem(&self) -> String {
        format!("{}-{}-r{}", self.form.form, self.release.period, self.revision.revision)
    }

    /// The title of the form with its period in a language, with the mark of the sample in front.
    pub fn title(&self, language: Language) -> String {
        let mark = if self.site.is_sample() { "SAMPLE DATA · " } else { "" };
        let (designation, title) = (self.form.designation.of(language), self.form.titles.of(language));
        format!("{mark}{designation}: {title}. {}", self.release.period)
    }
}

/// The files of a revision, with their bytes.
///
/// # Errors
/// A figure or a text does not fit into a format.
pub fn of(placed: &Placed<'_>) -> Result<Vec<(PlacedFile, Vec<u8>)>, SiteError> {
    let fault = |why: String| SiteError::File { form: placed.form.form.clone(), why };
    let (stem, folder) =
        (placed.stem(), address::files(&placed.form.form, placed.release.period, placed.revision.revision));
    let mut files = Vec::new();
    let mut add = |name: String, format, section: Option<&SectionId>, language, bytes: Vec<u8>| {
        let (size, sha256) = (bytes.len(), Sha256::of(&bytes));
        let file =
            PlacedFile { path: format!("{folder}{name}"), format, section: section.cloned(), language, size, sha256 };
        files.push((file, bytes));
    };
    add(format!("{stem}.xlsx"), PlacedFormat::Xlsx, None, None, binary::xlsx(placed).map_err(fault)?);
    add(format!("{stem}.parquet"), PlacedFormat::Parquet, None, None, binary::parquet(placed).map_err(fault)?);
    add(format!("{stem}.sdmx.csv"), PlacedFormat::SdmxCsv, None, None, text::sdmx_csv(placed));
    if placed.revision.revision > 0 {
        add("changes.csv".to_owned(), PlacedFormat::Changes, None, None, text::changes(placed));
    }
    for section in &placed.revision.sections {
        let (id, name) = (&section.id, address::name(section.id.as_str()));
        for (language, _) in placed.site.languages() {
            let bytes = text::csv(placed, section, language);
            add(format!("{stem}-{name}-{language}.csv"), PlacedFormat::Csv, Some(id), Some(language), bytes);
            let bytes = json_stat::json_stat(placed, section, language);
            add(format!("{stem}-{name}-{language}.json"), PlacedFormat::JsonStat, Some(id), Some(language), bytes);
        }
        add(format!("{stem}-{name}.px"), PlacedFormat::Px, Some(id), None, px::px(placed, section));
    }
    Ok(files)
}
