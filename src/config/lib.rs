//! Files that a person edits: from what is written to what is meant. The defaults of the settings are in this crate.
//!
//! In: `zhinaq.toml`, `schedules/` and `templates/` of an office. Templates that the office lacks are taken from those
//! built into the program. Out: one [`Office`] in which every reference leads to something that exists, or every fault
//! that was found, each with its file and line.
//!
//! ```
//! let office = config::Office::embedded().unwrap();
//! assert_eq!(office.regulation().forms.len(), 26);
//! assert_eq!(office.zone, chrono_tz::Asia::Almaty);
//! ```
//!
//! This crate does not know the ledger, the network or the time. The files contain no secret: they contain the name of
//! the environment variable, or of the file, that holds one.

mod against;
mod agreement;
mod alerts_file;
mod analysis_file;
mod calendar_file;
mod checks;
mod collection_check;
mod collection_file;
mod comment_file;
mod console_file;
mod console_settings;
mod cron_text;
mod csv;
mod delivery_file;
mod delivery_mark;
mod described;
mod expected;
mod fault;
mod form_edition;
mod form_file;
mod form_lines;
mod form_rules;
mod init;
mod keep_file;
mod languages;
mod login_file;
mod mailbox_file;
mod map_file;
mod meanings;
mod message_files;
mod office;
mod people_file;
mod plain_words;
mod reader;
mod regions_file;
mod regulation_file;
mod regulation_lists;
mod request_drafts_file;
mod requests_file;
mod rule_places;
mod scheduler;
mod settings;
mod settings_file;
mod shape;
mod shape_filled;
mod shape_probe;
mod shapes_file;
mod shown_settings;
mod site_file;
mod smtp_file;
mod source;
mod sources_file;
mod special;
mod store_file;
mod titled;
mod tree;
mod upgrade;
mod values;
mod words_files;

pub use against::regulation_named;
pub use agreement::{disagreements, notes as agreement_notes, obstacles};
pub use alerts_file::AlertSettings;
pub use analysis_file::{check_analysis, parse_analysis};
pub use checks::CheckSetting;
pub use collection_check::check_collection;
pub use collection_file::parse_collection;
pub use comment_file::{comment, comment_faults};
pub use console_settings::{ConsoleSettings, ConsoleTls, SessionSettings};
pub use cron_text::parse_cron;
pub use described::{DescribedFile, described_files};
pub use expected::{Grounds, expected_documents};
pub use fault::{Fault, Faults, line_of, parse_toml};
pub use form_file::parse_form;
pub use init::{InitError, Wishes, as_toml as person_as_toml, init, init_as};
pub use map_file::parse_map;
pub use message_files::{console_messages, message_faults, message_languages, messages, office_language};
pub use office::{Force, Office};
pub use request_drafts_file::{request_drafts, table_lines};
pub use rule_places::{RulePlace, rule_places};
pub use scheduler::SchedulerUse;
pub use settings::{
    Delivery, DkimSettings, Keep, KeptCopies, LedgerWaits, Limits, Login, MailboxSettings, OfficeName, OutsideForce,
    Settings, SmtpPace, SmtpSettings, SmtpTls, TooLargeFor, TransportSettings,
};
pub use shown_settings::{ShownSetting, shown_settings};
pub use site_file::{PublicForm, SiteSettings};
pub use source::{AgenciesWanted, DatePolicy, SourceKind, SourceSpec, UnitsWanted, Wait};
pub use store_file::StoreSettings;
pub use tree::{built_in_used, is_office, office_text, program_texts, texts};
pub use upgrade::{FileDifference, FileState, UpgradedFile, differences, upgrade};
