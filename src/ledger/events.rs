//! Appends facts to the journal, and reads events back.

use chrono::{DateTime, SecondsFormat, Utc};
use futures::TryStreamExt as _;
use sqlx::{Any, AssertSqlSafe, Executor as _, Row as _, any::AnyRow};

use super::{
    Ledger, LedgerError, PieceClaims, RunClaim,
    chain::{self, Entry},
    claims,
    connection::WriteTransaction,
    open::Dialect,
};
use domain::{Actor, Event, Fact, JournalHead, Period};

/// Which events to read. An empty list means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub periods: Vec<Period>,
    /// Kinds of facts, as [`Fact::kind`] returns them.
    pub kinds: Vec<&'static str>,
    /// Only events after this place in the journal; 0 means from the first.
    pub after_seq: i64,
}

impl Filter {
    /// The events of these periods. The run of a quarter also needs those of its months and of its half-year.
    #[must_use]
    pub fn of_periods(periods: impl IntoIterator<Item = Period>) -> Self {
        Self { periods: periods.into_iter().collect(), ..Self::default() }
    }

    /// Only these kinds of facts.
    #[must_use]
    pub fn kinds(mut self, kinds: &[&'static str]) -> Self {
        self.kinds = kinds.to_vec();
        self
    }
}

/// What has to be held at an instant so that facts may be written.
#[derive(Clone, Copy)]
enum Holding<'a> {
    Nothing,
    Claim(&'a RunClaim, DateTime<Utc>),
    Pieces(&'a [&'a PieceClaims], DateTime<Utc>),
}

/// Inserts facts given as one JSON array of `[kind, period, body, hash]`. So one statement is enough for any number of facts,
/// and the database takes the array apart faster than a driver binds the values.
const INSERT_SQLITE: &str = "INSERT INTO events (seq, at, run, actor, kind, period, body, chain)
    SELECT $1 + key + 1, $2, $3, $4, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($5)";
const INSERT_POSTGRES: &str = "INSERT INTO events (seq, at, run, actor, kind, period, body, chain)
    SELECT $1 + fact.number, $2, $3, $4, fact.value ->> 0, fact.value ->> 1, fact.value ->> 2, fact.value ->> 3
    FROM json_array_elements($5::json) WITH ORDINALITY AS fact (value, number)";

const NEWEST: &str = "SELECT COALESCE(MAX(seq), 0) FROM events";

/// Writers of PostgreSQL wait for one another, so that a reader never sees an event before an earlier one.
pub(super) const LOCK_EVENTS: &str = "LOCK TABLE events IN EXCLUSIVE MODE";

impl Ledger {
    /// Appends facts, all or none, and returns their places in the journal. When this returns, the facts are on disk.
    ///
    /// # Errors
    /// When the ledger is locked, full or unreachable; then nothing was written. One error says that it is not known
    /// whether the facts were written: [`LedgerError::Unknown`].
    pub async fn append(
        &self,
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        facts: &[Fact],
    ) -> Result<Vec<i64>, LedgerError> {
        Ok(self.append_if(Holding::Nothing, run, actor, at, facts).await?.unwrap_or_default())
    }

    /// Appends facts if a claim is valid at `now`, and checks this in the same transaction. `None` means that the claim
    /// has expired or another has taken it over; then nothing was written. `at` is the time of the facts, which a
    /// person may set to another day.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub async fn append_holding(
        &self,
        claim: &RunClaim,
        now: DateTime<Utc>,
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        facts: &[Fact],
    ) -> Result<Option<Vec<i64>>, LedgerError> {
        self.append_if(Holding::Claim(claim, now), run, actor, at, facts).await
    }

    /// As [`Ledger::append_holding`], for pieces: all of them have to be held.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub async fn append_holding_pieces(
        &self,
        claims: &[&PieceClaims],
        now: DateTime<Utc>,
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        facts: &[Fact],
    ) -> Result<Option<Vec<i64>>, LedgerError> {
        self.append_if(Holding::Pieces(claims, now), run, actor, at, facts).await
    }

    async fn append_if(
        &self,
        holding: Holding<'_>,
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        facts: &[Fact],
    ) -> Result<Option<Vec<i64>>, LedgerError> {
        if facts.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let mut transaction = self.begin_write().await?;
        if self.dialect == Dialect::Postgres {
            self.limits.within((&mut *transaction).execute(LOCK_EVENTS)).await?;
            if !matches!(holding, Holding::Nothing) {
                // Nobody can take the claim over before the facts are committed.
                self.limits.within((&mut *transaction).execute("LOCK TABLE claims IN SHARE MODE")).await?;
            }
        }
        if !self.holds(&mut transaction, holding).await? {
            transaction.rollback().await;
            return Ok(None);
        }
        self.insert(transaction, run, actor, at, facts).await.map(Some)
    }

    /// Appends the facts that `make` derives from the events of some kinds, all or none, and returns them. The events are
    /// read and the facts written in one transaction in which no other writer can come between: so numbers have no gap,
    /// and two people cannot decide the same thing. Without facts nothing is written.
    ///
    /// # Errors
    /// As [`Ledger::append`], and when an event cannot be read.
    pub async fn append_after<F: FnOnce(&[Event]) -> Vec<Fact> + Send>(
        &self,
        kinds: &[&'static str],
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        make: F,
    ) -> Result<Vec<Fact>, LedgerError> {
        let mut transaction = self.begin_write().await?;
        if self.dialect == Dialect::Postgres {
            self.limits.within((&mut *transaction).execute(LOCK_EVENTS)).await?;
        }
        let text = select_statement(0, kinds.len());
        let mut select = sqlx::query::<Any>(AssertSqlSafe(text)).bind(0_i64);
        for kind in kinds {
            select = select.bind(*kind);
        }
        let rows = self.limits.within(select.fetch_all(&mut *transaction)).await?;
        let before = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let facts = make(&before);
        if facts.is_empty() {
            transaction.rollback().await;
            return Ok(facts);
        }
        self.insert(transaction, run, actor, at, &facts).await?;
        Ok(facts)
    }

    /// Writes facts behind the newest event, each with its hash, and commits. The transaction has the lock that keeps other
    /// writers out.
    pub(super) async fn insert(
        &self,
        mut transaction: WriteTransaction,
        run: &str,
        actor: &Actor,
        at: DateTime<Utc>,
        facts: &[Fact],
    ) -> Result<Vec<i64>, LedgerError> {
        let failed = |why: serde_json::Error| LedgerError::Failed { why: why.to_string() };
        let bodies: Vec<String> = facts.iter().map(serde_json::to_string).collect::<Result<_, _>>().map_err(failed)?;
        let Some(last_body) = bodies.last() else { return Ok(Vec::new()) };
        let actor = serde_json::to_string(actor).map_err(failed)?;
        let written_at = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);

        let JournalHead { seq: last, mut hash } = chain::head(&mut transaction, self.limits).await?;
        let mut rows: Vec<(&str, Option<String>, &str, String)> = Vec::with_capacity(facts.len());
        for ((fact, body), seq) in facts.iter().zip(&bodies).zip(last + 1..) {
            let period = fact.period().map(|period| period.to_string());
            let (at, kind, actor) = (written_at.as_str(), fact.kind(), actor.as_str());
            hash = chain::link(&hash, &Entry { seq, at, run, actor, kind, period: period.as_deref(), body });
            rows.push((kind, period, body, hash.to_string()));
        }
        let rows = serde_json::to_string(&rows).map_err(failed)?;
        let insert = match self.dialect {
            Dialect::Sqlite => INSERT_SQLITE,
            Dialect::Postgres => INSERT_POSTGRES,
        };
        let inserted = sqlx::query(insert).bind(last).bind(written_at).bind(run).bind(actor).bind(rows);
        let count = self.limits.within(inserted.execute(&mut *transaction)).await?.rows_affected();
        if count != facts.len() as u64 {
            return Err(LedgerError::Failed { why: format!("{count} of {} facts were taken", facts.len()) });
        }
        let seq = last + facts.len() as i64;
        if let Err(error) = transaction.commit().await {
            // The reply to COMMIT may be lost although COMMIT succeeded. A connection that failed is not used again, so
            // the second look has a new one.
            let mut found = self.contains(seq, run, last_body).await;
            if found.is_err() {
                found = self.contains(seq, run, last_body).await;
            }
            match found {
                Ok(true) => {}
                Ok(false) => return Err(error),
                Err(_) => return Err(LedgerError::Unknown { why: error.to_string() }),
            }
        }
        Ok((last + 1..=seq).collect())
    }

    /// Whether everything is held that the facts need.
    async fn holds(&self, transaction: &mut WriteTransaction, holding: Holding<'_>) -> Result<bool, LedgerError> {
        match holding {
            Holding::Nothing => Ok(true),
            Holding::Claim(claim, now) => claims::is_valid(self, transaction, claim, now).await,
            Holding::Pieces(groups, now) => {
                for claims in groups {
                    if !self.holds_pieces(transaction, claims, now).await? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Whether an event was written. On PostgreSQL it waits until the transaction that may still write it has ended.
    async fn contains(&self, seq: i64, run: &str, body: &str) -> Result<bool, LedgerError> {
        let select = sqlx::query("SELECT run, body FROM events WHERE seq = $1").bind(seq);
        let row = if self.dialect == Dialect::Postgres {
            let mut transaction = self.begin_write().await?;
            self.limits.within((&mut *transaction).execute(LOCK_EVENTS)).await?;
            let row = self.limits.within(select.fetch_optional(&mut *transaction)).await?;
            transaction.rollback().await;
            row
        } else {
            let mut connection = self.reader().await?;
            let row = self.limits.within(select.fetch_optional(&mut *connection)).await?;
            connection.give_back();
            row
        };
        let Some(row) = row else { return Ok(false) };
        Ok(row.try_get::<String, _>(0)? == run && row.try_get::<String, _>(1)? == body)
    }

    /// The run that wrote the first event; `None` while the ledger is empty. Copies of a ledger have it in common, and
    /// two ledgers have different ones.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn first_run(&self) -> Result<Option<String>, LedgerError> {
        let first = sqlx::query_scalar("SELECT run FROM events ORDER BY seq LIMIT 1");
        let mut connection = self.reader().await?;
        let run: Option<String> = self.limits.within(first.fetch_optional(&mut *connection)).await?;
        connection.give_back();
        Ok(run)
    }

    /// The place of the last event in the journal; 0 if there is none.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn last_seq(&self) -> Result<i64, LedgerError> {
        let mut connection = self.reader().await?;
        let newest = sqlx::query_scalar(NEWEST);
        let last = self.limits.within(newest.fetch_one(&mut *connection)).await?;
        connection.give_back();
        Ok(last)
    }

    /// The events that a filter selects, in the order in which they were written.
    ///
    /// # Errors
    /// When the ledger cannot be read, or contains a fact of a kind that only a newer program can read.
    pub async fn events(&self, filter: &Filter) -> Result<Vec<Event>, LedgerError> {
        let text = select_statement(filter.periods.len(), filter.kinds.len());
        let mut select = sqlx::query::<Any>(AssertSqlSafe(text)).bind(filter.after_seq);
        for period in &filter.periods {
            select = select.bind(period.to_string());
        }
        for kind in &filter.kinds {
            select = select.bind(*kind);
        }
        let mut connection = self.reader().await?;
        let mut events = Vec::new();
        let mut rows = select.fetch(&mut *connection);
        // The limit is for each row: a journal of many years takes its time, and a dead server sends no row.
        while let Some(row) = self.limits.within(rows.try_next()).await? {
            events.push(event(&row)?);
        }
        drop(rows);
        connection.give_back();
        Ok(events)
    }
}

pub(super) fn select_statement(periods: usize, kinds: usize) -> String {
    let list = |from: usize, count: usize| (from..from + count).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
    let among = |column: &str, list: String| if list.is_empty() { list } else { format!(" AND {column} IN ({list})") };
    let (periods, kinds) = (among("period", list(2, periods)), among("kind", list(2 + periods, kinds)));
    format!("SELECT seq, at, run, actor, kind, body FROM events WHERE seq > $1{periods}{kinds} ORDER BY seq")
}

pub(super) fn event(row: &AnyRow) -> Result<Event, LedgerError> {
    let seq: i64 = row.try_get(0)?;
    let unreadable = |why: String| LedgerError::Unreadable { seq, why };
    let at: String = row.try_get(1)?;
    let at = DateTime::parse_from_rfc3339(&at).map_err(|e| unreadable(e.to_string()))?.to_utc();
    let actor: String = row.try_get(3)?;
    let actor = serde_json::from_str(&actor).map_err(|e| unreadable(e.to_string()))?;
    let body: String = row.try_get(5)?;
    let fact = serde_json::from_str(&body).map_err(|error| {
        let why = error.to_string();
        // serde's text for an unknown tag; the kind itself is in a column of its own.
        if why.starts_with("unknown variant") {
            return LedgerError::NewerFact { kind: row.try_get(4).unwrap_or_default(), seq };
        }
        unreadable(why)
    })?;
    Ok(Event { seq, at, run: row.try_get(2)?, actor, fact })
}
