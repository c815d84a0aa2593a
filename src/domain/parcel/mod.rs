//! What is delivered: the act with its matrix, collections, issues, parcels, copies and their register. This folder
//! does not know how a parcel travels.

mod collection;
mod copies;
mod entitled;
mod issues;
mod matrix_change;
mod parcel;
mod register;
mod regulation;
mod sendings;

pub use collection::{
    ChapterTemplate, CollectionTemplate, KeyFigureTemplate, LONGEST_SHORT, NOT_IN_SHEET_NAMES, Pick, Print, TableKind,
    TableTemplate, names_a_sheet,
};
pub use copies::{CopyNumbers, CopyNumbersError, CopyStanding};
pub use entitled::{Registered, entitled_copies, receives_nothing};
pub use issues::{IssueRecord, issues, newest_revision, overtaken_by};
pub use matrix_change::{MatrixChange, matrix_changes};
pub use parcel::{Channel, CopyNumber, Issue, ParcelId, ParcelState};
pub use register::register_hash;
pub use regulation::{CollectionTerm, Entitlement, FormTerm, LateForm, Matrix, Recipient, Regulation};
pub use sendings::{WITNESSED, Witnessed, unknown_to, unknown_to_witness};
