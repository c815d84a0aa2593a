//! Handing over: what is queued and not held back goes to its organs.

use std::sync::Arc;

use super::{
    Desk, Exit, Failure, Trouble, alone::Alone, delivery, journal::LedgerJournal, letters, needs, progress::Step,
    status,
};
use crate::{
    distribute::{Content, Enclosure, Letters, Pace, Parcel, Receipt, Transport, hand_over},
    domain::{CollectionId, CollectionStatus, Event, OrganId, ParcelRecord, ParcelState, Period, interrupted, parcels},
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
        let parcel = parcel(desk, &letters, record, collection, events)?;
        ready.extend(delivery::by_address(&desk.office, parcel));
    }
    desk.progress.begin(Step::HandOver, ready.len());
    let transport = delivery::transport(desk, scope.dry_run)?;
    let by_mail = matches!(transport, Transport::Smtp(_));
    let (large, ready): (Vec<Parcel>, Vec<Parcel>) =
        ready.into_iter().partition(|parcel| by_mail && delivery::goes_by_folder(&desk.office, parcel));
    let mut ways = vec![(transport, ready)];
    if let Some(outbox) = delivery::outbox(desk).filter(|_| !large.is_empty()) {
        ways.push((Transport::folder(outbox), large));
    }
    let pace = Pace { workers: desk.office.settings.limits.hand_over_at_a_time, ..Pace::default() };
    let mut receipts = Vec::new();
    for (transport, parcels) in ways {
        receipts.extend(if scope.dry_run {
            hand_over(Arc::new(transport), Arc::new(super::journal::DryRun), parcels, pace).await
        } else {
            let journal = LedgerJournal {
                ledger: desk.ledger.clone(),
                run: desk.run.clone(),
                actor: desk.actor.clone(),
                clock: desk.clock.clone(),
                claim: alone.claim.clone(),
            };
            hand_over(Arc::new(transport), Arc::new(journal), parcels, pace).await
        });
    }
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
        max_message_bytes: desk.office.settings.largest_mail_of(organ),
        letter,
        copies: copies.collect::<Result<_, Failure>>()?,
        date: letters::queued_at(record, events).unwrap_or_else(|| desk.now()),
        attempts: record.attempts,
    })
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
