//! Compares the ledger with its witnesses: does it contain every copy that was sent?
//!
//! In: the ledger's facts about copies, and its witnesses: the journal of sendings, the manifests in the outbox, and
//! numbered copies beside an empty ledger. Out: what the witnesses contain and the ledger lacks, and whether they can
//! show it at all ([`unseen`]). A command that sends runs [`assured`] first, and stops if there is a difference or a
//! doubt. A person takes the difference in and ends the doubt with `decisions::reconcile`, which can also read the
//! mailbox that gets a copy of each mail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    copies_there::{copies_in_store, files, folders, numbered_copies},
    unseen::{self, WitnessDoubt},
};
use crate::{
    Context, Failure,
    context::{
        SendingsRead,
        claimed::{ClaimedPieces, at_work},
    },
};
use config::TransportSettings;
use domain::{
    Actor, Channel, CopyNumbers, CopyRecord, Event, Fact, Origin, ParcelId, ParcelState, Piece, Unseen, WITNESSED,
    Witnessed, runs_that_sent, unknown_to, unknown_to_witness,
};
use ledger::Filter;

/// Shows that the witnesses were compared before parcels are handed over. Once is enough for a program: what it and
/// others send meanwhile is in the ledger before it is in a witness.
pub struct Cleared(());

impl Cleared {
    /// Compares the witnesses.
    ///
    /// # Errors
    /// As [`assured`].
    pub async fn of(context: &Context) -> Result<Self, Failure> {
        assured(context).await.map(|()| Self(()))
    }
}

/// A parcel about which witnesses contain more than the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownParcel {
    pub parcel: ParcelId,
    /// The copies that were sent, as far as the witness lists them.
    pub copies: Vec<u32>,
    /// Their state by the last fact of the witness.
    pub state: ParcelState,
    pub at: DateTime<Utc>,
    /// The source of this: a file, a mail.
    pub witness: String,
    /// What the ledger lacks, oldest first.
    #[serde(skip)]
    pub facts: Vec<Witnessed>,
}

/// The ledger compared with its witnesses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WitnessComparison {
    pub unknown: Vec<UnknownParcel>,
    /// What mentions copies and cannot be taken in; a person has to look at it.
    pub unclear: Vec<String>,
    /// Why the witnesses cannot show whether more is missing, if they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<WitnessDoubt>,
    /// What the ledger contains and the journal of sendings lacks; it is written there before anything is sent.
    #[serde(skip)]
    pub unwritten: Vec<Witnessed>,
    /// The run that began the ledger, if the journal of sendings has to be labelled with it before anything is sent.
    #[serde(skip)]
    pub label: Option<String>,
}

impl WitnessComparison {
    /// Whether the ledger contains everything that its witnesses contain, and they can show it.
    #[must_use]
    pub fn agrees(&self) -> bool {
        !self.differs() && self.doubt.is_none()
    }

    /// Whether the witnesses contain something that the ledger lacks.
    #[must_use]
    pub fn differs(&self) -> bool {
        !self.unknown.is_empty() || !self.unclear.is_empty()
    }

    /// The difference, or else the doubt, in one sentence; `None` if they agree.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        if let Some(first) = self.unknown.first() {
            let periods: BTreeSet<String> = self.unknown.iter().map(|u| u.parcel.issue.period.to_string()).collect();
            let periods: Vec<String> = periods.into_iter().collect();
            let count = domain::counted(self.unknown.len(), "parcel");
            return Some(format!(
                "handed-over parcels are missing in the ledger: {count} of {} (`{}`, found in {})",
                periods.join(", "),
                first.parcel,
                first.witness
            ));
        }
        let unclear = self.unclear.first();
        let unclear = unclear.map(|first| format!("handed-over parcels may be missing in the ledger: {first}"));
        unclear.or_else(|| self.doubt.as_ref().map(|doubt| doubt.words.clone()))
    }
}

/// The folder into which parcels are put. Sample parcels stay below the sample office's own output, wherever the real
/// outbox is.
#[must_use]
pub fn outbox(context: &Context) -> PathBuf {
    match &context.office.settings.transport {
        TransportSettings::Folder { path } if context.origin == Origin::Real => context.office.path(path),
        TransportSettings::Folder { .. } | TransportSettings::Smtp(_) => context.output.join("outbox"),
    }
}

/// Compares the ledger with the journal of sendings, the outbox and the numbered copies.
///
/// # Errors
/// When the ledger or a witness cannot be read.
pub async fn compared(context: &Context) -> Result<WitnessComparison, Failure> {
    // The witnesses first: what another program does meanwhile is in the ledger before it is in a witness.
    let (written, laid) = (context.sendings.read()?, laid(&outbox(context)));
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    let first_run = context.first_run().await?;
    let mut unwritten = unknown_to_witness(&events, &written.facts);
    if runs_that_sent(&unwritten).len() > 1 {
        // Several programs may be at work, each between its fact in the ledger and the same fact in the witness.
        unwritten = left_unwritten(context).await?.0;
    }
    let mut comparison = WitnessComparison { unwritten, ..WitnessComparison::default() };
    let now = unseen::now(context, first_run.as_deref(), (&events, &comparison.unwritten), &written);
    comparison.doubt = unseen::doubt(context, now).await?;
    comparison.label = first_run.filter(|_| written.is_unlabelled() || written.is_copied());
    // What another office handed over is no matter of this ledger.
    if now != Some(Unseen::OtherLedger) {
        let journal = format!("`{}`", context.sendings.path().display());
        comparison.unknown = by_parcel(unknown_to(&events, &written.facts), &journal);
    }
    let mut known: BTreeSet<ParcelId> = sent(&events).collect();
    known.extend(comparison.unknown.iter().map(|u| u.parcel.clone()));
    laid_against(context, (&events, &known), laid, &mut comparison);
    if !comparison.differs() && events.is_empty() && is_new(context).await? {
        comparison.unclear.extend(numbered_copies(&context.output));
        comparison.unclear.extend(copies_in_store(context));
    }
    Ok(comparison)
}

/// Checks, before anything is sent, that the ledger contains everything that was sent. Then brings the journal of
/// sendings up to date with the ledger.
///
/// # Errors
/// When the ledger lacks what a witness contains, or the witnesses cannot show whether it does: the error says what, and
/// how a person goes on. Also when the ledger or a witness cannot be read, or the journal of sendings cannot be written.
pub async fn assured(context: &Context) -> Result<(), Failure> {
    let comparison = compared(context).await?;
    if let (Some(doubt), false) = (&comparison.doubt, comparison.differs()) {
        return Err(doubt.refusal(context));
    }
    if let Some(told) = comparison.told() {
        let reconcile = || context.call.command("reconcile");
        return Err(Failure::usage(format!(
            "{told}; nothing was sent. If a volume is not mounted, or a newer backup exists, mount it or bring it back \
             first ({}); then {} lists every difference, and {} takes them in",
            context.call.command("restore").flag("…"),
            reconcile(),
            reconcile().asked("--reason")
        ))
        .coded("witness"));
    }
    if comparison.unwritten.is_empty() && comparison.label.is_none() {
        return Ok(());
    }
    let claimed = ClaimedPieces::wait(context, [Piece::Witness]).await?;
    let noted = bring_up_to_date(context).await;
    claimed.after(noted).await
}

/// Writes into the journal of sendings what it lacks of the ledger: what programs recorded that ended before they wrote
/// it there too. A program that works writes it itself, and a fact that is there twice would count as two.
async fn bring_up_to_date(context: &Context) -> Result<(), Failure> {
    let (unwritten, written) = left_unwritten(context).await?;
    let first_run = context.first_run().await?;
    if let Some(first_run) = first_run.filter(|_| written.is_unlabelled() || written.is_copied()) {
        context.sendings.keep_beside(&first_run, context.now())?;
    }
    context.sendings.note(&unwritten)
}

/// What the journal of sendings lacks of the ledger, without the facts of programs at work; and the journal.
async fn left_unwritten(context: &Context) -> Result<(Vec<Witnessed>, SendingsRead), Failure> {
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    // In this order: who has released its parcel by now has written everything about it.
    let mut held = at_work(context).await?;
    // Who has the whole office works alone: this program, or one that brings the journal up to date itself.
    held.retain(|piece| piece.what != Piece::Office.to_string());
    let written = context.sendings.read()?;
    let is_others = |fact: &Fact| {
        let pieces = fact.witnessed().map(|parcel| [Piece::Hand(parcel.clone()), Piece::Stamp(parcel.issue.clone())]);
        pieces.iter().flatten().any(|piece| held.iter().any(|held| held.excludes(piece)))
    };
    let mut unwritten = unknown_to_witness(&events, &written.facts);
    unwritten.retain(|witnessed| !is_others(&witnessed.fact));
    Ok((unwritten, written))
}

/// The parcels that were tried, by the facts of the ledger.
fn sent(events: &[Event]) -> impl Iterator<Item = ParcelId> {
    events.iter().filter_map(|event| match &event.fact {
        Fact::Sending { parcel, .. } | Fact::Outcome { parcel, .. } => Some(parcel.clone()),
        _ => None,
    })
}

/// Groups facts by parcel; each parcel gets the state of its last fact.
#[must_use]
pub fn by_parcel(facts: Vec<Witnessed>, witness: &str) -> Vec<UnknownParcel> {
    let mut parcels: BTreeMap<ParcelId, UnknownParcel> = BTreeMap::new();
    for written in facts {
        let Some(parcel) = written.fact.witnessed().cloned() else { continue };
        let unknown = parcels.entry(parcel.clone()).or_insert_with(|| UnknownParcel {
            parcel,
            copies: Vec::new(),
            state: ParcelState::Queued,
            at: written.at,
            witness: witness.to_owned(),
            facts: Vec::new(),
        });
        let copies: &[u32] = match &written.fact {
            Fact::Sending { copies, .. } => {
                unknown.state = ParcelState::Sending;
                copies
            }
            Fact::Outcome { state, copies, .. } | Fact::Settled { state, copies, .. } => {
                unknown.state = *state;
                copies
            }
            _ => &[],
        };
        unknown.copies.extend(copies);
        unknown.copies.sort_unstable();
        unknown.copies.dedup();
        unknown.at = written.at;
        unknown.facts.push(written);
    }
    parcels.into_values().collect()
}

/// The fields of a parcel's manifest in the outbox that are needed here.
#[derive(Deserialize)]
struct Manifest {
    parcel: ParcelId,
    origin: Origin,
    copies: Vec<CopyRecord>,
}

/// The largest size of a manifest, in bytes: a manifest of a thousand copies is smaller.
const MANIFEST: u64 = 4 << 20;

/// The parcels that lie in an outbox, `<organ>/<period>/<collection>/<issue>/`, each with its folder.
fn laid(outbox: &Path) -> Vec<(ParcelId, PathBuf)> {
    let mut laid = Vec::new();
    for organ in folders(outbox) {
        for folder in folders(&organ).iter().flat_map(|period| folders(period)).flat_map(|c| folders(&c)) {
            let below = folder.strip_prefix(outbox).unwrap_or(&folder);
            let parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
            let [organ, period, collection, issue] = parts[..] else { continue };
            let parcel = format!("{period}/{collection}/{issue}/{organ}").parse::<ParcelId>();
            laid.extend(parcel.ok().map(|parcel| (parcel, folder)));
        }
    }
    laid
}

/// Adds the parcels that lie in the outbox with a manifest and that were never sent according to the ledger.
fn laid_against(
    context: &Context,
    (events, known): (&[Event], &BTreeSet<ParcelId>),
    laid: Vec<(ParcelId, PathBuf)>,
    comparison: &mut WitnessComparison,
) {
    for (parcel, folder) in laid.into_iter().filter(|(parcel, _)| !known.contains(parcel)) {
        for path in files(&folder).filter(|path| is_manifest(path)) {
            match manifest(&path, &parcel, context.origin) {
                Ok(Some(manifest)) => {
                    let witness = format!("`{}`", path.display());
                    comparison.unknown.extend(by_parcel(laid_down(context.now(), events, manifest, &path), &witness));
                }
                Ok(None) => {}
                Err(why) => comparison.unclear.push(format!("`{}` {why}", path.display())),
            }
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("manifest") && name.ends_with(".json")
}

/// Reads a manifest of a parcel; `None` if it is of the other origin, which has its own ledger.
fn manifest(path: &Path, parcel: &ParcelId, origin: Origin) -> Result<Option<Manifest>, String> {
    let length = path.metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
    if length > MANIFEST {
        return Err(format!("has {length} bytes, which no manifest has"));
    }
    let text = fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| format!("is not a manifest of this program: {error}"))?;
    if manifest.parcel != *parcel {
        return Err(format!("is the manifest of `{}`, and lies where `{parcel}` belongs", manifest.parcel));
    }
    Ok((manifest.origin == origin).then_some(manifest))
}

/// The facts that a manifest proves: its copies were numbered, and lie where their organ fetches them.
fn laid_down(now: DateTime<Utc>, events: &[Event], manifest: Manifest, path: &Path) -> Vec<Witnessed> {
    let modified = path.metadata().and_then(|found| found.modified()).map_or_else(|_| now, DateTime::from);
    let numbers: Vec<u32> = manifest.copies.iter().map(|copy| copy.number).collect();
    let is_queued = events.iter().any(|event| {
        matches!(&event.fact, Fact::Queued { parcel, copies }
            if *parcel == manifest.parcel && copies.iter().any(|copy| numbers.contains(&copy.number)))
    });
    let mut facts = Vec::new();
    let parcel = manifest.parcel;
    if !is_queued {
        let copies = manifest.copies.iter().map(without_hash).collect();
        facts.push(Fact::Queued { parcel: parcel.clone(), copies });
    }
    facts.extend(went(&parcel, Channel::Folder, None, (1, &numbers), "its manifest lies in the outbox"));
    facts.into_iter().map(|fact| taken_from_outside(modified, fact)).collect()
}

/// A copy with its file name in the register; in the outbox, the name also contains the beginning of the hash.
fn without_hash(copy: &CopyRecord) -> CopyRecord {
    let infix = format!(".{}", copy.sha256.short());
    CopyRecord { file: copy.file.replacen(&infix, "", 1), ..copy.clone() }
}

/// The two facts of copies that are known to have gone.
#[must_use]
pub fn went(
    parcel: &ParcelId,
    transport: Channel,
    message_id: Option<String>,
    (attempt, copies): (u32, &[u32]),
    evidence: &str,
) -> [Fact; 2] {
    let sending =
        Fact::Sending { parcel: parcel.clone(), attempt, message_id, transport, copies: copies.to_vec(), mail: None };
    let outcome = Fact::Outcome {
        parcel: parcel.clone(),
        attempt,
        state: ParcelState::Handed,
        words: evidence.to_owned(),
        transient: false,
        copies: copies.to_vec(),
        addresses: None,
    };
    [sending, outcome]
}

/// A fact that no run of this ledger wrote.
#[must_use]
pub fn taken_from_outside(at: DateTime<Utc>, fact: Fact) -> Witnessed {
    Witnessed { at, run: "reconciled".into(), actor: Actor::Schedule, fact }
}

/// Whether nothing was ever done on the ledger. A run that ended between making copies and numbering them has recorded
/// that it began.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn is_new(context: &Context) -> Result<bool, Failure> {
    let begun = ["run-started", "scheduled", "fetched", "dataset-read", "refused", "built"];
    Ok(context.events(&Filter::default().kinds(&begun)).await?.is_empty())
}

/// Copies for a message, such as `1-7`.
#[must_use]
pub fn numbers(copies: &[u32]) -> CopyNumbers {
    copies.iter().copied().collect()
}
