//! The result of identifying a file that a person brought.

use serde::Serialize;

use super::{Altered, Differences, Renamed, Shift, TellTale};
use domain::{CollectionId, Language, OrganId, Origin, ParcelState, Period, Sha256};

/// Whose copy a file is, and whether it is as it was sent. Fields are `None` where this is not known; if the file is
/// not a copy of this office, all of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Identified {
    pub collection: Option<CollectionId>,
    pub period: Option<Period>,
    pub revision: Option<u32>,
    /// The number of a supplement; 0 for the collection itself.
    pub supplement: Option<u32>,
    pub organ: Option<OrganId>,
    /// The number of this copy.
    pub copy: Option<u32>,
    pub of: Option<u32>,
    pub content_id: Option<Sha256>,
    /// Whether every cell is as it was sent, and every mark belongs to this copy.
    pub intact: bool,
    pub altered: Vec<Altered>,
    /// How many altered cells are not listed.
    pub altered_more: usize,
    /// Rows and columns that were inserted or deleted.
    pub shifts: Vec<Shift>,
    pub missing_sheets: Vec<String>,
    pub added_sheets: Vec<String>,
    pub renamed_sheets: Vec<Renamed>,
    /// Marks of other copies in it: properties, lines on a cover, footers.
    pub other_marks: Vec<OtherMark>,
    /// What is broken in the file.
    pub damage: Vec<String>,
    /// Changes that do not concern the cells.
    pub remarks: Vec<String>,
    pub bytes: Option<Bytes>,
    /// The program that saved the file, by the file's own properties.
    pub saved_by: Option<String>,
    pub told_by: Vec<TellTale>,
    pub language: Option<Language>,
    pub origin: Option<Origin>,
    /// The state of the copy in the register.
    pub state: Option<ParcelState>,
    /// The hash of the file; `registered` is the hash in the register.
    pub sha256: Option<Sha256>,
    pub registered: Option<Sha256>,
    /// The finding as a sentence.
    pub words: String,
}

/// A mark of another copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherMark {
    pub by: TellTale,
    /// The copy that the mark claims.
    pub says: String,
}

/// How the bytes of a file compare with those that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bytes {
    AsSent,
    /// Other bytes with the same cells.
    SavedAgain,
    Altered,
}

impl Identified {
    /// The result for a file that is not a copy of this office.
    #[must_use]
    pub fn stranger(sha256: Sha256, words: impl Into<String>) -> Self {
        Self { sha256: Some(sha256), words: words.into(), ..Self::default() }
    }

    /// Whether the file is a copy of this office.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        self.copy.is_some()
    }

    /// Fills in the result of a comparison. `packed_anew` means that the parts are those that were sent, in another
    /// archive.
    pub fn judge(&mut self, differences: Differences, packed_anew: bool) {
        self.intact = differences.is_empty() && self.other_marks.is_empty() && self.damage.is_empty();
        self.bytes = Some(if self.intact { Bytes::SavedAgain } else { Bytes::Altered });
        let mut said = match (self.intact, packed_anew) {
            (true, true) => vec!["the same workbook in another archive: every part is as it was sent".to_owned()],
            (true, false) => {
                let saved_by = self.saved_by.as_deref().unwrap_or("another program");
                vec![format!("the same figures and texts, saved again by {saved_by}")]
            }
            (false, _) => alterations(&differences),
        };
        said.extend(self.other_marks.iter().map(|mark| format!("{} is marked as {}", mark.by.place(), mark.says)));
        let is_altered = !said.is_empty();
        if !self.damage.is_empty() {
            said.push("it is damaged".into());
        }
        self.words = match (self.intact, is_altered) {
            (true, _) => said.join("; "),
            (false, true) => format!("ALTERED: {}", said.join("; ")),
            (false, false) => "DAMAGED: no cell that can be read is other than it was sent".into(),
        };
        if !differences.remarks.is_empty() {
            self.words = format!("{}; but {}", self.words, differences.remarks.join("; "));
        }
        self.altered = differences.altered;
        self.altered_more = differences.more;
        self.shifts = differences.shifts;
        self.missing_sheets = differences.missing_sheets;
        self.added_sheets = differences.added_sheets;
        self.renamed_sheets = differences.renamed_sheets;
        self.remarks = differences.remarks;
    }
}

fn alterations(differences: &Differences) -> Vec<String> {
    let mut said: Vec<String> = differences.shifts.iter().map(ToString::to_string).collect();
    match differences.count() {
        0 => {}
        1 => said.push("1 cell is not as it was sent".into()),
        cells => said.push(format!("{cells} cells are not as they were sent")),
    }
    for renamed in &differences.renamed_sheets {
        said.push(format!("sheet `{}` is named `{}`", renamed.was, renamed.is));
    }
    for (sheets, what) in [
        (&differences.missing_sheets, "is not there"),
        (&differences.added_sheets, "was added"),
        (&differences.damaged_sheets, "cannot be read"),
    ] {
        said.extend(sheets.iter().map(|sheet| format!("sheet `{sheet}` {what}")));
    }
    said
}
