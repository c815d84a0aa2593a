//! The files of a revision: CSV, JSON-stat 2.0, SDMX-CSV 2.0, PX, Parquet and xlsx, each with all units.
//!
//! In: a revision. Out: files with their size and hash. The figures of every format are those of the input. A file does
//! not know the pages.

mod binary;
mod json_stat;
mod px;
mod text;

use std::collections::BTreeMap;

use domain::{Language, SectionId, Sha256};

use crate::{
    KeptFile, SiteError, address,
    input::{PlacedForm, PlacedSection, Release, ReleaseRevision},
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

/// A file of a revision: with its bytes, or `None` where an earlier site has it.
pub type Written = (PlacedFile, Option<Vec<u8>>);

/// What a file of a revision contains.
struct Content<'a> {
    name: String,
    format: PlacedFormat,
    section: Option<&'a PlacedSection>,
    language: Option<Language>,
}

/// The files of a revision. What an earlier site has of them never changes, so it is not made again, whatever labels,
/// words and formats are today.
///
/// # Errors
/// A figure or a text does not fit into a format.
pub fn of(placed: &Placed<'_>, earlier: &[KeptFile]) -> Result<Vec<Written>, SiteError> {
    let folder = address::files(&placed.form.form, placed.release.period, placed.revision.revision);
    let mut kept: BTreeMap<&str, &KeptFile> =
        earlier.iter().filter_map(|file| Some((file.path.strip_prefix(&folder)?, file))).collect();
    let mut files = Vec::new();
    for content in contents(placed) {
        let file = |size, sha256| PlacedFile {
            path: format!("{folder}{}", content.name),
            format: content.format,
            section: content.section.map(|section| section.id.clone()),
            language: content.language,
            size,
            sha256,
        };
        if let Some(own) = kept.remove(content.name.as_str()) {
            files.push((file(own.size as usize, own.sha256), None));
            continue;
        }
        let bytes = content.bytes(placed).map_err(|why| SiteError::File { form: placed.form.form.clone(), why })?;
        files.push((file(bytes.len(), Sha256::of(&bytes)), Some(bytes)));
    }
    // A format or a language that is not written any more: its files stay where they are.
    for own in kept.into_values() {
        let (size, sha256) = (own.size as usize, own.sha256);
        let format = by_name(&own.path);
        files.push((PlacedFile { path: own.path.clone(), format, section: None, language: None, size, sha256 }, None));
    }
    Ok(files)
}

/// The format of a file by its name.
fn by_name(path: &str) -> PlacedFormat {
    match path.rsplit('.').next() {
        Some("json") => PlacedFormat::JsonStat,
        Some("px") => PlacedFormat::Px,
        Some("parquet") => PlacedFormat::Parquet,
        Some("xlsx") => PlacedFormat::Xlsx,
        _ if path.ends_with(".sdmx.csv") => PlacedFormat::SdmxCsv,
        _ => PlacedFormat::Csv,
    }
}

/// What is written of a revision today.
fn contents<'a>(placed: &Placed<'a>) -> Vec<Content<'a>> {
    let stem = placed.stem();
    let whole = |name: String, format| Content { name, format, section: None, language: None };
    let mut contents = vec![
        whole(format!("{stem}.xlsx"), PlacedFormat::Xlsx),
        whole(format!("{stem}.parquet"), PlacedFormat::Parquet),
        whole(format!("{stem}.sdmx.csv"), PlacedFormat::SdmxCsv),
    ];
    if placed.revision.revision > 0 {
        contents.push(whole("changes.csv".to_owned(), PlacedFormat::Changes));
    }
    for section in &placed.revision.sections {
        let name = address::name(section.id.as_str());
        let mut add = |end: String, format, language| {
            let name = format!("{stem}-{name}{end}");
            contents.push(Content { name, format, section: Some(section), language });
        };
        for (language, _) in placed.site.languages() {
            add(format!("-{language}.csv"), PlacedFormat::Csv, Some(language));
            add(format!("-{language}.json"), PlacedFormat::JsonStat, Some(language));
        }
        add(".px".to_owned(), PlacedFormat::Px, None);
    }
    contents
}

impl Content<'_> {
    fn bytes(&self, placed: &Placed<'_>) -> Result<Vec<u8>, String> {
        let language = self.language.unwrap_or_else(|| placed.site.main().0);
        Ok(match (self.format, self.section) {
            (PlacedFormat::Csv, Some(section)) => text::csv(placed, section, language),
            (PlacedFormat::JsonStat, Some(section)) => json_stat::json_stat(placed, section, language),
            (PlacedFormat::Px, Some(section)) => px::px(placed, section),
            (PlacedFormat::SdmxCsv, _) => text::sdmx_csv(placed),
            (PlacedFormat::Changes, _) => text::changes(placed),
            (PlacedFormat::Parquet, _) => binary::parquet(placed)?,
            (PlacedFormat::Xlsx, _) => binary::xlsx(placed)?,
            (format, None) => return Err(format!("{} needs a section", format.name())),
        })
    }
}
