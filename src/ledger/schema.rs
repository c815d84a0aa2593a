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
];

/// The first schema whose table of claims can say who holds a piece of work, and since when.
pub const WITH_PIECES: i64 = 2;

/// Takes an advisory lock until the transaction ends, so that two programs that open a new database at the same time
/// migrate it one after the other. The number is arbitrary, but must not be another program's.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(7234917001)";

/// Migrates the schema to the newest, in the caller's write transaction.
///
/// # Errors
/// When the schema is newer than this program, or the tables are not a ledger's.
pub async fn migrate(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), LedgerError> {
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
    Ok(())
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
