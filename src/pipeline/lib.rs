//! The use-cases, in which the stages meet.
//!
//! In: an opened [`Context`] (the office's files, its ledger, its artifacts, a clock, an actor). Out: a report that any
//! edge can print. Each use-case is one file and one function: [`pull()`] in `intake/`, [`check()`] in `figures/`,
//! [`build()`] in `collections/`, [`send()`] in `distribution/`, and [`run()`], which does all of them in order.
//! `status/` derives how far a period is, `access/` contains people and their sessions, `decisions/` the acts of people, `notices/` computes what a person
//! has to know, and `daemon/` runs the schedule.
//! The folders depend on each other in this order (held by `tidy::the_folders_of_the_pipeline_point_one_way`):
//! `context ← access ← status, intake ← figures ← collections ← placing ← distribution ← decisions ← requests ← notices ← daemon`.
//!
//! Why a use-case was started (schedule, a person, catch-up) is recorded in the ledger, and no code depends on it: the
//! nightly run and a run started by hand are the same code.
//!
//! Unknown here: terminals, colours, command lines (held by `tidy::crates_depend_one_way`).

mod access;
mod closed;
mod collections;
mod context;
pub mod daemon;
mod decisions;
mod distribution;
mod doctor;
mod doctor_online;
mod figures;
mod ics;
mod identify;
mod intake;
mod journal;
mod journal_archive;
mod journal_proof;
mod keeping;
mod long_past;
mod notices;
pub mod office_lists;
mod pack;
mod placing;
mod plan_rows;
mod requests;
mod rules;
mod run;
mod status;
pub mod views;

pub use ::access::{AccessToken, SHORTEST_PASSWORD, SealingKey};
pub use access::{
    AccessApplication, AccessChanged, AgreementText, EnrolTry, Enrolled, Enrolment, GrantAccess, InviteLink,
    PersonLine, PlannedWork, ReviewState, SessionLine, SignInEnd, SignInTry, SignedPerson, agreement, applications,
    ask_access, begin_enrolment, block_access, change_password, console_faults, console_key, end_sessions, enrol,
    forget_networks, grant_access, invite, note_download, people, plan_work, planned_works, refuse_access,
    review_state, session_of, session_rules, sessions, sign_agreement, sign_in, sign_out, sign_review,
};
pub use closed::closed_since;
pub use collections::{
    Answered, BuildReport, BuildWishes, Built, Preview, TracePart, book_of, build, build_as, preview, trace, trace_all,
};
pub use distribute::Stop;

pub use context::{
    Catalogue, Consent, Context, ContextOptions, Edition as DatasetRevision, Exit, FAILURE_CODES, Failure, Given, Hint,
    Invocation, Progress, Silent, Step, Trouble,
    account::{full_name, of_process as account_of_process},
    chain, grouped, hint, ledger_url,
    place::{folder_of, opened},
    refuse_lost_ledger,
    rights::refuse_unreadable_office,
    root,
};
pub use decisions::{
    AcceptReport, AcceptScope, AcceptedDataset, ActKind, Approval, Candidate, ChangedCell, CloseReport, CorrectReport,
    CorrectedCell, FollowUp, HeldDocument, HeldScope, IssueChoice, OverruleReport, OwedSupplement, PastAct,
    ProvedReport, ReaddressScope, Readdressing, RebuildReport, ReconcileDecision, Reconciliation, RejectReport,
    ResendReport, ResendScope, Settlement, Subject as HeldAs, WithdrawScope, Witness, WouldGet, accept, acts_in_force,
    approve, close, correct, follow_up, held, overrule, readdress, rebuild, reconcile, reject, reopen, resend, settle,
    settle_proved, withdraw,
};
pub use distribution::{
    Came, ReceiptsReport, ReceiptsScope, RegisterRow, SendReport, SendScope, SupplementReport, WouldSend,
    distribution_list, receipts, register_rows, send, supplement,
};
pub use doctor::examine;
pub use doctor_online::{OnlineCheck, examine_online};
pub use figures::{
    Answer, ChangeKind, CheckReport, Compared, Comparison, DiffQuestion, FigureChange, MOST_IN_WORKBOOK, Question,
    Shown, answers_as_workbook, check, compare, diff, ess_report, findings_as_workbook, query, query_each,
};
pub use ics::{plan_as_ics, title_of_duty};
pub use identify::identify;
pub use intake::{
    FilesSaid, FormPull, IntakeReport, LostReport, NO_PERIOD, PullReport, SEED, TemplateDraft, idle_faults, learn,
    pull, pull_lost, serve, take_files,
};
pub use journal::{JournalLine, JournalQuestion, journal};
pub use journal_archive::{JournalArchive, archive_journal};
pub use journal_proof::{BrokenJournal, JournalProof, verify_journal};
pub use keeping::{
    BackedUpFile, BackupManifest,
    backup::{BackupReport, backup},
    prune::{PruneReport, PrunedKind, prune},
    restore::{Checked as CheckedBackup, RestoreReport, checked as checked_backup, restore},
    storing::{StoreProof, StoreVerified, store_check, store_verify},
};
pub use long_past::long_past;
pub use notices::{Morning, NextDue, PeriodProgress, SchedulerState, morning, period_status};
pub use pack::{PackReport, PackWishes, pack};
pub use placing::{
    ConfirmedDataSet, HeldPlacement, LackingKeys, NewPlacement, OpenDataReport, OpenDataSet, PlaceReport, PlaceWishes,
    ReleaseApproval, ReleaseWithdrawal, SiteCheck, SiteDiff, SiteReport, approve_placement, confirm, open_data, place,
    placements_due, site_build, site_check, site_diff, site_folder, withdraw_placement,
};
pub use plan_rows::{PlanRow, plan_rows};
pub use requests::{
    AskedFor, DraftReply, FiledRequest, FoundIndicator, RegisteredRequest, RequestAct, RequestAnswer, RequestForm,
    RequestLine, RequestView, RequestsOfQuarter, TouchedAnswer, answer_request, check_request, decide_request,
    erase_request, file_requests, find_indicators, list_requests, read_forms, requests_of_quarter, sent_request,
    show_request, touched_answers,
};
pub use rules::{ExplainedRule, ListedRule, Operand, RuleWords, explain, rules, written_rules};
pub use run::{RunReport, RunWishes, number, run};
pub use status::known::{Named, known};
pub use status::notice::exit_of;
pub use status::{
    AnswerLine, FormStanding, FormState, NoticeKind, NoticeSubject, StatusNotice, StatusReport, UnknownParcel, Waits,
    WitnessComparison, WitnessDoubt, answers,
};
