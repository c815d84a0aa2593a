//! What is delivered: the act with its matrix, collections, issues, parcels, copies and their register. This folder
//! does not know how a parcel travels.

mod analysis;
mod collection;
mod copies;
mod copy_sending;
mod copy_standing;
mod entitled;
mod identity;
mod issues;
mod mail;
mod matrix;
mod matrix_change;
mod recipients;
mod register;
mod regulation;
mod sendings;
mod unseen;

pub use analysis::{AnalysisTemplate, CommentMark, CountedWords, IndicatorTemplate, IssueComment};
pub use collection::{
    ChapterTemplate, CollectionTemplate, KeyFigureTemplate, LONGEST_SHORT, NOT_IN_SHEET_NAMES, Pick, Print, TableKind,
    TableTemplate, names_a_sheet,
};
pub use copies::{CopyNumbers, CopyNumbersError};
pub use copy_sending::CopySending;
pub use copy_standing::CopyStanding;
pub use entitled::{Registered, entitled_copies, receives_later, receives_nothing};
pub use identity::{Channel, CopyNumber, Issue, ParcelId, ParcelState};
pub use issues::{IssueRecord, issues, newest_revision, overtaken_by};
pub use mail::{AddressOutcome, MailSent, RefusedAddress};
pub use matrix::{Entitlement, Matrix};
pub use matrix_change::{MatrixChange, matrix_changes};
pub use recipients::{Recipient, Recipients};
pub use register::register_hash;
pub use regulation::{CollectionTerm, FormTerm, LateForm, Regulation};
pub use sendings::{WITNESSED, Witnessed, runs_that_sent, unknown_to, unknown_to_witness};
pub use unseen::{Unseen, unseen_since};
