//! What a person wants of a placement, and what it did. In: nothing. Out: plain data for the edges. Unknown here: how it is
//! done.

use serde::Serialize;

use crate::Exit;
use domain::{FormId, Period, Sha256};

/// What a person wants of a placement.
#[derive(Debug, Clone, Default)]
pub struct PlaceWishes {
    /// The forms that are meant; empty = all of the period.
    pub forms: Vec<FormId>,
    /// Build and check everything, and write nothing.
    pub dry_run: bool,
    /// In the sample office: obey `site.toml`. Else every section of the sample is public.
    pub as_decided: bool,
    /// Why placed figures changed, for the readers.
    pub reason: Option<String>,
}

/// What was placed, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceReport {
    pub period: Period,
    /// The hash of the site that was built.
    pub site: Sha256,
    pub folder: String,
    pub files: usize,
    pub bytes: u64,
    /// How many pages differ from those of the site before.
    pub pages_changed: usize,
    /// What is new on the site.
    pub placed: Vec<NewPlacement>,
    /// How many forms are on the site with these figures already.
    pub unchanged: usize,
    pub held: Vec<HeldPlacement>,
    /// The forms that are not here, or only in part.
    pub late: Vec<HeldPlacement>,
    /// The forms that `site.toml` keeps back.
    pub withheld: Vec<FormId>,
    /// Whether readers see this site now. A dry run does not switch.
    pub switched: bool,
    /// Whether the site was read back and is this one; `None`: it was not read back.
    pub seen: Option<bool>,
    /// Why it was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<String>,
    #[serde(skip)]
    pub exit: Exit,
}

/// A form that is new on the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPlacement {
    pub form: FormId,
    pub period: Period,
    pub revision: u32,
    pub content: Sha256,
    pub address: String,
}

/// A form that was not placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldPlacement {
    pub form: FormId,
    pub period: Period,
    pub why: String,
}

/// A site that was built from what was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteReport {
    pub site: Sha256,
    pub folder: String,
    pub files: usize,
    pub bytes: u64,
    pub pages_changed: usize,
    /// The releases on it.
    pub releases: usize,
}
