//! Why a call to the ledger failed, in words for the person who must act.

use std::{path::PathBuf, time::Duration};

/// What went wrong with the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("`{text}` is not the address of a ledger: write `sqlite:PATH` or `postgres://USER@HOST/DATABASE`")]
    Address { text: String },
    #[error("the ledger is locked by another run; wait for it to end")]
    Locked,
    #[error("the disk of the ledger is full; free some space and start again; no write is incomplete")]
    DiskFull,
    #[error("the ledger cannot be opened: {why}")]
    Unreachable { why: String },
    #[error("`{path}` is not a ledger: {why}")]
    NotALedger { path: String, why: String },
    #[error("the ledger has schema {found}, and this program reads up to {known}; use the newer zhinaq that wrote it")]
    NewerSchema { found: i64, known: i64 },
    #[error(
        "the ledger contains a fact of the unknown kind `{kind}` (event {seq}); use the newer zhinaq that wrote it"
    )]
    NewerFact { kind: String, seq: i64 },
    #[error("event {seq} of the ledger cannot be read: {why}; restore the ledger from its backup")]
    Unreadable { seq: i64, why: String },
    #[error(
        "event {seq} of the ledger has no hash: something else than zhinaq wrote it; `journal verify` shows the first event that is not as it was written"
    )]
    Unchained { seq: i64 },
    #[error("the ledger cannot be written: it was opened for reading only, or its file system is read-only")]
    ReadOnly,
    #[error("`{path}` exists already; a backup never replaces a file")]
    BackupExists { path: PathBuf },
    #[error("a PostgreSQL ledger is backed up with its own programs: `pg_dump --format=custom --file FILE DATABASE`")]
    BackupElsewhere,
    #[error("the backup `{path}` could not be written: {why}")]
    Backup { path: PathBuf, why: String },
    #[error("the ledger's database did not answer within {} s", .limit.as_secs_f64())]
    Slow { limit: Duration },
    #[error("it is not known whether the ledger took the last facts: {why}")]
    Unknown { why: String },
    #[error("the ledger failed: {why}")]
    Failed { why: String },
}

impl LedgerError {
    /// Whether the same call may succeed later without any action of a person.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Locked | Self::Unreachable { .. } | Self::Slow { .. } | Self::Unknown { .. })
    }
}

/// SQLite's primary result codes (sqlite.org/rescode.html); the low byte of what the driver reports.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READ_ONLY: u32 = 8;
const IO: u32 = 10;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const NOT_A_DATABASE: u32 = 26;
/// The extended code of a shared memory that cannot grow: the disk has no room for it.
const NO_ROOM_FOR_SHARED_MEMORY: u32 = 4874;

/// PostgreSQL's codes (appendix A of its manual): `disk_full`, `lock_not_available`, `read_only_sql_transaction`.
const POSTGRES_DISK_FULL: &str = "53100";
const POSTGRES_LOCKED: &str = "55P03";
const POSTGRES_READ_ONLY: &str = "25006";
/// The server ends this session or statement, or takes no connection: `query_canceled`,
/// `idle_in_transaction_session_timeout`, `too_many_connections`, and the classes of connections and of operators.
const POSTGRES_UNREACHABLE: [&str; 3] = ["57014", "25P03", "53300"];
const POSTGRES_UNREACHABLE_CLASSES: [&str; 2] = ["08", "57P"];

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        let why = chain(&error);
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                match code.as_ref() {
                    POSTGRES_DISK_FULL => return Self::DiskFull,
                    POSTGRES_LOCKED => return Self::Locked,
                    POSTGRES_READ_ONLY => return Self::ReadOnly,
                    code if POSTGRES_UNREACHABLE.contains(&code) => return Self::Unreachable { why },
                    code if POSTGRES_UNREACHABLE_CLASSES.iter().any(|class| code.starts_with(class)) => {
                        return Self::Unreachable { why };
                    }
                    _ => {}
                }
                let is_sqlite = database.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
                if is_sqlite && code.parse() == Ok(NO_ROOM_FOR_SHARED_MEMORY) {
                    return Self::DiskFull;
                }
                let why = database.message().to_owned();
                if why.contains("zhinaq_schema") {
                    return Self::NotALedger { path: "the file".into(), why: "it has no tables of a ledger".into() };
                }
                match code.parse::<u32>().map(|c| c & 0xff) {
                    Ok(BUSY | LOCKED) if is_sqlite => Self::Locked,
                    Ok(FULL) if is_sqlite => Self::DiskFull,
                    Ok(READ_ONLY) if is_sqlite => Self::ReadOnly,
                    Ok(IO | CANNOT_OPEN) if is_sqlite => Self::Unreachable { why },
                    Ok(NOT_A_DATABASE) if is_sqlite => Self::NotALedger { path: "the file".into(), why },
                    _ => Self::Failed { why },
                }
            }
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Self::Unreachable { why }
            }
            _ => Self::Failed { why },
        }
    }
}

/// The text of an error and of its causes, each once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = inner.source();
    }
    domain::plainly(&words).into_owned()
}
