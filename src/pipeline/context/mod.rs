//! The context of a use-case: the office's files, its ledger, its artifacts, a clock, and the actor.
//!
//! Also here: the datasets that the journal records ([`Catalogue`]), the claims that let one program at a time do a piece
//! of work (`claimed`), who may do what (`permissions`), the progress of long work ([`Progress`]), and why a use-case
//! could not be done ([`Failure`]).
//!
//! In: an office, and how it is opened. Out: [`Context`]. Unknown here: forms, collections, parcels; the use-cases deal
//! with them.

mod absences;
pub mod account;
pub mod catalogue;
pub mod claimed;
pub mod consent;
pub mod corrections;
pub mod failure;
pub mod folder_lock;
pub mod grouped;
mod head;
pub mod heartbeat;
pub mod hint;
mod its_ledger;
mod its_store;
pub mod parallel;
pub mod permissions;
pub mod place;
pub mod progress;
mod refusals;
pub mod rights;
pub mod sendings;
pub mod unrecorded;
pub mod worker;

pub use catalogue::{Catalogue, Edition};
pub use consent::{Consent, Given};
pub use failure::{Exit, FAILURE_CODES, Failure, Trouble, chain};
pub use grouped::grouped;
pub use hint::{Hint, Invocation};
pub use its_ledger::{ledger_url, refuse_lost_ledger, root};
pub use progress::{Progress, Silent, Step};
pub use sendings::{Sendings, SendingsRead};
pub use unrecorded::Unrecorded;
pub use worker::Worker;

use std::{
    collections::BTreeMap,
    future::Future,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDate, Utc};
use clock::Clock;
use config::Office;
use distribute::Stop;
use domain::{Actor, Event, Fact, FormId, Language, Origin, Sha256, Witnessed};
use ledger::{Filter, Ledger, LedgerError};

use its_ledger::{ledger_limits, open_ledger};
use sample::SampleFaults;
use store::{Artifacts, Datasets};
use words::Lexicon;

/// The number of the reader. It is raised when the same document is read into different figures than before, and when the
/// files of figures are written in another way: they are then written anew from their snapshots.
const READER: u32 = 4;

/// The kinds of facts from which the catalogue is derived.
const DATASET_FACTS: [&str; 8] =
    ["dataset-read", "judged", "accepted", "rejected", "corrected", "withdrawn", "fetch-failed", "refused"];

/// How a context is set up.
#[derive(Clone)]
pub struct ContextOptions {
    pub clock: Clock,
    pub actor: Actor,
    /// `Some(Origin::Sample)` if a person requested the sample office; `None`: `use` in sources.toml decides.
    pub origin: Option<Origin>,
    /// The faults that the sample office shows, for trials.
    pub faults: SampleFaults,
    pub progress: Arc<dyn Progress>,
    /// The options of this call, which the commands that hints advise repeat.
    pub call: Invocation,
}

/// An opened office.
pub struct Context {
    pub office: Office,
    pub clock: Clock,
    pub actor: Actor,
    pub origin: Origin,
    pub ledger: Ledger,
    pub artifacts: Artifacts,
    /// The folder of all output. Artifacts are reached through `artifacts`; the outbox, alerts and locks lie beside
    /// them.
    pub output: PathBuf,
    /// The journal of sendings: a second record of the sent copies, outside the ledger.
    pub sendings: Sendings,
    /// Outcomes that the ledger did not take.
    pub unrecorded: Unrecorded,
    pub datasets: Datasets,
    /// One id per start of the program.
    pub run: String,
    pub progress: Arc<dyn Progress>,
    /// The commands that hints advise continue this call.
    pub call: Invocation,
    /// Who agrees to what cannot be undone.
    pub consent: Arc<dyn Consent>,
    /// The request to end: no further parcel is begun.
    pub stop: Stop,
    pub(crate) faults: SampleFaults,
    readers: Mutex<BTreeMap<FormId, String>>,
    /// This program as others see it, once it has claimed something.
    worker: Mutex<Option<Arc<Worker>>>,
}

impl Context {
    /// The words of a language of the office.
    ///
    /// # Errors
    /// When the office does not have the language.
    pub fn lexicon(&self, language: Language) -> Result<&Lexicon, Failure> {
        self.office.lexicon(language).map_err(Failure::usage)
    }

    /// Opens the office's ledger and artifacts. Sample work and real work share neither.
    ///
    /// # Errors
    /// When the ledger was lost, or the ledger or the output folder cannot be opened.
    pub async fn open(office: Office, options: ContextOptions) -> Result<Self, Failure> {
        let origin = options.origin.unwrap_or_else(|| office.origin());
        refuse_lost_ledger(&office, origin, &options.call)?;
        // On the heap: callers would carry the whole office in their own futures.
        Box::pin(Self::open_to_reconcile(office, options)).await
    }

    /// Opens the office as [`Context::open`] does, but begins a new ledger if the old one was lost: for the act that
    /// takes in what the witnesses contain.
    ///
    /// # Errors
    /// When the ledger or the output folder cannot be opened, or the journal of sendings of a new ledger cannot be begun.
    pub async fn open_to_reconcile(office: Office, options: ContextOptions) -> Result<Self, Failure> {
        let origin = options.origin.unwrap_or_else(|| office.origin());
        let ledger = open_ledger(&office, origin).await?;
        let root = root(&office, origin);
        let in_folder = Artifacts::open(&root).map_err(|error| {
            if let Some(refusal) = rights::not_writable(&root) {
                return refusal;
            }
            Failure::ours(format!("the output folder `{}` could not be opened", root.display()), error)
        })?;
        // The output folder is there in any case: the outbox, alerts and locks are in it.
        drop(in_folder);
        let artifacts = its_store::artifacts(&office, origin)?;
        its_store::refuse_unfair(&artifacts, &run_id(options.clock.now()))?;
        let context = Self::with(office, options, (origin, ledger, artifacts));
        if context.first_run().await?.is_none() {
            // Before the first fact: a ledger with facts and without this line was brought here.
            context.sendings.keep_beside(&context.run, context.now())?;
        }
        Ok(context)
    }

    /// Opens the office for reading only: nothing is changed or created, and a ledger on a full disk is read from a
    /// copy.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn open_to_read(office: Office, options: ContextOptions) -> Result<Self, Failure> {
        let origin = options.origin.unwrap_or_else(|| office.origin());
        let url = ledger_url(&office, origin)?;
        let is_new = url.strip_prefix("sqlite:").is_some_and(|path| !Path::new(path).exists());
        let opened =
            if is_new { Ledger::empty().await } else { Ledger::open_to_read_with(&url, ledger_limits(&office)).await };
        let ledger = opened.map_err(|error| {
            let refusal = url.strip_prefix("sqlite:").and_then(|path| rights::not_readable(Path::new(path)));
            refusal.unwrap_or_else(|| Failure::ours("the ledger could not be opened", error))
        })?;
        let artifacts = its_store::artifacts_to_examine(&office, origin)?;
        Ok(Self::with(office, options, (origin, ledger, artifacts)))
    }

    /// Opens the office for an examination, as [`Context::open_to_read`] does. If the ledger cannot be read, an empty one
    /// is in its place, and the failure is returned with it.
    ///
    /// # Errors
    /// When not even an empty ledger can be made.
    pub async fn open_to_examine(office: Office, options: ContextOptions) -> Result<(Self, Option<Failure>), Failure> {
        match Self::open_to_read(office.clone(), options.clone()).await {
            Ok(context) => Ok((context, None)),
            Err(failure) => Ok((Self::without_ledger(office, options).await?, Some(failure))),
        }
    }

    /// A context without the office's ledger, for what does not depend on it: whether a person may do something.
    ///
    /// # Errors
    /// When the system's folder for temporary files cannot be written.
    pub async fn without_ledger(office: Office, options: ContextOptions) -> Result<Self, Failure> {
        let origin = options.origin.unwrap_or_else(|| office.origin());
        let ledger = Ledger::empty().await.map_err(|error| Failure::ours("no ledger could be made", error))?;
        let artifacts = its_store::artifacts_to_examine(&office, origin)?;
        Ok(Self::with(office, options, (origin, ledger, artifacts)))
    }

    fn with(office: Office, options: ContextOptions, (origin, ledger, artifacts): (Origin, Ledger, Artifacts)) -> Self {
        let now = options.clock.now();
        let sendings = Sendings::of(&office, origin);
        Self {
            unrecorded: Unrecorded::beside(&sendings),
            sendings,
            output: root(&office, origin),
            datasets: Datasets::new(artifacts.clone()),
            run: run_id(now),
            clock: options.clock,
            actor: options.actor,
            progress: options.progress,
            call: options.call,
            consent: Arc::new(Given),
            stop: Stop::default(),
            office,
            origin,
            ledger,
            artifacts,
            faults: options.faults,
            readers: Mutex::default(),
            worker: Mutex::default(),
        }
    }

    /// The same context, with somebody who is asked before a step that cannot be undone.
    #[must_use]
    pub fn asking(mut self, consent: Arc<dyn Consent>) -> Self {
        self.consent = consent;
        self
    }

    /// Now, by the context's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today, in the office's zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today(self.office.zone)
    }

    /// Writes facts into the journal, all or none. Facts that a witness keeps are written into the journal of sendings
    /// too.
    ///
    /// # Errors
    /// When the ledger or the journal of sendings cannot be written.
    pub async fn record(&self, facts: &[Fact]) -> Result<(), Failure> {
        if facts.is_empty() {
            return Ok(());
        }
        let at = self.now();
        let written = self.ledger.append(&self.run, &self.actor, at, facts).await;
        written.map_err(|error| self.not_written(error))?;
        self.witness(at, facts)
    }

    /// As [`Context::record`], for facts of another actor than that of the context, which no witness keeps.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn record_as(&self, by: &Actor, facts: &[Fact]) -> Result<(), Failure> {
        let written = self.ledger.append(&self.run, by, self.now(), facts).await;
        written.map(drop).map_err(|error| self.not_written(error))
    }

    /// This program as others see it while it works: the first call takes the locks of the output folder.
    ///
    /// # Errors
    /// When a backup is being brought back there, an older version works there, or the file system fails.
    pub fn worker(&self) -> Result<Arc<Worker>, Failure> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(begun) = &*worker {
            return Ok(begun.clone());
        }
        let begun = Arc::new(Worker::begin(self)?);
        *worker = Some(begun.clone());
        Ok(begun)
    }

    /// As [`Context::worker`]; `None` if this program has claimed nothing yet.
    #[must_use]
    pub fn worker_begun(&self) -> Option<Arc<Worker>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes those of the facts that a witness keeps into the journal of sendings.
    fn witness(&self, at: DateTime<Utc>, facts: &[Fact]) -> Result<(), Failure> {
        let witnessed =
            |fact: &Fact| Witnessed { at, run: self.run.clone(), actor: self.actor.clone(), fact: fact.clone() };
        let witnessed: Vec<Witnessed> = facts.iter().filter(|f| f.witnessed().is_some()).map(witnessed).collect();
        self.sendings.note(&witnessed)
    }

    /// Writes the facts that `make` derives from the events of some kinds, in the transaction that reads these events. For
    /// facts that no witness keeps.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn record_after(
        &self,
        kinds: &[&'static str],
        make: impl FnOnce(&[Event]) -> Vec<Fact> + Send,
    ) -> Result<Vec<Fact>, Failure> {
        let written = self.ledger.append_after(kinds, &self.run, &self.actor, self.now(), make).await;
        written.map_err(|error| self.not_written(error))
    }

    /// Why the ledger could not be written: the account may not, or the ledger failed.
    pub(crate) fn not_written(&self, error: LedgerError) -> Failure {
        let url = ledger_url(&self.office, self.origin).unwrap_or_default();
        let refusal = url.strip_prefix("sqlite:").and_then(|path| rights::not_writable(Path::new(path)));
        refusal.unwrap_or_else(|| Failure::ours("the ledger could not be written", error))
    }

    /// The facts of the journal that a filter selects, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn events(&self, filter: &Filter) -> Result<Vec<Event>, Failure> {
        self.ledger.events(filter).await.map_err(|error| Failure::ours("the ledger could not be read", error))
    }

    /// The run that wrote the first fact of the ledger; `None` while it is empty.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn first_run(&self) -> Result<Option<String>, Failure> {
        self.ledger.first_run().await.map_err(|error| Failure::ours("the ledger could not be read", error))
    }

    /// The place of the last fact in the journal.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn last_seq(&self) -> Result<i64, Failure> {
        self.ledger.last_seq().await.map_err(|error| Failure::ours("the ledger could not be read", error))
    }

    /// The catalogue: which datasets exist.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn catalogue(&self) -> Result<Catalogue, Failure> {
        Ok(Catalogue::derive(&self.dataset_events().await?))
    }

    /// The facts about which datasets exist, and why others do not, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn dataset_events(&self) -> Result<Vec<Event>, Failure> {
        self.events(&Filter::default().kinds(&DATASET_FACTS)).await
    }

    /// Identifies what reads a form's documents: the number of this program's reader, and the form's template. Figures
    /// of another reader are read again from their snapshots.
    #[must_use]
    pub fn reader(&self, form: &FormId) -> String {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Sha256::of(format!("{READER}{:?}", self.office.forms.get(form)).as_bytes()).short();
        readers.entry(form.clone()).or_insert_with(made).clone()
    }

    /// Does work that leaves nothing half done when it is broken off. If the program is asked to stop, the work ends.
    ///
    /// # Errors
    /// As the work, or when the program was asked to stop.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            _ = self.stop.asked() => Err(Failure::stopped()),
            done = work => done,
        }
    }
}

fn run_id(now: DateTime<Utc>) -> String {
    format!("{}-{}", now.format("%Y%m%dT%H%M%S%3fZ"), std::process::id())
}
