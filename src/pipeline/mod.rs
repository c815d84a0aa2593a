//! Where the stages meet: the use-cases.
//!
//! In: an opened [`Desk`] (the office's files, its ledger, its artifacts, a clock, an actor). Out: a report that any
//! edge can print. Each use-case is one file and one function: [`pull()`], [`check()`], [`build()`], [`send()`], and [`run()`],
//! which is all of them in order; what people decide is in `acts/`. Why a use-case was started (schedule, a person, catch-up) is told to the ledger and
//! to nobody else: the nightly run and the hand-started one are the same code.
//!
//! Deliberately unknown here: terminals, colours, command lines (held by `tidy::dependencies_point_one_way`).

mod abreast;
mod acts;
mod alone;
mod answers;
mod beside;
mod build;
mod catalogue;
mod changes;
mod check;
mod corrections;
mod delivery;
mod desk;
mod diff;
mod doctor;
mod drawing;
mod failure;
mod figures;
mod files;
mod forms;
mod identify;
mod intake;
mod journal;
mod kept;
mod later;
mod learn;
mod letters;
mod listing;
mod masters;
mod materials;
mod needs;
mod pack;
mod people;
mod preview;
mod progress;
mod pull;
mod query;
mod queue;
mod receipts;
mod register;
mod revisions;
mod roll;
mod run;
mod sample_office;
pub mod schedule;
mod send;
mod shares;
mod since;
mod sources;
mod status;
mod supplements;
mod trace;

pub use acts::{
    AcceptScope, AcceptedDataset, Approval, Candidate, ChangedCell, CloseReport, CorrectReport, CorrectedCell,
    IssueChoice, OverruleReport, RebuildReport, ResendReport, ResendScope, Settlement, WouldGet, accept, approve,
    close, correct, overrule, rebuild, resend, settle,
};
pub use answers::{AnswerLine, answers};
pub use build::{BuildReport, Built, book_of, build, build_as};
pub use catalogue::{Catalogue, Edition as DatasetRevision};
pub use changes::{Change, ChangeKind, Shown, compare};
pub use check::{CheckReport, check, ess_report};
pub use desk::{Desk, DeskOptions, ledger_url, root};
pub use diff::{Compared, Comparison, DiffQuestion, diff};
pub use doctor::examine;
pub use failure::{Exit, Failure, Trouble, chain};
pub use files::take_files;
pub use forms::{FormStanding, FormState};
pub use identify::identify;
pub use intake::IntakeReport;
pub use learn::{Draft, learn};
pub use listing::findings_as_workbook;
pub use pack::{PackReport, PackWishes, pack};
pub use preview::{Preview, preview};
pub use progress::{Progress, Silent, Step};
pub use pull::{FormPull, PullReport, pull};
pub use query::{Answer, Question, answers_as_workbook, query};
pub use receipts::{Came, ReceiptsReport, ReceiptsScope, receipts};
pub use roll::{RegisterRow, distribution_list, register_rows};
pub use run::{RunReport, run};
pub use sample_office::{SEED, serve};
pub use send::{SendReport, SendScope, send};
pub use status::{Standing, status};
pub use supplements::{SupplementReport, supplement};
pub use trace::{Answered, Part as TracePart, trace};
