//! Hands over parcels: the only user of lettre's messages and async-imap.
//!
//! In: parcels, a [`Transport`] and a [`Journal`]. Out: receipts. A parcel is one collection to one organ with all its
//! copies. It goes into a folder ([`Folder`]), by mail ([`Smtp`]; [`DryRun`] without sending), or into memory
//! ([`Memory`]). Before each step that cannot be undone, the intent is recorded in the journal, and the journal checks
//! whether this program may still send. Afterwards the outcome is recorded. The outcome is never a guess: if a
//! connection was lost when the other side may have the message, the outcome is `uncertain`.
//!
//! This crate does not know SQL and the ledger (the caller gives a journal), how a workbook is made, which organ is
//! entitled to what, or the time (the caller gives the dates of letters).
//!
//! ```no_run
//! # async fn example(journal: impl distribute::Journal, parcels: Vec<distribute::Parcel>) {
//! use std::sync::Arc;
//! use distribute::{Folder, Pace, hand_over};
//! let transport = Arc::new(Folder::new("output/outbox"));
//! for receipt in hand_over(transport, Arc::new(journal), parcels, Pace::default()).await {
//!     assert!(receipt.outcome.state.is_handed(), "{}", receipt.outcome.words);
//! }
//! # }
//! ```

#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;

mod archived;
mod attempt_log;
mod dry_run;
mod folder;
mod hand_over;
mod imap;
mod incoming;
mod journal;
mod letter;
mod mail_addresses;
mod mail_delivery;
mod mail_transport;
mod memory;
mod message;
mod notice;
mod notify;
mod parcel;
mod report;
mod seal;
mod sender;
mod split;
mod stop;
mod transport;
mod trouble_row;

pub use archived::ArchivedMail;
pub use attempt_log::AttemptLog;
pub use dry_run::DryRun;
pub use folder::Folder;
pub use hand_over::{Pace, Receipt, hand_over, hand_over_until};
pub use imap::{Imap, ImapError, ImapServer, MailNumber};
pub use incoming::IncomingMail;
pub use journal::{Attempt, Journal, JournalError, Outcome};
pub use letter::{Letter, LetterCopy, LetterError, LetterFault, LetterFaults, LetterText, Letters};
pub use mail_transport::{Smtp, SmtpError};
pub use memory::Memory;
pub use message::{Mail, MailError, WORKBOOK_TYPE, message_id};
pub use notice::Notice;
pub use parcel::{ContentError, CopyContent, CopySource, Enclosure, Parcel, Repetition, RepetitionWords};
pub use report::{Report, ReportKind, line as one_line};
pub use seal::{Passphrase, PassphraseError, SealError, seal, sealed_name};
pub use sender::MailSender;
pub use smtp::{Credentials, Dkim, DkimError, Security, SmtpServer, StreamedMail, Timeouts, TlsError, certificates};
pub use split::{TooLarge, is_one_mail, split, wire_size};
pub use stop::Stop;
pub use transport::{Carried, Connection, OneStep, Transport};
