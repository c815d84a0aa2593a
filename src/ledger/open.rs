//! Opens a ledger, and begins transactions that write and connections that read.

use std::{fs::OpenOptions, io, path::Path, sync::Arc};

use sqlx::{
    AnyConnection, Connection as _, Executor as _,
    any::{AnyPoolOptions, install_default_drivers},
};

use super::{
    LedgerError, LedgerLimits,
    address::Address,
    chain,
    connection::{Lent, WriteTransaction},
    limits::within,
    rescue, schema,
};

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
    pub(super) limits: LedgerLimits,
    /// One connection: writers queue here, first come first served, instead of polling for SQLite's lock.
    writer: sqlx::AnyPool,
    readers: sqlx::AnyPool,
    read_only: bool,
    /// Whether its table of claims has the columns of pieces. A ledger that is only read may have an older schema.
    pub(super) has_pieces: bool,
    /// Whether its journal is chained, and it has the tables of sessions and secrets.
    pub(super) has_chain: bool,
    /// The copy that is read instead of a ledger on a full disk; removed with the last clone.
    _copy: Option<Arc<rescue::Copy>>,
}

impl Ledger {
    /// Opens a ledger, `sqlite:PATH` or `postgres://…`. A missing SQLite file is created, and an older schema is
    /// migrated to the newest.
    ///
    /// # Errors
    /// When the address is wrong, or the database is locked, full, newer than this program, or not a ledger.
    pub async fn open(url: &str) -> Result<Self, LedgerError> {
        Self::open_with(url, LedgerLimits::default()).await
    }

    /// Opens a ledger with limits of time.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn open_with(url: &str, limits: LedgerLimits) -> Result<Self, LedgerError> {
        let address = Address::parse(url)?;
        if let Address::Sqlite(path) = &address {
            make_file(path).map_err(|error| cannot_make(path, &error))?;
        }
        let name = address.to_string();
        let opened = async {
            let ledger = Self::connect(address, "rw", limits, None).await?;
            ledger.prepare().await?;
            Ok(Self { has_pieces: true, has_chain: true, ..ledger })
        };
        opened.await.map_err(|error| about(&name, error))
    }

    /// Opens a ledger only for reading; nothing is changed. On a full disk an SQLite ledger may not open even for
    /// reading; then a copy of it in the system's folder for temporary files is read.
    ///
    /// # Errors
    /// When no ledger is found, or it cannot be read.
    pub async fn open_to_read(url: &str) -> Result<Self, LedgerError> {
        Self::open_to_read_with(url, LedgerLimits::default()).await
    }

    /// As [`Ledger::open_to_read`], with limits of time.
    ///
    /// # Errors
    /// As [`Ledger::open_to_read`].
    pub async fn open_to_read_with(url: &str, limits: LedgerLimits) -> Result<Self, LedgerError> {
        let address = Address::parse(url)?;
        let name = address.to_string();
        Self::read_only(address, limits).await.map_err(|error| about(&name, error))
    }

    /// An empty ledger for a command that reads where no ledger exists yet. It lies in the system's folder for
    /// temporary files and is removed with the last clone, so that reading leaves no file behind.
    ///
    /// # Errors
    /// When that folder cannot be written.
    pub async fn empty() -> Result<Self, LedgerError> {
        let copy = rescue::blank()?;
        let path = copy.file();
        create(&path).map_err(|error| cannot_make(&path, &error))?;
        let ledger = Self::connect(Address::Sqlite(path), "rw", LedgerLimits::default(), Some(Arc::new(copy))).await?;
        let ledger = Self { read_only: false, ..ledger };
        ledger.prepare().await?;
        Ok(Self { read_only: true, has_pieces: true, has_chain: true, ..ledger })
    }

    async fn read_only(address: Address, limits: LedgerLimits) -> Result<Self, LedgerError> {
        let Address::Sqlite(path) = &address else {
            let ledger = Self::connect(address, "ro", limits, None).await?;
            return ledger.readable().await;
        };
        if !path.exists() {
            return Err(LedgerError::Unreachable { why: format!("`{}` does not exist", path.display()) });
        }
        let direct = match Self::connect(address.clone(), "ro", limits, None).await {
            Ok(ledger) => ledger.readable().await,
            Err(error) => Err(error),
        };
        match direct {
            Err(LedgerError::DiskFull | LedgerError::Unreachable { .. } | LedgerError::ReadOnly) => {
                let copy = rescue::copy(path)?;
                let address = Address::Sqlite(copy.file());
                Self::connect(address, "rw", limits, Some(Arc::new(copy))).await?.readable().await
            }
            other => other,
        }
    }

    async fn connect(
        address: Address,
        mode: &str,
        limits: LedgerLimits,
        copy: Option<Arc<rescue::Copy>>,
    ) -> Result<Self, LedgerError> {
        install_default_drivers();
        let (url, dialect) = match &address {
            Address::Sqlite(path) => (super::address::driver_url(path, mode)?, Dialect::Sqlite),
            Address::Postgres(url) => (url.to_string(), Dialect::Postgres),
        };
        // A pool does not report why its first connection failed, and tries again until its time is up.
        let mut probe = within(limits.connect, AnyConnection::connect(&url)).await?;
        limits.within(settle(&mut probe, dialect, limits, false)).await?;
        limits.within(probe.close()).await?;
        let options = |connections, writes| {
            AnyPoolOptions::new()
                .max_connections(connections)
                // The wait for a connection includes the statement of whoever has it.
                .acquire_timeout(limits.connect.saturating_add(limits.locked_statement()))
                .after_connect(move |connection, _| {
                    Box::pin(async move { settle(connection, dialect, limits, writes).await })
                })
        };
        let writer = options(1, true).connect_lazy(&url)?;
        let readers = options(3, false).connect_lazy(&url)?;
        let read_only = mode == "ro" || copy.is_some();
        Ok(Self { dialect, limits, writer, readers, read_only, has_pieces: false, has_chain: false, _copy: copy })
    }

    async fn prepare(&self) -> Result<(), LedgerError> {
        if self.dialect == Dialect::Sqlite {
            // The mode is stored in the file, and cannot be changed inside a transaction.
            let mut connection = Lent::of(self.writer.acquire().await?, self.limits);
            let pragma = sqlx::query_scalar("PRAGMA journal_mode = WAL");
            let mode: String = self.limits.within(pragma.fetch_one(&mut *connection)).await?;
            connection.give_back();
            if mode != "wal" {
                let why = format!("its file system allows only the journal mode `{mode}`; put it on a local disk");
                return Err(LedgerError::Unreachable { why });
            }
        }
        let mut transaction = self.begin_write().await?;
        let found = self.limits.within(schema::migrate(&mut transaction, self.dialect)).await?;
        if found < schema::WITH_CHAIN {
            chain::begin(&mut transaction, self.limits).await?;
        }
        transaction.commit().await
    }

    async fn readable(self) -> Result<Self, LedgerError> {
        let mut connection = self.reader().await?;
        let found = self.limits.within(schema::check_readable(&mut connection, self.dialect)).await?;
        connection.give_back();
        let (has_pieces, has_chain) = (found >= schema::WITH_PIECES, found >= schema::WITH_CHAIN);
        Ok(Self { has_pieces, has_chain, ..self })
    }

    /// Whether several machines may write at the same time.
    pub(super) fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// Begins a transaction that may write.
    pub(super) async fn begin_write(&self) -> Result<WriteTransaction, LedgerError> {
        if self.read_only {
            return Err(LedgerError::ReadOnly);
        }
        WriteTransaction::begin(self.writer.acquire().await?, self.dialect, self.limits).await
    }

    /// A connection that reads. Give it back after the last answer has come.
    pub(super) async fn reader(&self) -> Result<Lent, LedgerError> {
        Ok(Lent::of(self.readers.acquire().await?, self.limits))
    }

    /// Closes the connections; SQLite then moves its write-ahead log into the file. A server that does not answer is
    /// not waited for.
    pub async fn close(&self) {
        let closed = async {
            self.readers.close().await;
            self.writer.close().await;
        };
        let _ = tokio::time::timeout(self.limits.locked_statement(), closed).await;
    }
}

fn about(name: &str, error: LedgerError) -> LedgerError {
    match error {
        LedgerError::NotALedger { why, .. } => LedgerError::NotALedger { path: name.into(), why },
        other => other,
    }
}

/// Sets up a new connection.
///
/// PostgreSQL ends a statement of a writer at its limit, and a transaction whose client is silent: a program that lost
/// its connection before COMMIT must not keep the lock on the journal. It finds dead clients by keep-alive packets.
async fn settle(
    connection: &mut AnyConnection,
    dialect: Dialect,
    limits: LedgerLimits,
    writes: bool,
) -> Result<(), sqlx::Error> {
    let wait = limits.lock;
    match dialect {
        Dialect::Sqlite => {
            // With NORMAL, committed transactions could be lost in a power cut.
            let text = format!("PRAGMA busy_timeout = {}; PRAGMA synchronous = FULL", wait.as_millis());
            connection.execute(sqlx::AssertSqlSafe(text)).await?;
        }
        Dialect::Postgres => {
            let (wait, statement) = (wait.as_millis(), limits.locked_statement().as_millis());
            let mut text = format!(
                "SET lock_timeout = {wait}; SET synchronous_commit = on;
                 SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
            );
            if writes {
                use std::fmt::Write as _;
                let _ = write!(
                    text,
                    "; SET statement_timeout = {statement}; SET idle_in_transaction_session_timeout = {statement}"
                );
            }
            connection.execute(sqlx::AssertSqlSafe(text)).await?;
        }
    }
    connection.ping().await
}

/// Creates the folder and the file, with the rights that the folder gives it, so that both survive a power cut. An
/// existing file is not changed.
fn make_file(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    create(path)?;
    // A power cut must not take the folder of a ledger that has facts.
    durable::keep_folder(folder)
}

fn create(path: &Path) -> io::Result<()> {
    match durable::create_new(path, OpenOptions::new().write(true).clone()) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

fn cannot_make(path: &Path, error: &io::Error) -> LedgerError {
    match error.kind() {
        io::ErrorKind::StorageFull => LedgerError::DiskFull,
        _ => LedgerError::Unreachable { why: domain::plainly(&format!("`{}`: {error}", path.display())).into_owned() },
    }
}
