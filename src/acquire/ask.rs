//! One thing to ask for, and what came.

use std::{fmt, path::PathBuf};

use domain::{Agency, FormId, Period, Unit};

use super::{Patience, Secret, folder::month_in_name, secret::masked};

/// One document to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub form: FormId,
    pub period: Period,
    /// `None`: the document says it.
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    pub place: AskPlace,
    /// What the document is called where its address does not say it.
    pub name: String,
    /// Values in the address that are never shown.
    pub secrets: Vec<Secret>,
    /// The form's own time limits, where they differ from the office's.
    pub patience: Option<Patience>,
}

/// Where a document is.
#[derive(Clone, PartialEq, Eq)]
pub enum AskPlace {
    /// An address with every name filled in; it may hold secrets, and is shown through [`Ask::shown`] only.
    Url(String),
    /// A file in a folder that people drop files into. A link is refused, and so is what leads out of the folder.
    Dropped { folder: PathBuf, file: PathBuf },
    /// A file that a person named.
    Named(PathBuf),
}

impl fmt::Debug for AskPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The address may hold a key; only an ask knows which part of it to mask.
            Self::Url(url) => write!(f, "Url({}…)", url.split('?').next().unwrap_or_default()),
            Self::Dropped { file, .. } => write!(f, "Dropped({})", file.display()),
            Self::Named(file) => write!(f, "Named({})", file.display()),
        }
    }
}

impl Ask {
    /// A file that a person named.
    #[must_use]
    pub fn named(form: FormId, period: Period, path: PathBuf) -> Self {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            form,
            period,
            unit: None,
            agency: None,
            place: AskPlace::Named(path),
            name,
            secrets: vec![],
            patience: None,
        }
    }

    /// Whether it is a dropped file whose name says no month: it is about any period, for all that is known of it
    /// before it is read.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        matches!(self.place, AskPlace::Dropped { .. }) && month_in_name(&self.name).is_none()
    }

    /// The place as it may be shown: without secrets.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.place {
            AskPlace::Url(url) => masked(url, &self.secrets),
            AskPlace::Dropped { file, .. } | AskPlace::Named(file) => file.display().to_string(),
        }
    }
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDelivery {
    pub bytes: Vec<u8>,
    /// Where from, masked.
    pub url: String,
    /// The headers worth keeping, names in lower case, secrets masked.
    pub headers: Vec<(String, String)>,
    /// The document's file name.
    pub name: String,
    /// Whether the sender said beforehand how long the body is; where not, a body that was cut looks whole, and one
    /// that cannot be read is worth asking for again.
    pub length_declared: bool,
}

/// What is known of an earlier answer, to be told only what changed since (RFC 9110, 13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Known {
    /// What the headers of an earlier answer say; `None` when they allow no conditional question.
    #[must_use]
    pub fn of_headers(headers: &[(String, String)]) -> Option<Self> {
        let find = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
        let known = Self { etag: find("etag"), last_modified: find("last-modified") };
        (known != Self::default()).then_some(known)
    }
}
