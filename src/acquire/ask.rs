//! A request for one document, and the document that came.
//!
//! An [`Ask`] contains what is wanted and where it is; a [`FetchedDelivery`] contains the bytes and where they came
//! from. This module does not know how a document is fetched.

use std::{fmt, path::PathBuf};

use domain::{Agency, FormId, Period, Unit};

use super::{Patience, Secret, folder::month_in_name, secret::masked};

/// A request for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub form: FormId,
    pub period: Period,
    /// `None` = the unit that the document says.
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    pub place: AskPlace,
    /// The name of the document, if its address does not contain one.
    pub name: String,
    /// Values in the address that are never shown.
    pub secrets: Vec<Secret>,
    /// The time limits of the form, if they differ from those of the office.
    pub patience: Option<Patience>,
}

/// The place of a document.
#[derive(Clone, PartialEq, Eq)]
pub enum AskPlace {
    /// An address with all names filled in. It may contain secrets, so it is shown only through [`Ask::shown`].
    Url(String),
    /// A file in a folder that people put files into. A link is refused, and so is a path that leads out of the folder.
    Dropped { folder: PathBuf, file: PathBuf },
    /// A file that a person specified.
    Named(PathBuf),
}

impl fmt::Debug for AskPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The address may contain a key, and only the [`Ask`] has the secret to mask.
            Self::Url(url) => write!(f, "Url({}…)", url.split('?').next().unwrap_or_default()),
            Self::Dropped { file, .. } => write!(f, "Dropped({})", file.display()),
            Self::Named(file) => write!(f, "Named({})", file.display()),
        }
    }
}

impl Ask {
    /// A request for a file that a person specified.
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

    /// Whether it is a dropped file without a month in its name. Before it is read, such a file may be about any
    /// period.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        matches!(self.place, AskPlace::Dropped { .. }) && month_in_name(&self.name).is_none()
    }

    /// The place without secrets, as it may be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.place {
            AskPlace::Url(url) => masked(url, &self.secrets),
            AskPlace::Dropped { file, .. } | AskPlace::Named(file) => file.display().to_string(),
        }
    }
}

/// A document as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDelivery {
    pub bytes: Vec<u8>,
    /// Its origin, with secrets masked.
    pub url: String,
    /// The headers that are kept: names in lower case, secrets masked.
    pub headers: Vec<(String, String)>,
    /// The document's file name.
    pub name: String,
    /// Whether the sender declared the length of the body. If not, a truncated body looks complete, so a body that
    /// cannot be read is requested again.
    pub length_declared: bool,
}

/// The validators of an earlier answer, for a conditional request (RFC 9110, 13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Known {
    /// The validators in the headers of an earlier answer; `None` if a conditional request is not possible.
    #[must_use]
    pub fn of_headers(headers: &[(String, String)]) -> Option<Self> {
        let find = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
        let known = Self { etag: find("etag"), last_modified: find("last-modified") };
        (known != Self::default()).then_some(known)
    }
}
