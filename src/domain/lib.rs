//! The words of the field as types.
//!
//! In: texts and numbers. Out: a form, a period, a unit, a figure, a dataset, a finding, a parcel. All other crates use
//! these types. A value that could be wrong has one constructor, whose error quotes the value and states the rule.
//!
//! This crate does not know files, networks, databases, polars or the clock (held by
//! `tidy::the_domain_and_the_schedule_know_no_outside`).
//!
//! ```
//! use domain::{FormId, Number, Period};
//! let form: FormId = "1-m".parse().unwrap();
//! let period: Period = "2022-M12".parse().unwrap();
//! let sum: Number = "18453.949".parse().unwrap();
//! assert_eq!(format!("{form} for {period}: {sum}"), "1-m for 2022-M12: 18453.949");
//! ```

mod counted;
mod email;
mod form;
mod ids;
mod journal;
mod line_at;
mod look_alike;
mod nearest;
mod parcel;
mod plain_words;
mod request;
mod respelt;
mod sha256;
mod time;
mod titles;

pub use counted::{article, counted};
pub use email::EmailAddress;
pub use form::{
    Absence, AgencyName, Binding, COMPARISON_DOUBTFUL, Column, ColumnTemplate, Course, Dataset, DatasetKey, Doubt,
    EditionSection, EditionTemplate, Expected, Figure, Finding, FormIndex, FormPlace, FormTemplate, GENERAL_RULES,
    GeneralRule, GeoPoint, HeadingLexicon, Label, LabelOf, Lacking, Likeness, MapLayout, MapShapes, MapTile, Measure,
    NoPlace, Number, NumberError, Origin, Part, Place, PlaceDoubt, Placement, Population, Region, Remark, Row,
    RowTemplate, Rule, RuleKind, Section, SectionBinding, SectionTemplate, Severity, Spelled, Tally, UnitShape,
    WEIGHED_BY_OFFICE, general_rule, headings, shown, spell,
};
pub use ids::{Agency, CollectionId, ColumnCode, Edition, FormId, NameError, OrganId, RowCode, SectionId, Unit};
pub use journal::{
    ACCESS_FACTS, AcceptedDocument, AccessBlock, AccessRequest, Account, Acting, Actor, CollectionStatus, CopyRecord,
    CopyTotals, Count, Event, FACT_KINDS, Fact, GrantedAccess, JournalHead, LaterIssue, Owed, ParcelRecord,
    ParcelTotals, PeriodStatus, Person, Piece, PlacedRevision, Readdressed, ReleaseKey, ReleaseRecord, Right, Role,
    SealedCopy, SignInWay, SignOutCause, SignedReview, Standing, Totals, follow, in_force, interrupted, parcels,
    releases, roles_exclude, site_seen, standings, withdrawn,
};
pub use line_at::line_at;
pub use look_alike::{is_deceptive, is_invisible, latin_shape};
pub use nearest::{did_you_mean, known_instead, nearest};
pub use parcel::{
    AddressOutcome, AnalysisTemplate, Channel, ChapterTemplate, CollectionTemplate, CollectionTerm, CommentMark,
    CopyNumber, CopyNumbers, CopyNumbersError, CopySending, CopyStanding, CountedWords, Entitlement, FormTerm,
    IndicatorTemplate, Issue, IssueComment, IssueRecord, KeyFigureTemplate, LONGEST_SHORT, LateForm, MailSent, Matrix,
    MatrixChange, NOT_IN_SHEET_NAMES, ParcelId, ParcelState, Pick, Print, Recipient, Recipients, RefusedAddress,
    Registered, Regulation, TableKind, TableTemplate, Unseen, WITNESSED, Witnessed, entitled_copies, issues,
    matrix_changes, names_a_sheet, newest_revision, overtaken_by, receives_later, receives_nothing, register_hash,
    runs_that_sent, unknown_to, unknown_to_witness, unseen_since,
};
pub use plain_words::plainly;
pub use request::{
    AnsweredFigure, CheckFollow, DayCount, Proposal, ReasonedDay, RequestChannel, RequestCheck, RequestClock,
    RequestDue, RequestNumber, RequestNumberError, RequestRecord, RequestRules, RequestState, RequestStep, RequestTerm,
    RequesterKind, SectionAccess, TakenRequest, requests,
};
pub use sha256::Sha256;
pub use time::{
    CalendarActs, CalendarRule, CalendarVersion, CalendarYear, DayReason, Difference, Door, Due, Duty, Holiday,
    HolidayDates, Hours, Incident, MarkedDay, Moment, Obligation, Period, PeriodError, Periodicity, RuledYear, Slack,
    Subject, WorkingCalendar, check_calendar, due_of_collection, due_of_form, first_days_of_kurban_ait, instant,
    is_weekend, obligations, period_words, plan, slack, weekday_name,
};
pub use titles::{Language, Titles};
