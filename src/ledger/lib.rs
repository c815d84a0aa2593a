//! What happened: the log-journal of clause 2.1 of the Instruction, and who is working on what.
//!
//! Facts come in with who, when and in which run; events go out in the order in which they were written. Events are
//! append-only, and the database itself refuses to change or delete one. Claims are leases with a fence number: whoever takes a
//! claim over gets a larger number, and the one before finds out.
//!
//! SQL lives here and nowhere else (`tidy::each_outside_thing_has_one_door`). SQLite by default, PostgreSQL by
//! address; the statements are shared, the migrations, the locking and the backup are per dialect.
//!
//! Deliberately unknown here: what a fact means (status is derived in [`domain`]), where files lie, and the
//! clock: every instant is given by the caller.
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

mod address;
mod backup;
mod claims;
mod error;
mod events;
mod open;
mod rescue;
mod schema;

pub use claims::{Holder, RunClaim};
pub use error::LedgerError;
pub use events::Filter;
pub use open::Ledger;
