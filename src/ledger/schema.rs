//! The tables of the ledger, and the migration of an older ledger.

use sqlx::{AnyConnection, Executor as _, Row as _};

use super::{LedgerError, open::Dialect};

/// The steps from an empty database to the newest schema, one list for each dialect. The number of a schema is the
/// count of the steps taken.
const SQLITE: &[&str] = &[
    "CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        run TEXT NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        period TEXT,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_period ON events (period, seq);
    CREATE INDEX events_by_kind ON events (kind, seq);
    CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
    CREATE TABLE claims (
        what TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        fence INTEGER NOT NULL,
        expires INTEGER NOT NULL
    ) STRICT",
    "ALTER TABLE claims ADD COLUMN account TEXT;
    ALTER TABLE claims ADD COLUMN since INTEGER;
    CREATE INDEX claims_by_fence ON claims (fence)",
    "ALTER TABLE events ADD COLUMN chain TEXT;
    CREATE TRIGGER events_are_chained BEFORE INSERT ON events WHEN NEW.chain IS NULL
        BEGIN SELECT RAISE(ABORT, 'events are chained: a newer zhinaq works on this ledger'); END;
    CREATE TABLE journal_base (upto INTEGER NOT NULL, chain TEXT NOT NULL) STRICT;
    CREATE TABLE sessions (
        token TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        network TEXT NOT NULL,
        agent TEXT NOT NULL,
        began INTEGER NOT NULL,
        used INTEGER NOT NULL,
        ended INTEGER
    ) STRICT;
    CREATE INDEX sessions_by_account ON sessions (account);
    CREATE TABLE secrets (
        account TEXT PRIMARY KEY,
        password TEXT,
        seed TEXT,
        step INTEGER,
        recovery TEXT NOT NULL,
        invite TEXT,
        invite_until INTEGER
    ) STRICT;
    CREATE TABLE attempts (what TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) STRICT",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE events (
        seq BIGINT PRIMARY KEY,
        at TEXT NOT NULL,
        run TEXT NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        period TEXT,
        body TEXT NOT NULL
    );
    CREATE INDEX events_by_period ON events (period, seq);
    CREATE INDEX events_by_kind ON events (kind, seq);
    CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
    CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION events_are_append_only();
    CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();
    CREATE TABLE claims (
        what TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        fence BIGINT NOT NULL,
        expires BIGINT NOT NULL
    )",
    "ALTER TABLE claims ADD COLUMN account TEXT;
    ALTER TABLE claims ADD COLUMN since BIGINT;
    CREATE INDEX claims_by_fence ON claims (fence)",
    // Older entries are not looked at by the constraint: they have no hash of their own.
    "ALTER TABLE events ADD COLUMN chain TEXT;
    ALTER TABLE events ADD CONSTRAINT events_are_chained CHECK (chain IS NOT NULL) NOT VALID;
    CREATE TABLE journal_base (upto BIGINT NOT NULL, chain TEXT NOT NULL);
    CREATE TABLE sessions (
        token TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        network TEXT NOT NULL,
        agent TEXT NOT NULL,
        began BIGINT NOT NULL,
        used BIGINT NOT NULL,
        ended BIGINT
    );
    CREATE INDEX sessions_by_account ON sessions (account);
    CREATE TABLE secrets (
        account TEXT PRIMARY KEY,
        password TEXT,
        seed TEXT,
        step BIGINT,
        recovery TEXT NOT NULL,
        invite TEXT,
        invite_until BIGINT
    );
    CREATE TABLE attempts (what TEXT PRIMARY KEY, failures BIGINT NOT NULL, last BIGINT NOT NULL)",
];

/// The first schema whose table of claims can say who holds a piece of work, and since when.
pub const WITH_PIECES: i64 = 2;
/// The first schema with a chain of hashes, and with the tables of sessions and secrets.
pub const WITH_CHAIN: i64 = 3;

/// Takes an advisory lock until the transaction ends, so that two programs that open a new database at the same time
/// migrate it one after the other. The number is arbitrary, but must not be another program's.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(7234917001)";

/// Migrates the schema to the newest, in the caller's write transaction. Returns the number of the schema before.
///
/// # Errors
/// When the schema is newer than this program, or the tables are not a ledger's.
pub async fn migrate(connection: &mut AnyConnection, dialect: Dialect) -> Result<i64, LedgerError> {
    if dialect == Dialect::Postgres {
        connection.execute(POSTGRES_LOCK).await?;
    }
    connection.execute("CREATE TABLE IF NOT EXISTS zhinaq_schema (version BIGINT NOT NULL)".trim_start()).await?;
    let steps = steps(dialect);
    let found = version(connection).await?;
    check(found, steps)?;
    for (taken, step) in steps.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        connection.execute(*step).await?;
        connection.execute("DELETE FROM zhinaq_schema").await?;
        let number = i64::try_from(taken + 1).unwrap_or(i64::MAX);
        sqlx::query("INSERT INTO zhinaq_schema (version) VALUES ($1)").bind(number).execute(&mut *connection).await?;
    }
    Ok(found)
}

/// Checks that this program can read the ledger as it is. Returns the number of its schema.
///
/// # Errors
/// When the schema is newer than this program's, or the tables are not a ledger's.
pub async fn check_readable(connection: &mut AnyConnection, dialect: Dialect) -> Result<i64, LedgerError> {
    let found = version(connection).await?;
    check(found, steps(dialect))?;
    Ok(found)
}

fn steps(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    }
}

fn check(found: i64, steps: &[&str]) -> Result<(), LedgerError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if found > known { Err(LedgerError::NewerSchema { found, known }) } else { Ok(()) }
}

async fn version(connection: &mut AnyConnection) -> Result<i64, LedgerError> {
    let row = sqlx::query("SELECT version FROM zhinaq_schema").fetch_optional(connection).await?;
    Ok(row.map(|r| r.try_get(0)).transpose()?.unwrap_or(0))
}
