//! What the words mean.
//!
//! The words of the field as types: a form, a period, a unit, a figure, a dataset, a finding, a parcel. Everything
//! else in the program speaks in these. A value that could be wrong has one constructor, and its error quotes the
//! value and states the rule.
//!
//! Deliberately unknown here: files, networks, databases, polars and the clock (held by
//! `tidy::the_domain_and_the_schedule_know_no_outside`).
//!
//! ```
//! use domain::{FormId, Number, Period};
//! let form: FormId = "1-m".parse().unwrap();
//! let period: Period = "2022-M12".parse().unwrap();
//! let sum: Number = "18453.949".parse().unwrap();
//! assert_eq!(format!("{form} for {period}: {sum}"), "1-m for 2022-M12: 18453.949");
//! ```

mod actor;
mod binding;
mod binding_lines;
mod calendar;
mod calendar_rules;
mod collection;
mod copies;
mod counted;
mod dataset;
mod email;
mod entitled;
mod event;
mod expected;
mod figure;
mod finding;
mod form;
mod form_index;
pub mod headings;
mod ids;
mod issues;
mod journal;
#[cfg(test)]
mod journal_tests;
mod known_headings;
mod look_alike;
mod matrix_change;
mod nearest;
mod obligation;
mod parcel;
mod period;
mod person;
mod plan;
mod region;
mod register;
mod regulation;
mod respelt;
mod sendings;
mod sha256;
mod slack;
mod spelling;
pub mod spoken;
mod status;
mod titles;
mod withdrawn;

pub use actor::{Account, Acting, Actor};
pub use binding::{Binding, NoPlace, Part, PlaceDoubt, Placement, SectionBinding};
pub use calendar::{
    CalendarActs, CalendarVersion, CalendarYear, DayReason, Holiday, HolidayDates, MarkedDay, WorkingCalendar,
    is_weekend, weekday_name,
};
pub use calendar_rules::{CalendarRule, Difference, RuledYear, check as check_calendar, first_days_of_kurban_ait};
pub use collection::{
    ChapterTemplate, CollectionTemplate, KeyFigureTemplate, LONGEST_SHORT, NOT_IN_SHEET_NAMES, Pick, Print, TableKind,
    TableTemplate, names_a_sheet,
};
pub use copies::{CopyNumbers, CopyNumbersError, CopyStanding};
pub use counted::{article, counted};
pub use dataset::{Column, Dataset, DatasetKey, Origin, Row, Section};
pub use email::EmailAddress;
pub use entitled::{Registered, entitled_copies, receives_nothing};
pub use event::{AcceptedDocument, CopyRecord, Event, Fact, SealedCopy};
pub use expected::{Absence, Expected, Lacking};
pub use figure::{Figure, Number, NumberError};
pub use finding::{COMPARISON_DOUBTFUL, Finding, Severity, Tally, WEIGHED_BY_OFFICE};
pub use form::{
    ColumnTemplate, Course, EditionSection, EditionTemplate, FormPlace, FormTemplate, Measure, Place, RowTemplate,
    Rule, RuleKind, SectionTemplate,
};
pub use form_index::FormIndex;
pub use headings::{Lexicon, Likeness};
pub use ids::{Agency, CollectionId, ColumnCode, Edition, FormId, NameError, OrganId, RowCode, SectionId, Unit};
pub use issues::{IssueRecord, issues, newest_revision, overtaken_by};
pub use journal::{ParcelRecord, Readdressed, follow, interrupted, parcels};
pub use look_alike::{is_deceptive, is_invisible, latin_shape};
pub use matrix_change::{MatrixChange, matrix_changes};
pub use nearest::{did_you_mean, known_instead, nearest};
pub use obligation::{Door, Duty, Hours, Incident, Moment, Obligation, instant, obligations};
pub use parcel::{Channel, CopyNumber, Issue, ParcelId, ParcelState};
pub use period::{Period, PeriodError, Periodicity};
pub use person::{Person, Role};
pub use plan::{Due, Subject, due_of_collection, due_of_form, plan};
pub use region::{AgencyName, Population, Region};
pub use register::register_hash;
pub use regulation::{CollectionTerm, Entitlement, FormTerm, LateForm, Matrix, Recipient, Regulation};
pub use sendings::{WITNESSED, Witnessed, unknown_to, unknown_to_witness};
pub use sha256::Sha256;
pub use slack::{Slack, slack};
pub use spelling::{Doubt, Remark, Spelled, shown, spell};
pub use status::{CollectionStatus, CopyTotals, Count, LaterIssue, Owed, ParcelTotals, PeriodStatus, Totals};
pub use titles::{Language, Titles};
pub use withdrawn::{in_force, withdrawn};
