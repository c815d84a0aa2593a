//! The journal: who did what, and when. An auditor reads all of it, everybody their own acts.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{Answered, Query, file};
use crate::asked::Asked;
use domain::{Actor, FACT_KINDS, Period, Right};
use pipeline::{JournalLine, JournalProof, JournalQuestion, verify_journal};

/// How many entries a page shows.
const LISTED: usize = 100;

#[derive(Serialize)]
struct JournalPage {
    lines: Vec<JournalLine>,
    page: usize,
    pages: usize,
    found: usize,
    /// Whether only the person's own acts are shown, because the role auditor is missing.
    own_only: bool,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    kind: Option<String>,
    period: Option<Period>,
    account: Option<String>,
    kinds: Vec<&'static str>,
    /// Up to which entry each is as it was written.
    chain: Option<JournalProof>,
}

fn midnight(zone: Tz, day: NaiveDate) -> Option<DateTime<Utc>> {
    zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|at| at.with_timezone(&Utc))
}

/// The journal, the newest entry first; or the chosen part of it as CSV.
pub async fn journal(asked: Asked, query: Query) -> Answered {
    let own_only = !asked.may(Right::ReadJournal);
    let zone = asked.served.context.office.zone;
    let (from, to): (Option<NaiveDate>, Option<NaiveDate>) = (query.maybe("from")?, query.maybe("to")?);
    let kind = query.one("kind").filter(|kind| FACT_KINDS.contains(kind)).map(str::to_owned);
    let period: Option<Period> = query.maybe("period")?;
    let own = asked.signed()?.person.account.clone();
    let account = if own_only { Some(own) } else { query.one("account").map(str::to_owned) };
    let question = JournalQuestion {
        since: from.and_then(|day| midnight(zone, day)),
        until: to.and_then(|day| midnight(zone, day.checked_add_days(Days::new(1))?)),
        periods: period.into_iter().collect(),
        kinds: kind.iter().cloned().collect(),
        organs: Vec::new(),
    };
    let of = account.clone();
    let (mut lines, chain) = asked
        .read(async move |served| {
            let mut lines = pipeline::journal(&served.context, &question).await?;
            let is_its = |by: &Actor, account: &str| by.account().is_some_and(|known| known.name == account);
            if let Some(account) = &of {
                lines.retain(|line| is_its(&line.by, account));
            }
            let proof = if own_only { None } else { Some(verify_journal(&served.context, &[]).await?) };
            Ok((lines, proof))
        })
        .await?;
    if query.one("format") == Some("csv") {
        return file(&asked, "journal.csv", "the journal as CSV", csv(&lines).into_bytes()).await;
    }
    lines.reverse();
    let page: usize = query.maybe("page")?.unwrap_or(1).max(1);
    let shown = JournalPage {
        found: lines.len(),
        pages: lines.len().div_ceil(LISTED).max(1),
        lines: lines.into_iter().skip((page - 1) * LISTED).take(LISTED).collect(),
        page,
        own_only,
        from,
        to,
        kind,
        period,
        account: account.filter(|_| !own_only),
        kinds: FACT_KINDS.to_vec(),
        chain,
    };
    asked.page("journal.html", &shown)
}

/// The entries as CSV (RFC 4180), with accounts and without names: no personal data of users leave.
fn csv(lines: &[JournalLine]) -> String {
    let quoted = |text: &str| {
        // A spreadsheet takes a text that begins so for a formula.
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    let mut text = "seq,at,account,kind,period,said\r\n".to_owned();
    for line in lines {
        let account = line.by.account().map_or_else(|| "schedule".to_owned(), |account| account.name.clone());
        let period = line.period.map(|period| period.to_string()).unwrap_or_default();
        let cells = [&line.at_office, &account, line.kind, &period, &line.said].map(|cell: &str| quoted(cell));
        text.push_str(&format!("{},{}\r\n", line.seq, cells.join(",")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_csv_has_accounts_and_no_formula() {
        let line = JournalLine {
            seq: 7,
            at: DateTime::UNIX_EPOCH,
            at_office: "1970-01-01T06:00:00+06:00".into(),
            run: "r".into(),
            by: Actor::signed_in("ab", "A. B.", "m"),
            kind: "settled",
            period: "2025-Q2".parse().ok(),
            organs: Vec::new(),
            said: "=cmd \"x\"".into(),
            fact: domain::Fact::Checked {
                period: "2025-Q2".parse().unwrap(),
                findings: domain::Tally::default(),
                forms: std::collections::BTreeMap::new(),
            },
        };
        let text = csv(&[line]);
        assert!(
            text.ends_with("7,\"1970-01-01T06:00:00+06:00\",\"ab\",\"settled\",\"2025-Q2\",\"'=cmd \"\"x\"\"\"\r\n"),
            "{text}"
        );
        assert!(!text.contains("A. B."));
    }
}
