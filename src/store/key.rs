//! The names of artifacts, and the path of each below the root.

use std::path::PathBuf;

use domain::{Issue, Language, OrganId, Periodicity, Sha256};

use super::StoreError;

/// The key of one artifact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ArtifactKey {
    /// Bytes as received: `snapshots/<sha-256>`.
    Snapshot(Sha256),
    /// The datasets that a reader made of a snapshot: `data/<sha-256>.<reader>.parquet`. A reader is identified by the
    /// hash of a template or the edition of the program.
    Dataset { snapshot: Sha256, reader: String },
    /// The workbook that all copies of an issue come from. `held` is the revision that its readers already have, if the
    /// workbook marks what changed since then.
    Master { issue: Issue, language: Language, profile: String, held: Option<u32> },
    /// A numbered copy.
    Copy { issue: Issue, organ: OrganId, language: Language, number: u32, of: u32 },
    /// A file of an issue by its name, such as a register or the book in another format.
    OfIssue { issue: Issue, name: String },
    /// Any other file, by its path below the root.
    Named(String),
}

impl ArtifactKey {
    /// A file beside the master of an issue, by its path below the issue's folder.
    #[must_use]
    pub fn beside(issue: &Issue, path: &str) -> Self {
        Self::Named(format!("{}/{path}", folder(issue).display()))
    }

    /// The path below the root.
    ///
    /// # Errors
    /// When a part of the name is not a file name or could lead out of the root.
    pub fn relative(&self) -> Result<PathBuf, StoreError> {
        match self {
            Self::Snapshot(sha) => Ok(PathBuf::from(format!("snapshots/{sha}"))),
            Self::Dataset { snapshot, reader } => {
                Ok(PathBuf::from(format!("data/{snapshot}.{}.parquet", segment(reader)?)))
            }
            Self::Master { issue, language, profile, held } => {
                let since = held.map(|r| format!("-since-r{r}")).unwrap_or_default();
                Ok(folder(issue).join(format!("master-{language}-{}{since}.xlsx", segment(profile)?)))
            }
            Self::Copy { issue, organ, language, number, of } => {
                let Issue { collection, period, .. } = issue;
                let name =
                    format!("{collection}-{period}-{}-{organ}-copy-{number}-of-{of}-{language}.xlsx", issue.label());
                Ok(folder(issue).join("copies").join(name))
            }
            Self::OfIssue { issue, name } => Ok(folder(issue).join(segment(name)?)),
            Self::Named(path) => {
                path.split('/').try_for_each(|part| segment(part).map(drop))?;
                Ok(PathBuf::from(path))
            }
        }
    }
}

/// The folder of an issue: `2025-Q2/<collection>/r0`, or `…/s1` for a supplement. The files of a run belong to its
/// quarter, so the collection of a half-year lies beside that of the quarter.
fn folder(issue: &Issue) -> PathBuf {
    let quarter = issue.period.ending_as(Periodicity::Quarter).unwrap_or(issue.period);
    PathBuf::from(format!("{quarter}/{}/{}", issue.collection, issue.label()))
}

/// The text, if it is one file name and nothing else.
fn segment(text: &str) -> Result<&str, StoreError> {
    let strange = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let valid = (1..=200).contains(&text.len()) && !text.starts_with('.') && !text.contains(strange);
    if valid {
        return Ok(text);
    }
    Err(StoreError::Name {
        name: text.into(),
        rule: "use 1 to 200 bytes, no path characters, no control characters, no point in front",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(text: &str) -> Issue {
        format!("{text}/mia").parse::<domain::ParcelId>().unwrap().issue
    }

    #[test]
    fn artifacts_stand_where_the_design_puts_them() {
        let copy = ArtifactKey::Copy {
            issue: issue("2025-S1/prosecution-bodies/r0"),
            organ: "gp-leadership".parse().unwrap(),
            language: Language::RU,
            number: 3,
            of: 7,
        };
        assert_eq!(
            copy.relative().unwrap().to_str().unwrap(),
            "2025-Q2/prosecution-bodies/r0/copies/prosecution-bodies-2025-S1-r0-gp-leadership-copy-3-of-7-ru.xlsx"
        );
        let master = |held| {
            let issue = issue("2022-A1/prosecution-bodies/r2");
            let key = ArtifactKey::Master { issue, language: Language::KK, profile: "plain".into(), held };
            key.relative().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(master(None), "2022-Q4/prosecution-bodies/r2/master-kk-plain.xlsx");
        assert_eq!(master(Some(1)), "2022-Q4/prosecution-bodies/r2/master-kk-plain-since-r1.xlsx");
    }

    #[test]
    fn no_name_leaves_the_root() {
        for wrong in ["", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a\\b", "a/.hidden", "a\0b"] {
            assert!(ArtifactKey::Named(wrong.into()).relative().is_err(), "{wrong:?}");
        }
        let dataset = ArtifactKey::Dataset { snapshot: Sha256::of(b""), reader: "../x".into() };
        assert!(dataset.relative().is_err());
        assert!(ArtifactKey::Named("2025-Q2/register.csv".into()).relative().is_ok());
        let issue = issue("2025-Q2/crime/r0");
        let below = |path| ArtifactKey::beside(&issue, path).relative();
        assert_eq!(below("csv/1.csv").unwrap().to_str().unwrap(), "2025-Q2/crime/r0/csv/1.csv");
        assert!(below("../r1/1.csv").is_err() && below("").is_err());
    }
}
