//! The formats of a book beside the workbook: their ids, and which files are theirs.

use std::{fmt, str::FromStr};

use domain::NameError;

/// A format other than the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherFormat {
    /// A file for each table (RFC 4180).
    Csv,
    /// A dataset for each table, and a collection that lists them (JSON-stat 2.0).
    JsonStat,
    /// One file of all figures with their codes (SDMX-CSV 2.0), and their structure (SDMX-ML 3.0).
    SdmxCsv,
    /// A file for each table in every language (PX, AXIS-VERSION 2013).
    Px,
    /// One file of all figures with their codes and labels (Apache Parquet).
    Parquet,
    /// `datapackage.json`, which describes the CSV files and lists the others (Frictionless Data Package).
    DataPackage,
    /// Printed pages; needs LibreOffice.
    Pdf,
}

impl OtherFormat {
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::JsonStat, Self::SdmxCsv, Self::Px, Self::Parquet, Self::DataPackage, Self::Pdf];

    /// The name of the format in options and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonStat => "json-stat",
            Self::SdmxCsv => "sdmx-csv",
            Self::Px => "px",
            Self::Parquet => "parquet",
            Self::DataPackage => "datapackage",
            Self::Pdf => "pdf",
        }
    }

    /// How the names of the format's files end.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &[".csv"],
            Self::JsonStat => &[".json"],
            Self::SdmxCsv => &[".sdmx.csv", ".structure.xml"],
            Self::Px => &[".px"],
            Self::Parquet => &[".parquet"],
            Self::DataPackage => &["datapackage.json"],
            Self::Pdf => &[".pdf"],
        }
    }

    /// Whether the format has a file for each table, in a folder `<name>` or `<name>-<language>`.
    const fn has_folder(self) -> bool {
        match self {
            Self::Csv | Self::JsonStat | Self::Px => true,
            Self::SdmxCsv | Self::Parquet | Self::DataPackage | Self::Pdf => false,
        }
    }

    /// Whether a folder below that of an issue contains the files of a format.
    #[must_use]
    pub fn is_folder(name: &str) -> bool {
        let is_of = |format: &Self| {
            name.strip_prefix(format.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        Self::ALL.iter().filter(|format| format.has_folder()).any(is_of)
    }

    /// Whether a name is that of a format's file: in a folder of the format, or in that of the issue.
    #[must_use]
    pub fn is_file(name: &str, in_folder: bool) -> bool {
        let mut formats = Self::ALL.iter().filter(|format| format.has_folder() == in_folder);
        formats.any(|format| format.endings().iter().any(|ending| name.ends_with(ending)))
    }
}

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for OtherFormat {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let rule = "use `csv`, `json-stat`, `sdmx-csv`, `px`, `parquet`, `datapackage` or `pdf`";
        let found = Self::ALL.into_iter().find(|f| f.name() == text);
        found.ok_or_else(|| NameError { text: text.into(), kind: "a format of collections", rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_an_id_that_the_refusal_lists() {
        let refused = "html".parse::<OtherFormat>().unwrap_err();
        for format in OtherFormat::ALL {
            assert_eq!(format.name().parse::<OtherFormat>().unwrap(), format);
            assert!(refused.rule.contains(&format!("`{format}`")), "{format}");
        }
    }

    #[test]
    fn files_and_folders_of_formats_are_known_and_those_of_others_are_not() {
        assert!(["csv-ru", "json-stat-kk", "px"].map(OtherFormat::is_folder).iter().all(|is| *is));
        assert!(!["copies", "csvs", "pdf-ru"].map(OtherFormat::is_folder).iter().any(|is| *is));
        let of_issue = ["crime.sdmx.csv", "crime.structure.xml", "crime.parquet", "datapackage.json", "a.pdf"];
        assert!(of_issue.map(|name| OtherFormat::is_file(name, false)).iter().all(|is| *is));
        assert!(
            !["register.csv", "a.trace.json", "1.px"]
                .map(|name| OtherFormat::is_file(name, false))
                .iter()
                .any(|is| *is)
        );
        assert!(["1.csv", "1.json", "1.px"].map(|name| OtherFormat::is_file(name, true)).iter().all(|is| *is));
    }
}
