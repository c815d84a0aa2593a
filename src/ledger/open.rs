//! Opens a ledger, and begins transactions that write and connections that read.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc, time::Duration};

use sqlx::{
    Any, AnyConnection, Connection as _, Executor as _, Transaction,
    any::{AnyPoolOptions, install_default_drivers},
};

use super::{LedgerError, address::Address, rescue, schema};

/// The database, where its SQL differs from the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The ledger of the office: append-only events, and claims. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(super) dialect: Dialect,
    /// One connection: writers queue here, first come first served, instead of polling for SQLite's lock.
    writer: sqlx::AnyPool,
    readers: sqlx::AnyPool,
    read_only: bool,
    /// The copy that is read instead of a ledger on a full disk; removed with the last clone.
    _copy: Option<Arc<rescue::Copy>>,
}

/// How long a writer waits for another program's transaction. Transactions last milliseconds; a longer wait means a
/// backup or a stuck program.
const LOCK_WAIT: Duration = Duration::from_secs(10);
/// The longest time to connect to the database.
const CONNECT_WAIT: Duration = Duration::from_secs(15);

impl Ledger {
    /// Opens a ledger, `sqlite:PATH` or `postgres://…`. A missing SQLite file is created, and an older schema is
    /// migrated to the newest.
    ///
    /// # Errors
    /// When the address is wrong, or the database is locked, full, newer than this program, or not a ledger.
    pub async fn open(url: &str) -> Result<Self, LedgerError> {
        Self::open_waiting(url, LOCK_WAIT).await
    }

    /// Opens a ledger whose writers wait at most `wait` for another program's transaction.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn open_waiting(url: &str, wait: Duration) -> Result<Self, LedgerError> {
        let address = Address::parse(url)?;
        if let Address::Sqlite(path) = &address {
            make_file(path).map_err(|error| cannot_make(path, &error))?;
        }
        let name = address.to_string();
        let opened = async {
            let ledger = Self::connect(address, "rw", wait, None).await?;
            ledger.prepare().await?;
            Ok(ledger)
        };
        opened.await.map_err(|error| about(&name, error))
    }

    /// Opens a ledger only for reading; nothing is changed. On a full disk an SQLite ledger may not open even for
    /// reading; then a copy of it in the system's folder for temporary files is read.
    ///
    /// # Errors
    /// When no ledger is found, or it cannot be read.
    pub async fn open_to_read(url: &str) -> Result<Self, LedgerError> {
        let address = Address::parse(url)?;
        let name = address.to_string();
        Self::read_only(address).await.map_err(|error| about(&name, error))
    }

    /// An empty ledger for a command that reads where no ledger exists yet. It lies in the system's folder for
    /// temporary files and is removed with the last clone, so that reading leaves no file behind.
    ///
    /// # Errors
    /// When that folder cannot be written.
    pub async fn empty() -> Result<Self, LedgerError> {
        let copy = rescue::blank()?;
        let path = copy.file();
        make_file(&path).map_err(|error| cannot_make(&path, &error))?;
        let ledger = Self::connect(Address::Sqlite(path), "rw", LOCK_WAIT, Some(Arc::new(copy))).await?;
        let ledger = Self { read_only: false, ..ledger };
        ledger.prepare().await?;
        Ok(Self { read_only: true, ..ledger })
    }

    async fn read_only(address: Address) -> Result<Self, LedgerError> {
        let Address::Sqlite(path) = &address else {
            let ledger = Self::connect(address, "ro", LOCK_WAIT, None).await?;
            return ledger.readable().await;
        };
        if !path.exists() {
            return Err(LedgerError::Unreachable { why: format!("`{}` does not exist", path.display()) });
        }
        let direct = match Self::connect(address.clone(), "ro", LOCK_WAIT, None).await {
            Ok(ledger) => ledger.readable().await,
            Err(error) => Err(error),
        };
        match direct {
            Err(LedgerError::DiskFull | LedgerError::Unreachable { .. } | LedgerError::ReadOnly) => {
                let copy = rescue::copy(path)?;
                let address = Address::Sqlite(copy.file());
                Self::connect(address, "rw", LOCK_WAIT, Some(Arc::new(copy))).await?.readable().await
            }
            other => other,
        }
    }

    async fn connect(
        address: Address,
        mode: &str,
        wait: Duration,
        copy: Option<Arc<rescue::Copy>>,
    ) -> Result<Self, LedgerError> {
        install_default_drivers();
        let (url, dialect) = match &address {
            Address::Sqlite(path) => (super::address::driver_url(path, mode)?, Dialect::Sqlite),
            Address::Postgres(url) => (url.to_string(), Dialect::Postgres),
        };
        // A pool does not report why its first connection failed, and tries again until its time is up.
        let mut probe = AnyConnection::connect(&url).await?;
        settle(&mut probe, dialect, wait).await?;
        probe.close().await?;
        let options = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(CONNECT_WAIT)
                .after_connect(move |connection, _| Box::pin(async move { settle(connection, dialect, wait).await }))
        };
        let writer = options(1).connect_lazy(&url)?;
        let readers = options(3).connect_lazy(&url)?;
        let read_only = mode == "ro" || copy.is_some();
        Ok(Self { dialect, writer, readers, read_only, _copy: copy })
    }

    async fn prepare(&self) -> Result<(), LedgerError> {
        if self.dialect == Dialect::Sqlite {
            // The mode is stored in the file, and cannot be changed inside a transaction.
            let mut connection = self.writer.acquire().await?;
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await?;
            if mode != "wal" {
                let why = format!("its file system allows only the journal mode `{mode}`; put it on a local disk");
                return Err(LedgerError::Unreachable { why });
            }
        }
        let mut transaction = self.begin_write().await?;
        schema::migrate(&mut transaction, self.dialect).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn readable(self) -> Result<Self, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        schema::check_readable(&mut connection, self.dialect).await?;
        drop(connection);
        Ok(self)
    }

    /// Begins a transaction that may write. It takes SQLite's write lock at once, because a transaction that reads
    /// first and writes later cannot wait for this lock.
    pub(super) async fn begin_write(&self) -> Result<Transaction<'static, Any>, LedgerError> {
        if self.read_only {
            return Err(LedgerError::ReadOnly);
        }
        Ok(match self.dialect {
            Dialect::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => self.writer.begin().await?,
        })
    }

    pub(super) async fn reader(&self) -> Result<sqlx::pool::PoolConnection<Any>, LedgerError> {
        Ok(self.readers.acquire().await?)
    }

    /// Closes the connections; SQLite then moves its write-ahead log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn about(name: &str, error: LedgerError) -> LedgerError {
    match error {
        LedgerError::NotALedger { why, .. } => LedgerError::NotALedger { path: name.into(), why },
        other => other,
    }
}

/// Sets up a new connection.
async fn settle(connection: &mut AnyConnection, dialect: Dialect, wait: Duration) -> Result<(), sqlx::Error> {
    match dialect {
        Dialect::Sqlite => {
            // With NORMAL, committed transactions could be lost in a power cut.
            let text = format!("PRAGMA busy_timeout = {}; PRAGMA synchronous = FULL", wait.as_millis());
            connection.execute(sqlx::AssertSqlSafe(text)).await?;
        }
        Dialect::Postgres => {
            let text = format!("SET lock_timeout = {}; SET synchronous_commit = on", wait.as_millis());
            connection.execute(sqlx::AssertSqlSafe(text)).await?;
        }
    }
    connection.ping().await
}

/// Creates the folder and the file, which only its owner may read. An existing file is not changed.
fn make_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

fn cannot_make(path: &Path, error: &io::Error) -> LedgerError {
    match error.kind() {
        io::ErrorKind::StorageFull => LedgerError::DiskFull,
        _ => LedgerError::Unreachable { why: format!("`{}`: {error}", path.display()) },
    }
}
