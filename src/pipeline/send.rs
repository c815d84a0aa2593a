//! Handing over: what is queued and not held back goes to its organs.

use std::{path::PathBuf, sync::Arc};

use super::{
    Desk, Exit, Failure, Trouble, alone::Alone, journal::LedgerJournal, letters, needs, progress::Step, status,
};
use crate::{
    config::{SmtpTls, TransportSettings},
    distribute::{
        Content, Credentials, Enclosure, Letters, Pace, Parcel, Receipt, Security, Smtp, SmtpServer, Timeouts,
        Transport, hand_over,
    },
    domain::{
        CollectionId, CollectionStatus, Event, OrganId, Origin, ParcelRecord, ParcelState, Period, interrupted, parcels,
    },
    store::ArtifactKey,
};

/// Which parcels are meant; empty lists mean all.
#[derive(Debug, Clone, Default)]
pub struct SendScope {
    pub collections: Vec<CollectionId>,
    pub organs: Vec<OrganId>,
    /// Everything but the last step: into a folder of the output.
    pub dry_run: bool,
}

/// What handing over brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendReport {
    pub handed: usize,
    pub troubles: Vec<Trouble>,
    pub exit: Exit,
}

/// Hands the queued parcels of a period over.
///
/// # Errors
/// When another run works here, the transport is not set up, or the ledger fails. A parcel that was not taken is no
/// error: the report says so.
pub async fn send(desk: &Desk, period: Period, scope: &SendScope) -> Result<SendReport, Failure> {
    let alone = Alone::claim(desk).await?;
    let report = send_claimed(desk, period, scope, &alone).await;
    alone.release().await?;
    report
}

/// As [`send`], for a run that holds the claim already.
///
/// # Errors
/// As [`send`].
pub async fn send_claimed(
    desk: &Desk,
    period: Period,
    scope: &SendScope,
    alone: &Alone,
) -> Result<SendReport, Failure> {
    let quarter = needs::quarter(period)?;
    mend(desk, quarter).await?;
    let events = status::events_of(desk, quarter).await?;
    let standing = status::standing(desk, quarter, &events);
    let records = parcels(&events);
    let (mut queue, mut report) = (Vec::new(), SendReport::default());
    for collection in &standing.status.collections {
        let ours = |r: &&ParcelRecord| is_asked(r, collection, scope) && r.to_send().next().is_some();
        let waiting: Vec<&ParcelRecord> = records.values().filter(ours).collect();
        if collection.draft && is_in(&collection.id, &scope.collections) {
            let why = format!("is a DRAFT, held back by error findings; see `zhinaq check --period {period}`");
            report.troubles.push(Trouble::new(format!("collection `{}`", collection.id), why));
            report.exit = report.exit.or(Exit::HeldBack);
            continue;
        }
        queue.extend(waiting.into_iter().map(|record| (record, collection)));
    }
    if !queue.is_empty() {
        let receipts = carry(desk, queue, &events, scope, alone).await?;
        tell(&receipts, &mut report);
    }
    if !scope.dry_run {
        let now = status::status(desk, quarter).await?;
        let short = now
            .status
            .collections
            .iter()
            .any(|c| is_in(&c.id, &scope.collections) && c.parcels.handed < c.parcels.expected);
        if short && scope.organs.is_empty() {
            report.exit = report.exit.or(Exit::Short);
        }
    }
    Ok(report)
}

fn is_in<T: PartialEq>(one: &T, list: &[T]) -> bool {
    list.is_empty() || list.contains(one)
}

fn is_asked(record: &ParcelRecord, collection: &CollectionStatus, scope: &SendScope) -> bool {
    let issue = &record.parcel.issue;
    issue.collection == collection.id
        && issue.period == collection.period
        && is_in(&issue.collection, &scope.collections)
        && is_in(&record.parcel.organ, &scope.organs)
}

/// Records what became of attempts whose program died; asked while nobody else can be sending.
async fn mend(desk: &Desk, quarter: Period) -> Result<(), Failure> {
    let open = interrupted(&status::events_of(desk, quarter).await?);
    desk.record(&open).await
}

async fn carry(
    desk: &Desk,
    queue: Vec<(&ParcelRecord, &CollectionStatus)>,
    events: &[Event],
    scope: &SendScope,
    alone: &Alone,
) -> Result<Vec<Receipt>, Failure> {
    let letters = Letters::load(&desk.office.home)
        .map_err(|faults| Failure::usage(format!("the letters' templates have faults:\n{faults}")))?;
    let mut ready = Vec::new();
    for (record, collection) in queue {
        ready.push(parcel(desk, &letters, record, collection, events)?);
    }
    desk.progress.begin(Step::HandOver, ready.len());
    let transport = Arc::new(transport(desk, scope.dry_run)?);
    let pace = Pace { workers: desk.office.settings.limits.hand_over_at_a_time, ..Pace::default() };
    let receipts = if scope.dry_run {
        hand_over(transport, Arc::new(super::journal::DryRun), ready, pace).await
    } else {
        let journal = LedgerJournal {
            ledger: desk.ledger.clone(),
            run: desk.run.clone(),
            actor: desk.actor.clone(),
            clock: desk.clock.clone(),
            claim: alone.claim.clone(),
        };
        hand_over(transport, Arc::new(journal), ready, pace).await
    };
    desk.progress.end(Step::HandOver);
    Ok(receipts)
}

fn parcel(
    desk: &Desk,
    letters: &Letters,
    record: &ParcelRecord,
    collection: &CollectionStatus,
    events: &[Event],
) -> Result<Parcel, Failure> {
    let organ = &record.parcel.organ;
    let language = desk.office.settings.language_of(organ);
    let letter = letters::letter(desk, letters, record, collection, language)?;
    let copies = record.to_send().map(|copy| {
        let key = ArtifactKey::Copy {
            issue: record.parcel.issue.clone(),
            organ: organ.clone(),
            language,
            number: copy.number,
            of: copy.of,
        };
        let path =
            desk.artifacts.path(&key).map_err(|error| Failure::ours("a copy has no place in the output", error))?;
        Ok(Enclosure { record: copy.clone(), content: Content::File(path) })
    });
    Ok(Parcel {
        id: record.parcel.clone(),
        language,
        origin: desk.origin,
        to: desk.office.settings.addresses.get(organ).cloned().unwrap_or_default(),
        letter,
        copies: copies.collect::<Result<_, Failure>>()?,
        date: letters::queued_at(record, events).unwrap_or_else(|| desk.now()),
        attempts: record.attempts,
    })
}

/// The way by which parcels of a desk travel.
///
/// # Errors
/// When the mail server of zhinaq.toml cannot be used.
pub fn transport(desk: &Desk, dry_run: bool) -> Result<Transport, Failure> {
    let root = desk.artifacts.root();
    if dry_run {
        return Ok(Transport::folder(root.join("dry-run")));
    }
    match &desk.office.settings.transport {
        // Sample parcels stay below the sample office's own output, wherever the real outbox is.
        TransportSettings::Folder { .. } if desk.origin == Origin::Sample => Ok(Transport::folder(root.join("outbox"))),
        TransportSettings::Folder { path } => Ok(Transport::folder(desk.office.path(path))),
        TransportSettings::Smtp(settings) => {
            let server = SmtpServer {
                host: settings.host.clone(),
                port: settings.port,
                security: match settings.tls {
                    SmtpTls::Starttls => Security::StartTls,
                    SmtpTls::Tls => Security::Implicit,
                    SmtpTls::None => Security::None,
                },
                authorities: settings.authorities.as_ref().map(|path: &PathBuf| desk.office.path(path)),
                credentials: credentials(settings.user_env.as_deref(), settings.password_env.as_deref())?,
                from: settings.from.clone(),
                from_name: Some(desk.office.settings.office.name.ru.clone()).filter(|name| !name.is_empty()),
                archive: settings.archive.clone(),
                max_message_bytes: Some(settings.max_message_bytes),
                timeouts: Timeouts::default(),
            };
            let smtp = if desk.origin == Origin::Sample { Smtp::on_this_machine(server) } else { Smtp::new(server) };
            let smtp = smtp
                .map_err(|error| Failure::usage(format!("the mail server of zhinaq.toml cannot be used: {error}")))?;
            Ok(Transport::Smtp(smtp))
        }
    }
}

fn credentials(user: Option<&str>, password: Option<&str>) -> Result<Option<Credentials>, Failure> {
    let value = |name: &str| {
        std::env::var(name)
            .map_err(|_| Failure::usage(format!("the environment variable `{name}` for the mail server is not set")))
    };
    match (user, password) {
        (Some(user), Some(password)) => Ok(Some(Credentials::new(value(user)?, value(password)?))),
        (None, None) => Ok(None),
        _ => {
            Err(Failure::usage("zhinaq.toml names only one of `user_env` and `password_env`; a mail server wants both"))
        }
    }
}

fn tell(receipts: &[Receipt], report: &mut SendReport) {
    for receipt in receipts {
        match receipt.outcome.state {
            state if state.is_handed() => report.handed += 1,
            ParcelState::Uncertain => report.troubles.push(Trouble::new(
                format!("parcel `{}`", receipt.parcel),
                format!(
                    "uncertain: {}; look for it, then `zhinaq settle --parcel {}`",
                    receipt.outcome.words, receipt.parcel
                ),
            )),
            state => report.troubles.push(Trouble::new(
                format!("parcel `{}`", receipt.parcel),
                format!("{state}: {}", receipt.outcome.words),
            )),
        }
        if !receipt.recorded {
            report.exit = report.exit.or(Exit::Ours);
        }
    }
}
