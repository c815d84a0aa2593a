//! The ledger: the log-journal of clause 2.1 of the Instruction, and the claims of programs on work.
//!
//! In: facts, with actor, time and run. Out: events, in the order in which they were written. Events are append-only:
//! the database itself refuses to change or delete one. Claims are leases with a fence number: a new holder gets a
//! larger number, so the holder before can find out that it lost the claim. Pieces of work are claimed several at once, all or
//! none. Beside them: sessions of the console, what is kept of passwords and second factors, and failed sign-ins. These
//! change; everything that a person did is in an event too, and the events are chained by hashes (`chain`).
//!
//! SQL is used only here (`tidy::each_outside_thing_has_one_door`). The database is SQLite by default, and PostgreSQL
//! by address. Both share the statements; migrations, locks and backup differ.
//!
//! This crate does not know what a fact means (status is derived in [`domain`]), where files lie, or what time it is:
//! the caller gives every instant. There is one exception: programs of several machines share a PostgreSQL ledger, so
//! its own clock decides whether a lease is valid.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use ledger::{Filter, Ledger};
//! use domain::{Actor, Fact};
//! let ledger = Ledger::open("sqlite:output/ledger.sqlite").await?;
//! let fact = Fact::RunStarted { command: "run".into(), period: "2025-Q2".parse().ok() };
//! ledger.append("run-1", &Actor::Schedule, chrono::DateTime::from_timestamp(0, 0).unwrap(), &[fact]).await?;
//! assert_eq!(ledger.events(&Filter::default()).await?.len(), 1);
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod access_tests;
mod address;
mod attempts;
mod backup;
mod chain;
mod claims;
mod connection;
mod deciding;
mod error;
mod events;
mod limits;
mod lock_holder;
mod open;
mod pieces;
mod rescue;
mod schema;
mod secrets;
mod sessions;

pub use attempts::FailedAttempts;
pub use chain::{BrokenEntry, ChainedEntry, EntryFault, JournalCheck};
pub use claims::{Holder, RunClaim};
pub use deciding::{AccessAct, AccessChange, AccessSubject, AccessView};
pub use error::LedgerError;
pub use events::Filter;
pub use limits::LedgerLimits;
pub use lock_holder::{LockHolder, lock_holder};
pub use open::Ledger;
pub use pieces::{Claimant, HeldPiece, PieceClaims};
pub use secrets::KeptSecrets;
pub use sessions::{ConsoleSession, NewSession, SessionRules};
